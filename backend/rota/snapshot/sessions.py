"""Sessions and shifts as the solver and the rules see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

import matching
from backend.programmes.models import CredentialKind, Engagement, Role
from backend.rota.models import Session, Shift
from backend.rota.policy import capacity_with, has_begun
from backend.rota.snapshot.horizon import Horizon
from backend.rota.snapshot.ids import session_id, shift_id
from backend.rota.snapshot.rows import JsonRows
from matching import Seats

NO_LIMIT = 10**6  # heads, or children
ROOM = Seats(0, NO_LIMIT, NO_LIMIT)  # where how many fit is not asked: the row's counters know it


def with_requirements(shifts: QuerySet[Shift]) -> QuerySet[Shift]:
    """Shifts with their role and `requires`: [{"code", "name", "is_vetting"}, …], what the role and
    what the kind of session asks, in the same query."""
    kinds = required_kinds(OuterRef(OuterRef("role")), OuterRef(OuterRef("session__engagement")))
    # Shift declares it for its readers
    return shifts.select_related("role").annotate(  # type: ignore[no-redef]
        requires=JsonRows(kinds.order_by("code").values("code", "name", "is_vetting"))
    )


def required_kinds(role: Any, engagement: Any) -> QuerySet[CredentialKind]:
    """What a role, or a kind of session, asks of whoever serves."""
    of_role = Role.requires.through.objects.filter(role=role, credentialkind=OuterRef("pk"))
    of_kind = Engagement.requires.through.objects.filter(
        engagement=engagement, credentialkind=OuterRef("pk")
    )
    return CredentialKind.objects.filter(Q(Exists(of_role)) | Exists(of_kind))


def vetting_codes(shifts: Iterable[Shift]) -> set[str]:
    """The codes, among those required, that a clear vetting stands for."""
    return {kind["code"] for shift in shifts for kind in shift.requires if kind["is_vetting"]}


def session_from(
    session: Session,
    shifts: Sequence[Shift],
    horizon: Horizon,
    *,
    required: bool,
    seats: Seats | None,
    heads: Mapping[int, tuple[int, int]] | None = None,
) -> matching.Session:
    """`heads` replaces (minimum, target) of some shifts."""
    return bare_session(
        session,
        horizon,
        programme=session.programme.code,
        shifts=tuple(_place(shift, heads) for shift in shifts),
        required=required,
        seats=seats,
    )


def bare_shift(pk: int) -> matching.Shift:
    """A place of a session that is not asked about: somebody is there, whatever she does."""
    return matching.Shift(shift_id(pk), role="", requires=(), min=0, target=NO_LIMIT)


def bare_session(
    session: Session,
    horizon: Horizon,
    *,
    programme: str,
    shifts: tuple[matching.Shift, ...],
    required: bool,
    seats: Seats | None,
) -> matching.Session:
    """When, where and for which ages it is, of every problem the same; what stands beside the row
    is handed in, "" for a programme that no rule asks about. A session without seats has no
    months."""
    return matching.Session(
        id=session_id(session.pk),
        programme=programme,
        start=horizon.minute(session.starts_at),
        end=horizon.minute(session.ends_at),
        place=(session.latitude, session.longitude),
        required=required,
        shifts=shifts,
        seats=seats,
        months=session.months if seats else None,
        alternatives=session.group or None,
    )


def _place(shift: Shift, heads: Mapping[int, tuple[int, int]] | None) -> matching.Shift:
    low, high = (heads or {}).get(shift.pk, (shift.minimum, shift.target))
    return matching.Shift(
        id=shift_id(shift.pk),
        role=shift.role.code,
        requires=tuple(kind["code"] for kind in shift.requires),
        min=low,
        target=high,
        carries_seats=shift.carries_seats,
    )


def is_past(session: Session, now: datetime) -> bool:
    """It has begun, or it is over: nobody can be planned into it any more."""
    return session.state == Session.State.DONE or has_begun(session, now)


@dataclass(frozen=True)
class Sitting:
    """Children of one session: `own` booked by their families, `given` to wishes by earlier plans,
    `waiting` in the line, which comes before any plan; and the people who said yes to look after
    them (`carriers`)."""

    own: int = 0
    given: int = 0
    waiting: int = 0
    carriers: int = 0


def seats_left_to_plan(session: Session, sitting: Sitting) -> Seats | None:
    """Seats that exist for the plan to give.

    Where nobody has booked, room and people decide, and the rules know both. Where somebody has,
    those children take their part of what the people can look after, too: then the plan has what
    the people leave who said yes, or what one person leaves whom it finds.
    """
    low = session.seats_min
    high = session.seats_max
    each = session.seats_per_volunteer
    if low is None or high is None or each is None:
        return None
    gone = sitting.own + sitting.waiting
    room = capacity_with(session, max(1, sitting.carriers)) if gone else high
    if room > gone:
        return Seats(max(0, low - sitting.own), room - gone, each)
    return None


def is_settled(session: Session, sitting: Sitting) -> bool:
    """More was given than there is beside those who booked and who wait: nobody is bumped, and a
    seat that is given back goes to the line, so the plan has nothing to move here."""
    seats = seats_left_to_plan(session, sitting)
    return sitting.given > (seats.max if seats else 0)
