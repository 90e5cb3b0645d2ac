"""Whom a wish for a visit at home concerns, and whom it concerns that nobody has come out."""

from __future__ import annotations

from datetime import timedelta

from backend.harm.models import HarmReport
from backend.harm.queries import READS, officers_over, who_appoints
from backend.notifications.recipients import Audience, Happened
from backend.notifications.responsible import responsible
from backend.organisations.models import Invitation
from backend.organisations.queries import nearest
from backend.outbox import kinds
from backend.rota.models import Assignment
from backend.visits.models import Visit, VisitRequest
from backend.visits.policy import INSIDE

ADDED = timedelta(minutes=10)  # what she says so soon after belongs to what she said
MOST_NAMED = 20


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


def who_goes_with_her(it: Happened) -> Audience:
    """Those who went, without whoever says that she is inside."""
    event = it.event
    assert isinstance(event, kinds.VisitReopened)
    rows = Assignment.objects.filter(INSIDE, session=event.session)
    others = rows.exclude(volunteer__user=it.actor).order_by("volunteer_id")
    return Audience.volunteers(
        (who, event.visit) for who in others.values_list("volunteer", flat=True)
    )


def whose_alarm_was_closed(it: Happened) -> Audience:
    """Who had been told that they were missed, and who had heard that they were safe."""
    event = it.event
    assert isinstance(event, kinds.VisitReopened)
    found = who_looks_after_them(it).of if event.alarmed else {}
    users = {person.user for person in found} | {event.safe_by}
    return Audience.users((user, event.visit) for user in sorted(pk for pk in users if pk))


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
    """The officers for children's information there, or of the nearest above that has any. What one
    person adds to what they were told a moment ago stands beside it, and rings nobody again."""
    row = _reported(it)
    if _adds(row):
        return Audience()
    users = responsible({0: row.organisation.path}, READS)[0]
    return Audience.users((user, row.pk) for user in users)


def who_appoints_readers(it: Happened) -> Audience:
    """Where nobody may read it: who can see to it that somebody does."""
    row = _reported(it)
    if _adds(row) or officers_over(row.organisation):
        return Audience()
    return Audience.users((user, row.pk) for user in who_appoints(row.organisation))


def who_reads_from_now_on(it: Happened) -> Audience:
    """Whoever becomes an officer: what was handed in before waits for her."""
    event = it.event
    assert isinstance(event, kinds.InvitationAccepted)
    row = Invitation.objects.select_related("organisation").get(pk=event.invitation)
    if row.role not in READS:
        return Audience()
    there = HarmReport.objects.filter(organisation__path__startswith=row.organisation.path)
    newest = there.order_by("-pk").values_list("pk", flat=True)
    return Audience.users((row.accepted_by_id, pk) for pk in newest[:MOST_NAMED])


def _adds(row: HarmReport) -> bool:
    """To what the same person said of the same session a moment ago."""
    rows = HarmReport.objects.filter(session_id=row.session_id, made_by_id=row.made_by_id)
    return rows.filter(pk__lt=row.pk, made_at__gt=row.made_at - ADDED).exists()


def _reported(it: Happened) -> HarmReport:
    assert isinstance(it.event, kinds.HarmReported)
    rows = HarmReport.objects.select_related("organisation").defer("words")
    return rows.get(pk=it.event.report)


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
    who_goes_with_her,
    whose_alarm_was_closed,
    who_reads_reports,
    who_appoints_readers,
    who_reads_from_now_on,
)
