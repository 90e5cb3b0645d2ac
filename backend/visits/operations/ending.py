"""What ends a wish for a visit, and with it the visit that was made of it: the family, a consent
that was taken back, a child that leaves, the clock. And what begins it anew: a time that did not
suit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backend.accounts.models import User
from backend.accounts.purposes import ConsentPurpose
from backend.bookings import operations as bookings
from backend.bookings.models import LIVE, Booking
from backend.common.clock import local_day
from backend.common.locking import hold, lock_one, operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.families.models import Family
from backend.outbox.kinds import VisitSoughtAgain, VisitWishEnded
from backend.records.models import Attendance
from backend.rota.models import Session
from backend.rota.operations import cancel_session
from backend.rota.policy import is_over
from backend.rota.states import OffBecause
from backend.visits.events import tell
from backend.visits.models import Visit, VisitRequest
from backend.visits.states import LIVE_VISITS, VisitEnd, VisitState

WHY_NOT: dict[str, str] = {
    VisitEnd.CONSENT: Booking.EndReason.CONSENT,
    VisitEnd.AGE: Booking.EndReason.AGE,
}


@operation
def drop_visit_wish(
    *, family_id: int, request_id: int, actor: User | None, now: datetime
) -> VisitRequest:
    """The family wants no visit any more; one that is planned is called off. Repeating it is
    nothing. Raises VisitRequest.DoesNotExist."""
    family = lock_one(Family, family_id)
    row = VisitRequest.objects.get(pk=request_id, family=family)
    row.family = family
    if row.state in LIVE_VISITS:
        end_row(row, VisitEnd.HERSELF, actor, now)
    return row


@operation
def end_visits_of_child(
    *, family_id: int, child_id: int, reason: str, actor: User | None, now: datetime
) -> None:
    """Nobody comes to this child any more; `reason`: of VisitEnd."""
    family = lock_one(Family, family_id)
    rows = VisitRequest.objects.filter(family=family, child=child_id)
    for row in rows.filter(state__in=LIVE_VISITS).order_by("pk"):
        row.family = family
        end_row(row, reason, actor, now)
    if reason == VisitEnd.CHILD:
        for row in rows.order_by("pk"):
            forget_words(row)


@operation
def withdraw_consent(
    *, family_id: int, child_id: int, purpose: str, actor: User | None, now: datetime
) -> list[Booking]:
    """As bookings.operations.withdraw_consent_and_seats(); a visit stands on both, the yes to
    booking and the yes to it."""
    if purpose in (ConsentPurpose.BOOKING, ConsentPurpose.VISIT):
        end_visits_of_child(
            family_id=family_id, child_id=child_id, reason=VisitEnd.CONSENT, actor=actor, now=now
        )
    return bookings.withdraw_consent_and_seats(
        family_id=family_id, child_id=child_id, purpose=purpose, actor=actor, now=now
    )


@operation
def end_visits_in(*, sessions: Collection[int], now: datetime) -> None:
    """Their family has given its seats up elsewhere: with them went what it wished for."""
    for row in _planned_in(sessions):
        if not _still_booked(row):
            end_row(row, VisitEnd.HERSELF, None, now)


@operation
def seek_again_in(*, sessions: Collection[int], now: datetime) -> None:
    """The time did not suit the family, or the session was called off: another one is looked for,
    unless they are there already."""
    for row in _planned_in(sessions):
        if not _still_booked(row) and not _is_under_way(row):
            _call_off(row, OffBecause.OTHER_TIME, None, now)
            seek_again(row, now)


def seek_again(row: VisitRequest, now: datetime) -> None:
    """Under its family's lock."""
    row.state = VisitState.OPEN
    row.version += 1
    row.save(update_fields=["state", "version"])
    tell(VisitSoughtAgain, row, actor=None, now=now)


def end_late_wishes(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """End those for which no time was found in the days that the family named; how many."""
    late = VisitRequest.objects.filter(state=VisitState.OPEN, last_day__lt=local_day(now))
    found = list(late.order_by("pk").values_list("pk", "family_id"))
    return work_off((_end_late(pk, family, now) for pk, family in found), go_on)


@operation
def _end_late(request_id: int, family_id: int, now: datetime) -> int:
    family = lock_one(Family, family_id)
    row = VisitRequest.objects.get(pk=request_id)
    row.family = family
    if not row.is_open or row.last_day >= local_day(now):
        return 0
    end_row(row, VisitEnd.LATE, None, now)
    return 1


def forget_words(row: VisitRequest) -> None:
    """The door and what it was about; that there was a wish stays, as a figure."""
    row.topic = row.address = None
    row.save(update_fields=["topic", "address"])


def _planned_in(sessions: Collection[int]) -> list[VisitRequest]:
    """The planned requests of which a visit, not always the newest, is one of these sessions, under
    their families' locks."""
    rows = VisitRequest.objects.filter(visits__session__in=sessions, state=VisitState.PLANNED)
    hold(Family, rows.values_list("family_id", flat=True))
    return list(rows.select_related("family").order_by("pk").distinct())


def _still_booked(row: VisitRequest) -> bool:
    """Under its family's lock: somebody may have planned another time since."""
    visit = newest_visit(row)
    if visit is None or visit.session.state == Session.State.CANCELLED:
        return False
    live = (*LIVE, Booking.State.ATTENDED, Booking.State.ABSENT)
    return visit.session.bookings.filter(family=row.family_id, state__in=live).exists()


def _is_under_way(row: VisitRequest) -> bool:
    """They have said that they are there: it ends when they are out, whatever the rota says."""
    visit = newest_visit(row)
    return visit is not None and went_in(visit)


def went_in(visit: Visit) -> bool:
    """One of them has said that they are there, or is signed in there."""
    here = Attendance.objects.filter(assignment__session=visit.session_id, came_at__isnull=False)
    return visit.begun_at is not None or here.exists()


def newest_visit(row: VisitRequest) -> Visit | None:
    return row.visits.select_related("session").order_by("-pk").first()


def end_row(row: VisitRequest, reason: str, actor: User | None, now: datetime) -> None:
    """Under its family's lock."""
    if row.is_planned:
        _call_off(row, OffBecause.FAMILY, actor, now, reason)
    row.state = VisitState.ENDED
    row.end_reason = reason
    row.ended_at = now
    row.version += 1
    row.save(update_fields=["state", "end_reason", "ended_at", "version"])
    tell(VisitWishEnded, row, actor=actor, now=now, action="change" if actor else "")


def _call_off(
    row: VisitRequest, because: OffBecause, actor: User | None, now: datetime, reason: str = ""
) -> None:
    """Who was to go is told. Where they have said that they are there, and where it is over, the
    session stays, with their places and hours: they are looked for until they are out."""
    visit = newest_visit(row)
    if visit is None or went_in(visit):
        return
    session = lock_one(Session, visit.session_id)
    if session.state == Session.State.CANCELLED or is_over(session, now):
        return
    if row.child_id is not None:
        bookings.leave_bookings(
            family_id=row.family_id,
            child_id=row.child_id,
            reason=WHY_NOT.get(reason, ""),
            actor=actor,
            now=now,
            session_id=session.pk,
        )
    cancel_session(session_id=session.pk, actor=actor, now=now, because=because)
