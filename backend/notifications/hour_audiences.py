"""Whom an event of hours, statements and stars concerns: the part of `audiences.py` that is about
them."""

from __future__ import annotations

from backend.notifications.recipients import Audience, Happened
from backend.notifications.responsible import coordinators_of, of_responsible, others_than
from backend.outbox import kinds
from backend.proofs.models import Statement
from backend.records.models import BackEntry
from backend.rota.models import Rota


def who_served(it: Happened) -> Audience:
    """The volunteer whose hours, or whose absence, were noted."""
    event = it.event
    assert isinstance(event, kinds.OfPart)
    return Audience.volunteers([(event.volunteer, event.assignment)])


def who_served_after_all(it: Happened) -> Audience:
    """The volunteer, when the entry was approved."""
    event = it.event
    assert isinstance(event, kinds.BackEntryDecided)
    if BackEntry.objects.filter(pk=event.entry, approved=True).exists():
        return Audience.volunteers([(event.volunteer, event.assignment)])
    return Audience()


def who_objected(it: Happened) -> Audience:
    event = it.event
    assert isinstance(event, kinds.ObjectionAnswered)
    return Audience.volunteers([(event.volunteer, event.objection)])


def whose_star(it: Happened) -> Audience:
    """The volunteer whose star it is."""
    event = it.event
    assert isinstance(event, kinds.OfStar)
    return Audience.volunteers([(event.volunteer, event.star)])


def whose_statement(it: Happened) -> Audience:
    """The volunteer whom the paper is about."""
    event = it.event
    assert isinstance(event, kinds.OfStatement)
    return Audience.volunteers([(event.volunteer, event.statement)])


def who_answers_objections(it: Happened) -> Audience:
    """The coordinators of the rota that the session is of."""
    event = it.event
    assert isinstance(event, kinds.ObjectionMade)
    of = coordinators_of([event.rota])
    return Audience.users((user, event.objection) for user in of[event.rota])


def who_decides_entries(it: Happened) -> Audience:
    """The coordinators of the rota without whoever asked; where she is alone, those above her."""
    event = it.event
    assert isinstance(event, kinds.BackEntryAsked)
    paths = Rota.objects.filter(pk=event.rota).values_list("organisation__path", flat=True)
    return Audience.users(
        (user, event.entry) for path in paths for user in others_than(path, it.actor)
    )


def who_issues(it: Happened) -> Audience:
    """The coordinators of the organisation that is asked, or of the nearest above that has any."""
    event = it.event
    assert isinstance(event, kinds.StatementRequested)
    rows = Statement.objects.filter(pk=event.statement)
    return of_responsible(dict(rows.values_list("pk", "organisation__path")))


def who_handles(it: Happened) -> Audience:
    """Whoever put it on display."""
    event = it.event
    assert isinstance(event, kinds.StatementDoubted)
    rows = Statement.objects.filter(pk=event.statement, answered_by_id__isnull=False)
    handlers = rows.values_list("answered_by_id", flat=True)
    return Audience.users((user, event.doubt) for user in handlers if user is not None)


OF_HOURS = (
    who_served,
    who_served_after_all,
    who_objected,
    whose_star,
    whose_statement,
    who_answers_objections,
    who_decides_entries,
    who_issues,
    who_handles,
)
