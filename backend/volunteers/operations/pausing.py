"""She rests, serves again or serves no more. Her own pause she ends herself; that of a coordinator
names who and why, and she asks for its end."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import (
    OfVolunteer,
    PauseKept,
    ResumeAsked,
    VolunteerLeft,
    VolunteerPaused,
    VolunteerResumed,
)
from backend.volunteers.models import Pause, Volunteer
from backend.volunteers.operations.applying import (
    LONGEST_REASON,
    GuardianNeeded,
    ReasonNeeded,
)
from backend.volunteers.operations.erased import lock_whoever_is_here
from backend.volunteers.operations.telling import changed
from backend.volunteers.policy import needs_guardian

ENTERS: dict[str, type[OfVolunteer]] = {
    Volunteer.State.ACTIVE: VolunteerResumed,
    Volunteer.State.PAUSED: VolunteerPaused,
    Volunteer.State.LEFT: VolunteerLeft,
}


class PausedByAnother(Refusal):
    """A coordinator paused her, and ends it. Facts: by (her name, or "")."""

    code = "paused_by_another"


class NotAsked(Refusal):
    """There is no pause of a coordinator whose end somebody asks for."""

    code = "not_asked"


@operation
def change_state(
    *,
    volunteer_id: int,
    state: str,
    actor: User | None,
    now: datetime,
    why: str = "",
    because: str = "",
) -> Volunteer:
    """active, paused or left. `why`: of a pause by somebody else than herself; she reads it.
    `because`: what made the pause, where nobody wrote a reason (Pause.Because).

    Who is not active is offered nothing; what she has promised already stays until she calls off.
    Raises ReasonNeeded, DataErased, GuardianNeeded, and PausedByAnother when she would end a
    coordinator's pause herself.
    """
    row = lock_whoever_is_here(volunteer_id)
    if state not in ENTERS:
        raise ValueError(state)
    if row.state == state:
        return row
    if state == Volunteer.State.ACTIVE and needs_guardian(row, now):
        raise GuardianNeeded()
    _end_pause(row, actor, now)
    if state == Volunteer.State.PAUSED:
        _begin_pause(row, actor, now, why, because)
    row.state = state
    row.save(update_fields=["state"])
    happened = ENTERS[state](volunteer=row.pk)
    streams = row.organisation.streams
    changed(happened, "change", f"state {state}", actor=actor, now=now, also=streams)
    return row


@operation
def ask_to_resume(*, volunteer_id: int, text: str, actor: User, now: datetime) -> Pause:
    """She wants to serve again, and says so to whoever may end the pause. Asking again keeps her
    place and says it anew. Raises NotAsked when no coordinator paused her."""
    pause = _held(lock_one(Volunteer, volunteer_id))
    if pause is None:
        raise NotAsked
    pause.asked_at = pause.asked_at or now
    pause.asked = line(text)[:LONGEST_REASON]
    pause.save(update_fields=["asked_at", "asked"])
    streams = pause.volunteer.organisation.streams
    happened = ResumeAsked(volunteer=volunteer_id)
    changed(happened, "change", "asks to resume", actor=actor, now=now, also=streams)
    return pause


@operation
def keep_paused(*, volunteer_id: int, why: str, actor: User, now: datetime) -> Pause:
    """She asked to serve again, and not yet: she reads who says so and why. Raises NotAsked,
    ReasonNeeded, and PausedByAnother when it is her own pause."""
    row = lock_one(Volunteer, volunteer_id)
    pause = _held(row)
    if pause is None or pause.asked_at is None:
        raise NotAsked
    if _is_hers(row, actor):
        raise PausedByAnother(by=str(pause.made_by or ""))
    pause.why = _reason(why)
    pause.because = ""
    pause.made_by = actor
    pause.asked_at = None
    pause.asked = ""
    pause.save(update_fields=["why", "because", "made_by", "asked_at", "asked"])
    streams = row.organisation.streams
    happened = PauseKept(volunteer=volunteer_id)
    changed(happened, "change", "stays paused", actor=actor, now=now, also=streams)
    return pause


def _begin_pause(row: Volunteer, actor: User | None, now: datetime, why: str, because: str) -> None:
    """Nothing of one that she makes herself, unless something else than her wish made it."""
    by_another = actor is not None and not _is_hers(row, actor)
    if not (because or by_another):
        return
    pause = Pause(volunteer=row, made_at=now, because=because)
    if by_another:
        pause.made_by = actor
    if not because:
        pause.why = _reason(why)
    pause.save()


def _end_pause(row: Volunteer, actor: User | None, now: datetime) -> None:
    pause = _held(row)
    if pause is None:
        return
    if actor is not None and _is_hers(row, actor):
        raise PausedByAnother(by=str(pause.made_by or ""))
    pause.ended_at = now
    pause.save(update_fields=["ended_at"])


def _held(row: Volunteer) -> Pause | None:
    held = Pause.objects.filter(volunteer=row, ended_at=None)
    return held.select_related("made_by", "volunteer__organisation").first()


def _is_hers(row: Volunteer, actor: User) -> bool:
    return row.user_id == actor.pk


def _reason(why: str) -> str:
    text = line(why)
    if not 0 < len(text) <= LONGEST_REASON:
        raise ReasonNeeded(most=LONGEST_REASON)
    return text
