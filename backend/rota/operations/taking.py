"""A volunteer takes a place herself, a coordinator places her with her word, and she gives a place
back."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import admission, hold_one, lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import AssignmentWithdrawn, ShiftClaimed, ShiftPlaced
from backend.outbox.record import record
from backend.rota.models import Act, Assignment, Offer
from backend.rota.operations.acts import note_act
from backend.rota.operations.places import (
    ShiftFull,
    Wanted,
    about,
    assign,
    count,
    excerpt_of,
    hold,
    lock_places,
    look_at,
    obey,
    others_asked,
    require_open,
    require_seen,
    streams_of,
)
from backend.rota.policy import can_be_given_back
from backend.rota.snapshot.facts import PendingOffer
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import require_agreed


class SessionBegun(Refusal):
    """It is too late to give the place back: the session has begun or is over. Facts: session."""

    code = "session_begun"


@admission
def claim_shift(
    *, volunteer_id: int, shift_id: int, actor: User | None, now: datetime, seen: str = ""
) -> Assignment:
    """She picks an open shift herself. A shift that she has already is returned as it is. `seen`:
    as require_seen().

    Raises SessionNotOpen, TermsChanged, ShiftFull, AgreementNeeded, NotActive, AgainstTheRules;
    Shift.DoesNotExist, Volunteer.DoesNotExist.
    """
    glance = look_at(shift_id, volunteer_id)
    require_open(glance.session, now)
    if glance.free <= 0 and not glance.has_part:  # type: ignore[attr-defined]  # annotated
        raise ShiftFull(
            shift=shift_id
        )  # seen before any lock, so a rush on a full shift costs one read each
    require_agreed(volunteer_id, now)
    return _take(volunteer_id, shift_id, Assignment.Origin.PICKED, actor, now, seen)


@operation
def place(
    *,
    volunteer_id: int,
    shift_id: int,
    actor: User | None,
    now: datetime,
    beside: Act | None = None,
) -> Assignment:
    """A coordinator places her with her word, given by telephone; she is told, and may give it
    back. `beside`: the act that this is a part of.

    The same rules and refusals as claim_shift, but that she need not have agreed to the newest
    version of what volunteers agree to.
    """
    require_open(look_at(shift_id, volunteer_id).session, now)
    placed = _take(volunteer_id, shift_id, Assignment.Origin.PLACED, actor, now)
    if placed.made_at == now:  # otherwise she has it already
        verb = Act.Verb.PLACED
        note_act(verb, placed.session, actor=actor, now=now, part=placed, beside=beside)
    return placed


def _take(
    volunteer_id: int,
    shift_id: int,
    origin: str,
    actor: User | None,
    now: datetime,
    seen: str = "",
) -> Assignment:
    hold_one(Volunteer, volunteer_id)
    held = hold(shift_id)
    session = held.session
    shift = held.shift
    require_open(session, now)
    excerpt = excerpt_of(volunteer_id, held, now)
    if any(c["shift"] == shift.pk for c in excerpt.facts["commitments"]):
        return Assignment.objects.get(
            volunteer=volunteer_id, shift=shift, state=Assignment.State.ACTIVE
        )
    require_seen(session, seen)
    obey(excerpt, shift.pk)
    offers = [offer for offer in excerpt.facts["asked"] if offer["session"] == session.pk]
    asked = any(offer["shift"] == shift.pk for offer in offers)
    if shift.free <= 0 and not asked:  # a place that is held for her is hers
        raise ShiftFull(shift=shift.pk)
    settle_asked(offers, held, now)
    assignment = assign(volunteer_id, held, origin, now, offered=asked)
    kind = ShiftClaimed if origin == Assignment.Origin.PICKED else ShiftPlaced
    record(
        kind(
            **about(session, assignment),
            assignment=assignment.pk,
            seats=session.seats_max or 0,
            questions=others_asked(excerpt, session),
        ),
        streams=streams_of(session, volunteer_id),
        actor=actor,
        now=now,
    )
    return assignment


def settle_asked(offers: list[PendingOffer], held: Wanted, now: datetime) -> None:
    """An offer that waits for her answer in this session is answered by what she does: accepted, or
    taken back for another role."""
    shifts = {shift.pk: shift for shift in held.shifts}
    for offer in offers:
        accepted = offer["shift"] == held.shift.pk
        Offer.objects.filter(pk=offer["offer"], state=Offer.State.PENDING).update(
            state=Offer.State.ACCEPTED if accepted else Offer.State.WITHDRAWN, answered_at=now
        )
        if not accepted:
            count(held.session, shifts[offer["shift"]], held=-1)


@operation
def withdraw_assignment(*, assignment_id: int, actor: User | None, now: datetime) -> Assignment:
    """去不了: she gives the place back before the session begins. It counts nothing against her.
    A place that she has no more is left as it is.

    Raises SessionBegun; Assignment.DoesNotExist.
    """
    found = Assignment.objects.get(pk=assignment_id)
    lock_one(Volunteer, found.volunteer_id)
    session, shifts = lock_places(found.session_id, [found.shift_id])
    assignment = Assignment.objects.get(pk=assignment_id)
    if assignment.state in (
        Assignment.State.WITHDRAWN,
        Assignment.State.RELEASED,
        Assignment.State.MOVED,
        Assignment.State.LAPSED,
        Assignment.State.TAKEN_OUT,
    ):
        return assignment
    if not can_be_given_back(assignment, session, now):
        raise SessionBegun(session=session.pk)
    assignment.state = Assignment.State.WITHDRAWN
    assignment.ended_at = now
    assignment.save(update_fields=["state", "ended_at"])
    count(session, shifts[assignment.shift_id], taken=-1)
    record(
        AssignmentWithdrawn(**about(session, assignment), assignment=assignment.pk),
        streams=streams_of(session, assignment.volunteer_id),
        actor=actor,
        now=now,
    )
    return assignment
