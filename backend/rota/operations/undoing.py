"""A slip of the finger is taken back, and binds nobody."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import hold_one, lock_one, operation
from backend.outbox.kinds import (
    AcceptanceUndone,
    AnswerTakenBack,
    ClaimUndone,
    RefusalUndone,
)
from backend.outbox.record import record
from backend.rota.models import Assignment, Offer, Session
from backend.rota.operations.answering import OfferGone, accepted_before
from backend.rota.operations.places import (
    ShiftFull,
    count,
    excerpt_of,
    hold,
    lock_places,
    obey,
    require_open,
    streams_of,
)
from backend.rota.operations.taking import withdraw_assignment
from backend.rota.policy import can_be_given_back, deadline, just_now
from backend.volunteers.models import Volunteer


@operation
def undo_claim(*, assignment_id: int, actor: User | None, now: datetime) -> Assignment:
    """报名 by mistake: as if she had never taken the place, so she may be asked for it.

    Later than `policy.UNDO` after the tap it is withdraw_assignment. Repeating changes nothing.
    Raises SessionBegun; Assignment.DoesNotExist.
    """
    found = Assignment.objects.get(pk=assignment_id)
    lock_one(Volunteer, found.volunteer_id)
    session, shifts = lock_places(found.session_id, [found.shift_id])
    assignment = Assignment.objects.get(pk=assignment_id)
    if assignment.state != Assignment.State.ACTIVE or not just_now(assignment.made_at, now):
        return withdraw_assignment(assignment_id=assignment_id, actor=actor, now=now)
    _lapse(assignment, now)
    count(session, shifts[assignment.shift_id], taken=-1)
    _record(ClaimUndone, session, assignment.volunteer_id, assignment.shift_id, actor, now)
    return assignment


@operation
def undo_accept(*, offer_id: int, actor: User | None, now: datetime) -> Offer:
    """我能去 by mistake: the question waits for her again until its deadline, her place held.

    Repeating changes nothing. Raises OfferGone when it is too late for that, SessionNotOpen when
    the session was called off; Offer.DoesNotExist.
    """
    found = Offer.objects.get(pk=offer_id)
    lock_one(Volunteer, found.volunteer_id)
    session, shifts = lock_places(found.session_id, [found.shift_id])
    offer = Offer.objects.get(pk=offer_id)
    if offer.state == Offer.State.PENDING:
        return offer
    taken = Assignment.objects.filter(
        volunteer=offer.volunteer_id, shift=offer.shift_id, state=Assignment.State.ACTIVE
    ).first()
    if taken is None and offer.state == Offer.State.ACCEPTED:
        accepted_before(offer)  # says what became of her yes
    slip = offer.state == Offer.State.ACCEPTED and just_now(offer.answered_at, now)
    if taken is None or not slip or not can_be_given_back(taken, session, now):
        raise OfferGone(offer=offer_id, state=offer.state)
    if offer.answer_by <= now:
        raise OfferGone(offer=offer_id, state=Offer.State.ACCEPTED)
    _lapse(taken, now)
    _reopen(offer, offer.answer_by)
    count(session, shifts[offer.shift_id], taken=-1, held=1)
    _record(AcceptanceUndone, session, offer.volunteer_id, offer.shift_id, actor, now)
    return offer


@operation
def undo_decline(*, offer_id: int, actor: User | None, now: datetime) -> Offer:
    """She can come after all: the question waits for her again, while the place is free.

    Repeating changes nothing. Raises ShiftFull when somebody else has the place by now,
    NotActive, AgainstTheRules when she could not say yes to it (she has taken something else),
    SessionNotOpen, OfferGone when it is too late to ask; Offer.DoesNotExist.
    """
    found = Offer.objects.get(pk=offer_id)
    hold_one(Volunteer, found.volunteer_id)
    held = hold(found.shift_id)
    session = held.session
    offer = Offer.objects.get(pk=offer_id)
    if offer.state == Offer.State.PENDING:
        return offer
    if offer.state != Offer.State.DECLINED:
        raise OfferGone(offer=offer_id, state=offer.state)
    require_open(session, now)
    obey(excerpt_of(offer.volunteer_id, held, now), offer.shift_id)
    shift = held.shift
    if shift.free <= 0:
        raise ShiftFull(shift=shift.pk)
    by = offer.answer_by if offer.answer_by > now else deadline(session, now)
    if by is None:
        raise OfferGone(offer=offer_id, state=Offer.State.EXPIRED)
    _reopen(offer, by)
    count(session, shift, held=1)
    _record(RefusalUndone, session, offer.volunteer_id, offer.shift_id, actor, now)
    return offer


def _lapse(assignment: Assignment, now: datetime) -> None:
    assignment.state = Assignment.State.LAPSED
    assignment.ended_at = now
    assignment.save(update_fields=["state", "ended_at"])


def _reopen(offer: Offer, by: datetime) -> None:
    offer.state = Offer.State.PENDING
    offer.answered_at = None
    offer.answer_by = by
    offer.save(update_fields=["state", "answered_at", "answer_by"])


def _record(
    kind: type[AnswerTakenBack],
    session: Session,
    volunteer: int,
    shift: int,
    actor: User | None,
    now: datetime,
) -> None:
    record(
        kind(
            rota=session.rota_id,
            session=session.pk,
            shift=shift,
            volunteer=volunteer,
            seats=session.seats_max or 0,
        ),
        streams=streams_of(session, volunteer),
        actor=actor,
        now=now,
    )
