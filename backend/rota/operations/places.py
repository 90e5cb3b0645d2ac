"""Places on a shift: the counters that say how many are left, and who may take one.

Everything here runs under the session's lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, QuerySet

from backend.common.clock import minute_or_none
from backend.common.locking import announce, lock, lock_one
from backend.common.prepared import Prepared, only, run
from backend.common.refusal import Refusal
from backend.rota.agreed import mark_of
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.policy import is_open
from backend.rota.snapshot.excerpt import Excerpt, excerpts_of
from backend.rota.snapshot.sessions import with_requirements
from backend.rota.states import OfferState
from backend.volunteers.models import Volunteer

COUNT = """
WITH of_shift AS (UPDATE rota_shift SET taken = %s, held = %s WHERE id = %s)
UPDATE rota_session SET staff = %s WHERE id = %s
"""
ASSIGN = f"""
WITH of_shift AS (UPDATE rota_shift SET taken = %s, held = %s WHERE id = %s),
of_session AS (UPDATE rota_session SET staff = %s WHERE id = %s)
INSERT INTO rota_assignment (
    shift_id, session_id, volunteer_id, origin, state, start_minute, end_minute, made_at
)
VALUES (%s, %s, %s, %s, '{Assignment.State.ACTIVE.value}', %s, %s, %s) RETURNING id
"""


class SessionNotOpen(Refusal):
    """The session is not published, is over or has been cancelled. Facts: session, state."""

    code = "session_not_open"


class TermsChanged(Refusal):
    """The session was moved, or is for other ages, since she was shown what she says yes to. Facts:
    session."""

    code = "terms_changed"


class ShiftFull(Refusal):
    """No place is left. Facts: shift."""

    code = "shift_full"


class NotActive(Refusal):
    """She is paused or has left. Facts: volunteer."""

    code = "volunteer_not_active"


class AgainstTheRules(Refusal):
    """Facts: volunteer, shift, violations (matching.rules.Violation, in the order people
    care)."""

    code = "rules"


@dataclass(frozen=True)
class Wanted:
    """A shift, and all shifts of its session, with what the rules ask about them:

    `shift.session` has its rota and programme.
    """

    shift: Shift
    shifts: Sequence[Shift]

    @property
    def session(self) -> Session:
        return self.shift.session


def _beside(shift_id: int) -> QuerySet[Shift]:
    rows = with_requirements(Shift.objects.filter(session__shifts=shift_id)).order_by("pk")
    return rows.select_related("session__rota", "session__programme", "role").select_for_update(
        of=("session", "self"), no_key=True
    )


def _glance(shift_id: int, volunteer_id: int) -> QuerySet[Shift]:
    hers = {"volunteer": volunteer_id, "session": OuterRef("session")}
    has_part = Exists(Assignment.objects.filter(**hers, state=Assignment.State.ACTIVE)) | Exists(
        Offer.objects.filter(**hers, state=Offer.State.PENDING)
    )
    rows = Shift.objects.filter(pk=shift_id).select_related("session").annotate(has_part=has_part)
    return rows.only("target", "taken", "held", "session__state", "session__starts_at")


_held = Prepared(_beside, 0)
_seen = Prepared(_glance, 0, 0)


def look_at(shift_id: int, volunteer_id: int) -> Shift:
    """What can be said before any lock, in one statement: its places, `session` and when it begins,
    and `has_part`: she holds a place in that session already, assigned or offered. Raises
    Shift.DoesNotExist."""
    for shift in _seen(shift_id, volunteer_id):
        return shift
    raise Shift.DoesNotExist(f"shift {shift_id}")


def hold(shift_id: int) -> Wanted:
    """It and all shifts of its session, locked and fresh, in one statement: the session first, then
    its shifts.

    Raises Shift.DoesNotExist.
    """
    shifts = _held(shift_id)
    for shift in shifts:
        if shift.pk == shift_id:
            announce(Session, [shift.session_id])
            announce(Shift, [other.pk for other in shifts])
            return Wanted(shift, shifts)
    raise Shift.DoesNotExist(f"shift {shift_id}")


def require_open(session: Session, now: datetime) -> None:
    if not is_open(session, now):
        raise SessionNotOpen(session=session.pk, state=session.state)


def require_seen(session: Session, seen: str) -> None:
    """`seen`: the mark of the terms that she was shown (rota.agreed.mark_of); "" says nothing.
    Raises TermsChanged."""
    if seen and seen != mark_of(session):
        raise TermsChanged(session=session.pk)


def lock_places(session_id: int, shift_ids: Sequence[int]) -> tuple[Session, dict[int, Shift]]:
    """The session and those of its shifts, locked and fresh."""
    return lock_one(Session, session_id), lock(Shift, shift_ids)


def excerpt_of(volunteer_id: int, held: Wanted, now: datetime) -> Excerpt:
    """Her excerpt round the locked session; raises NotActive, or Volunteer.DoesNotExist."""
    session = held.session
    excerpt = excerpts_of({volunteer_id: [session]}, now=now, shifts=held.shifts).get(
        (volunteer_id, session.rota_id)
    )
    if excerpt is None:
        raise Volunteer.DoesNotExist(f"volunteer {volunteer_id}")
    if excerpt.facts["state"] != Volunteer.State.ACTIVE:
        raise NotActive(volunteer=volunteer_id)
    return excerpt


def obey(excerpt: Excerpt, shift_id: int) -> None:
    """Raises AgainstTheRules with every rule that she would break."""
    violations = excerpt.against(shift_id)
    if violations:
        raise AgainstTheRules(volunteer=excerpt.volunteer_pk, shift=shift_id, violations=violations)


def others_asked(excerpt: Excerpt, session: Session) -> int:
    """Questions that her coming may bar somebody from: those that wait for her in other sessions,
    and those of people whom she must not meet."""
    facts = excerpt.facts
    hers = sum(offer["session"] != session.pk for offer in facts["asked"])
    return hers + len(facts["apart_first"]) + len(facts["apart_second"])


def assign(
    volunteer_id: int, held: Wanted, origin: str, now: datetime, *, offered: bool = False
) -> Assignment:
    """Give her the place, and count it; `offered`: the place that was held for her becomes the one
    that she takes."""
    session = held.session
    shift = held.shift
    made = Assignment(
        volunteer_id=volunteer_id,
        session=session,
        shift=shift,
        origin=origin,
        made_at=now,
        start_minute=minute_or_none(session.starts_at),
        end_minute=minute_or_none(session.ends_at),
    )
    _move(session, shift, taken=1, held=-offered)
    counters = [shift.taken, shift.held, shift.pk, session.staff, session.pk]
    (made.pk,) = only(
        ASSIGN,
        [
            *counters,
            shift.pk,
            session.pk,
            volunteer_id,
            origin,
            made.start_minute,
            made.end_minute,
            now,
        ],
    )
    made._state.adding = False
    made._state.db = DEFAULT_DB_ALIAS
    return made


def settle(offer: Offer, state: OfferState, answered_at: datetime | None) -> None:
    """The offer has its answer, or needs none any more (`answered_at` None: she was spared it);
    whoever calls counts the places."""
    offer.state = state
    offer.answered_at = answered_at
    offer.save(update_fields=["state", "answered_at"])


def count(session: Session, shift: Shift, *, taken: int = 0, held: int = 0) -> None:
    """Move the counters of a locked shift and its locked session by these differences."""
    _move(session, shift, taken, held)
    run(COUNT, [shift.taken, shift.held, shift.pk, session.staff, session.pk])


def _move(session: Session, shift: Shift, taken: int, held: int) -> None:
    shift.taken += taken
    shift.held += held
    session.staff += (taken + held) * shift.carries_seats


def streams_of(session: Session, *volunteer_ids: int) -> list[str]:
    return [
        f"rota.{session.rota_id}",
        f"session.{session.pk}",
        *(f"volunteer.{pk}" for pk in volunteer_ids),
    ]


def about(session: Session, part: Assignment | Offer) -> dict[str, int]:
    """What every event names that tells of one volunteer's part in a session."""
    return {
        "rota": session.rota_id,
        "session": session.pk,
        "shift": part.shift_id,
        "volunteer": part.volunteer_id,
    }
