"""Whom a wish for a visit at home concerns, and whom it concerns that nobody has come out."""

from __future__ import annotations

from backend.harm.models import HarmReport
from backend.harm.queries import READS
from backend.notifications.recipients import Audience, Happened
from backend.notifications.responsible import responsible
from backend.organisations.queries import nearest
from backend.outbox import kinds
from backend.rota.models import Assignment
from backend.visits.models import Visit, VisitRequest
from backend.visits.policy import INSIDE


def who_plans_visits(it: Happened) -> Audience:
    """The coordinators of the family's street, or of the nearest above that has any."""
    event = it.event
    assert isinstance(event, kinds.OfVisit)
    rows = VisitRequest.objects.filter(pk=event.request).values_list("family__street_id", flat=True)
    return Audience.users((user, event.request) for street in rows for user in _desk(street))


def whose_visit(it: Happened) -> Audience:
    """The family that asked for it, unless one of its own ended it."""
    event = it.event
    assert isinstance(event, kinds.OfVisit)
    if isinstance(event, kinds.VisitWishEnded) and it.actor is not None:
        return Audience()
    return Audience.families([(event.family, event.request)])


def who_is_inside(it: Happened) -> Audience:
    """Both who went."""
    event = it.event
    assert isinstance(event, kinds.OfVisitDay)
    rows = Assignment.objects.filter(INSIDE, session=event.session)
    pair = rows.order_by("volunteer_id").values_list("volunteer_id", flat=True)
    return Audience.volunteers((volunteer, event.visit) for volunteer in pair)


def who_looks_after_them(it: Happened) -> Audience:
    """The coordinators of the street where they are and of the rota that sent them there, each or
    the nearest above that has any."""
    event = it.event
    assert isinstance(event, kinds.OfVisitDay)
    rows = Visit.objects.filter(pk=event.visit)
    street, path = rows.values_list(
        "request__family__street_id", "session__rota__organisation__path"
    ).get()
    users = {*_desk(street), *responsible({0: path})[0]}
    return Audience.users((user, event.visit) for user in sorted(users))


def who_reads_reports(it: Happened) -> Audience:
    """The officers for children's information there, or of the nearest above that has any."""
    event = it.event
    assert isinstance(event, kinds.HarmReported)
    rows = HarmReport.objects.filter(pk=event.report).defer("words")
    paths = dict(rows.values_list("pk", "organisation__path"))
    found = responsible(paths, READS)
    return Audience.users((user, pk) for pk, users in found.items() for user in users)


def _desk(street: str) -> list[int]:
    organisation = nearest(street)
    if organisation is None:
        return []
    return responsible({0: organisation.path})[0]


OF_VISITS = (
    who_plans_visits,
    whose_visit,
    who_is_inside,
    who_looks_after_them,
    who_reads_reports,
)
