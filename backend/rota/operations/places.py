"""Places on a shift: the counters that say how many are left, and who may take one. Everything here runs under the session's lock."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.common.clock import minute_of
from backend.common.locking import lock, lock_one
from backend.common.refusal import Refusal
from backend.rota.models import Assignment, Session, Shift
from backend.rota.policy import is_open
from backend.rota.snapshot.corner import Corner, corners_of
from backend.rota.snapshot.sessions import with_requirements
from backend.volunteers.models import Volunteer


class SessionNotOpen(Refusal):
    """The session is not published, is over or has been cancelled. Facts: session, state."""

    code = "session_not_open"


class ShiftFull(Refusal):
    """No place is left. Facts: shift."""

    code = "shift_full"


class NotActive(Refusal):
    """She is paused or has left. Facts: volunteer."""

    code = "volunteer_not_active"


class AgainstTheRules(Refusal):
    """Facts: volunteer, shift, violations (matching.rules.Violation, in the order people care), problem (matching.Problem: times and places)."""

    code = "rules"


@dataclass(frozen=True)
class Wanted:
    """A shift as it was before any lock: its session, rota and all shifts of the session, in one query."""

    shift: Shift
    shifts: Sequence[Shift]

    @property
    def session(self) -> Session:
        return self.shift.session


def look_at(shift_id: int) -> Wanted:
    """Raises Shift.DoesNotExist."""
    beside = with_requirements(Shift.objects.filter(session__shifts=shift_id)).select_related("session__rota", "session__programme", "role")
    shifts = list(beside.order_by("pk"))
    for shift in shifts:
        if shift.pk == shift_id:
            return Wanted(shift, shifts)
    raise Shift.DoesNotExist(f"shift {shift_id}")


def require_open(session: Session, now: datetime) -> None:
    if not is_open(session, now):
        raise SessionNotOpen(session=session.pk, state=session.state)


def lock_places(session_id: int, shift_ids: Sequence[int]) -> tuple[Session, dict[int, Shift]]:
    """The session and those of its shifts, locked and fresh."""
    return lock_one(Session, session_id), lock(Shift, shift_ids)


def corner_of(volunteer_id: int, wanted: Wanted, session: Session, now: datetime) -> Corner:
    """Her corner round the locked session; raises NotActive, or Volunteer.DoesNotExist."""
    session.rota, session.programme = wanted.session.rota, wanted.session.programme
    corner = corners_of({volunteer_id: [session]}, now=now, shifts=wanted.shifts).get((volunteer_id, session.rota_id))
    if corner is None:
        raise Volunteer.DoesNotExist(f"volunteer {volunteer_id}")
    if corner.facts["state"] != "active":
        raise NotActive(volunteer=volunteer_id)
    return corner


def obey(corner: Corner, shift_id: int) -> None:
    """Raises AgainstTheRules with every rule that she would break."""
    violations = corner.against(shift_id)
    if violations:
        raise AgainstTheRules(volunteer=corner.volunteer_pk, shift=shift_id, violations=violations, problem=corner.problem)


def assign(volunteer_id: int, session: Session, shift: Shift, origin: str, now: datetime) -> Assignment:
    """The row alone; the counters are the caller's."""
    return Assignment.objects.create(
        volunteer_id=volunteer_id, session=session, shift=shift, origin=origin, made_at=now,
        start_minute=minute_of(session.starts_at) if session.starts_at else None,
        end_minute=minute_of(session.ends_at) if session.ends_at else None,
    )  # fmt: skip


def count(session: Session, shift: Shift, *, taken: int = 0, held: int = 0) -> None:
    """Move the counters of a locked shift and its locked session by these differences."""
    shift.taken += taken
    shift.held += held
    shift.save(update_fields=["taken", "held"])
    if taken + held:
        session.staff += taken + held
        session.save(update_fields=["staff"])


def streams_of(session: Session, *volunteer_ids: int) -> list[str]:
    return [f"rota.{session.rota_id}", f"session.{session.pk}", *(f"volunteer.{pk}" for pk in volunteer_ids)]
