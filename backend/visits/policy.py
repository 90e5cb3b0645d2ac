"""When a home is seen, when a visit may begin and end, and when somebody is missed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from backend.bookings.states import HAS_SEAT, BookingState
from backend.common.clock import LOCAL, local_day
from backend.records.policy import may_sign_out
from backend.rota.models import Assignment, Session
from backend.rota.policy import has_begun, is_over
from backend.rota.states import HELD
from backend.visits.models import Visit, VisitRequest
from backend.visits.states import VisitPart, VisitStage

AHEAD = timedelta(days=60)  # so far a family may look
ADDRESS_OPENS = timedelta(hours=3)  # before the start: time to find the way
ADDRESS_CLOSES = timedelta(hours=1)  # after the end, where nobody has said that it is over
OVERDUE = timedelta(minutes=15)  # after the end: both are asked
ALARM = timedelta(minutes=15)  # after that: a person is told
MISSED_FOR = timedelta(days=2)  # an older one is nobody's alarm any more
VISIT_KEPT = timedelta(days=30)  # door and topic, after it is over
NEAR = timedelta(days=5)  # before its last day a request is urgent
PEOPLE = 2  # who go together
NOON = 12

# Of a place in a visit: she has it, or had it when the visit was called off after it had begun.
# She may be inside, whoever called it off, and is looked for until somebody has heard of her.
_LET_GO = Q(state=Assignment.State.RELEASED)
INSIDE = (
    Q(state__in=HELD)
    | (_LET_GO & Q(ended_at__gte=F("session__starts_at")))
    | (_LET_GO & Q(ended_at__gte=F("session__visit__begun_at")))
)


# In a session that had begun she was there, or may have been, however her place ended since.
WAS_THERE = (
    Q(state__in=HELD)
    | Q(ended_at__gte=F("session__starts_at"))
    | Q(ended_at__gte=F("session__visit__begun_at"))
)


def address_opens(session: Session) -> datetime | None:
    if session.starts_at is None:
        return None
    return session.starts_at - ADDRESS_OPENS


def shows_address(visit: Visit, session: Session, now: datetime) -> bool:
    """In the visit's own hours, while it is not over, and only for what the family still wants and
    whose time it has said yes to; before they are there, only while nobody would go alone. Reads
    its booking and its places in those hours."""
    if session.starts_at is None or session.ends_at is None or visit.is_over:
        return False
    if not visit.request.is_planned or session.state != Session.State.OPEN:
        return False
    in_time = session.starts_at - ADDRESS_OPENS <= now < session.ends_at + ADDRESS_CLOSES
    return in_time and family_agreed(visit, session) and not goes_alone(visit, session)


def goes_alone(visit: Visit, session: Session) -> bool:
    """They are not there yet, and fewer than two go: the other one has given her place back. Reads
    its places."""
    if visit.escorted or visit.begun_at is not None:
        return False
    return people_of(session) < PEOPLE


def people_of(session: Session) -> int:
    """How many volunteers have said yes to it. Reads its places."""
    return len({one.volunteer_id for one in session.assignments.all() if one.state in HELD})


def family_agreed(visit: Visit, session: Session) -> bool:
    """It has said that the time suits: until then nobody sees its door or goes in. Reads its
    booking."""
    said_yes = (*HAS_SEAT, BookingState.ATTENDED, BookingState.ABSENT)
    return _stands_in(said_yes, visit, session)


def nobody_opened(visit: Visit, session: Session) -> bool:
    """As they said at its door. Reads its booking."""
    return _stands_in((BookingState.ABSENT,), visit, session)


def _stands_in(states: Collection[str], visit: Visit, session: Session) -> bool:
    mine = [one for one in session.bookings.all() if one.family_id == visit.request.family_id]
    return any(one.state in states for one in mine)


def may_be_inside_yet(visit: Visit, session: Session, now: datetime) -> bool:
    """They went in, and all were said to be out: whoever is still inside says so, for as long as
    she could have tapped that she leaves."""
    return visit.begun_at is not None and visit.is_over and may_sign_out(session, now)


def whereabouts(visit: Visit, session: Session, now: datetime) -> VisitStage:
    """How far those are who go there, of whom nobody has said yet that they are out."""
    if visit.is_over or session.starts_at is None or session.ends_at is None:
        return VisitStage.NOWHERE
    if is_over(session, now) and visit.alarmed_at is not None:
        return VisitStage.MISSED
    if is_over(session, now):
        return VisitStage.LATE
    if visit.begun_at is not None:
        return VisitStage.INSIDE
    if has_begun(session, now):
        return VisitStage.DUE
    return VisitStage.NOWHERE


def is_missed(visit: Visit, session: Session, now: datetime) -> bool:
    """A person has been told that they have not come out."""
    return whereabouts(visit, session, now) == VisitStage.MISSED


def is_long_over(session: Session, now: datetime) -> bool:
    """So long that nobody looks for who went there any more."""
    return session.ends_at is not None and session.ends_at <= now - MISSED_FOR


def part_of(at: datetime) -> str:
    """The part of the week in which that moment lies."""
    here = at.astimezone(LOCAL)
    weekend = here.weekday() >= 5
    return {
        (False, True): VisitPart.WORKDAY_AM,
        (False, False): VisitPart.WORKDAY_PM,
        (True, True): VisitPart.WEEKEND_AM,
        (True, False): VisitPart.WEEKEND_PM,
    }[weekend, here.hour < NOON]


def suits(request: VisitRequest, at: datetime) -> bool:
    """The family said that it is at home then."""
    in_time = request.first_day <= local_day(at) <= request.last_day
    return in_time and part_of(at) in request.parts


def is_urgent(request: VisitRequest, today: date) -> bool:
    return request.is_open and request.last_day <= today + NEAR
