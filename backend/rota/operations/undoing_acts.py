"""A coordinator takes back what she did by hand a moment ago: it is as if it had never been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import hold, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import ActUndone
from backend.outbox.record import record
from backend.rota.agreed import Agreed
from backend.rota.models import Act, Assignment, Notice, Offer, Session, Shift
from backend.rota.operations.answering import OfferGone
from backend.rota.operations.by_hand import PlaceGone
from backend.rota.operations.notices import Word, tell
from backend.rota.operations.places import (
    ShiftFull,
    Wanted,
    count,
    excerpt_of,
    obey,
    require_open,
    streams_of,
)
from backend.rota.operations.places import (
    hold as hold_places,
)
from backend.rota.policy import just_now
from backend.rota.states import LIVE_OFFERS
from backend.volunteers.models import Volunteer


class TooLateToUndo(Refusal):
    """The moment for it has passed, or it was undone already. Facts: act."""

    code = "too_late_to_undo"


@operation
def undo_act(*, act_id: int, actor: User, now: datetime) -> Act:
    """Undo one's own act, and what was done together with it, the last first.

    Whoever had read of it is told that it is as before. Raises TooLateToUndo for an act that is not
    hers, was undone or is older than `policy.UNDO`; PlaceGone and OfferGone when the person it
    concerns has answered or was asked since, SessionNotOpen, ShiftFull, NotActive, AgainstTheRules
    when her place is not to be had again; Act.DoesNotExist. Then nothing is undone.
    """
    acts = _together(act_id)
    hold(Volunteer, {act.volunteer_id for act in acts if act.volunteer_id})
    sessions = {act.session_id for act in acts}
    hold(Session, sessions)
    hold(Shift, Shift.objects.filter(session__in=sessions).values_list("pk", flat=True))
    acts = _together(act_id)
    first = acts[-1]
    if first.actor_id != actor.pk or first.undone_at or not just_now(first.at, now):
        raise TooLateToUndo(act=act_id)
    for act in acts:
        undo = UNDO.get(Act.Verb(act.verb))
        if undo is None:
            raise TooLateToUndo(act=act_id)
        part = act.assignment or act.offer
        assert part is not None, "an act that can be undone names its row"
        held = hold_places(part.shift_id)  # fresh, because the act before has moved its counters
        undo(act, held, now)
        _record(act, held, actor, now)
    Act.objects.filter(pk__in=[act.pk for act in acts]).update(undone_at=now)
    first.undone_at = now
    return first


def _together(act_id: int) -> list[Act]:
    """Everything that was done together with the act, whichever part of it that is, the last first.
    Raises Act.DoesNotExist."""
    named = Act.objects.get(pk=act_id)
    first = named.beside_id or named.pk
    rest = Act.objects.filter(beside=first)
    rows = (rest | Act.objects.filter(pk=first)).select_related("assignment", "offer")
    return list(rows.order_by("-pk"))


def _put_back(act: Act, held: Wanted, now: datetime) -> None:
    """Her place is hers again, where nobody has it and no rule bars her by now."""
    assignment = act.assignment
    assert assignment is not None
    if assignment.state != Assignment.State.TAKEN_OUT:
        raise PlaceGone(assignment=assignment.pk, state=assignment.state)
    require_open(held.session, now)
    obey(excerpt_of(assignment.volunteer_id, held, now), assignment.shift_id)
    if held.shift.free <= 0:
        raise ShiftFull(shift=assignment.shift_id)
    assignment.state = Assignment.State.ACTIVE
    assignment.ended_at = None
    assignment.save(update_fields=["state", "ended_at"])
    count(held.session, held.shift, taken=1)
    hers = Notice.objects.filter(
        volunteer=assignment.volunteer_id, session=act.session_id, kind=Notice.Kind.TAKEN_OUT
    )
    if hers.filter(made_at=act.at, seen_at=None).delete()[0] == 0:
        known = Agreed.of(held.session).as_json()
        kind = Notice.Kind.PUT_BACK
        tell([Word(assignment.volunteer_id, act.session_id, kind, known, act.role, True)], now)


def _unplace(act: Act, held: Wanted, now: datetime) -> None:
    """The place is free again; a question that her word had answered waits for her again."""
    assignment = act.assignment
    assert assignment is not None
    if assignment.state != Assignment.State.ACTIVE:
        raise PlaceGone(assignment=assignment.pk, state=assignment.state)
    assignment.state = Assignment.State.LAPSED
    assignment.ended_at = now
    assignment.save(update_fields=["state", "ended_at"])
    count(held.session, held.shift, taken=-1)
    shifts = {shift.pk: shift for shift in held.shifts}
    answered = Offer.objects.filter(
        session=act.session_id,
        volunteer=act.volunteer_id,
        answered_at=act.at,
        answer_by__gt=now,
        state__in=(Offer.State.ACCEPTED, Offer.State.WITHDRAWN),
    )
    for offer in answered:
        _wait_again(offer, held, shifts[offer.shift_id])


def _unask(act: Act, held: Wanted, now: datetime) -> None:
    """The question was never asked: it holds no place, and she is not told of it."""
    offer = act.offer
    assert offer is not None
    if offer.state != Offer.State.PENDING:
        raise OfferGone(offer=offer.pk, state=offer.state)
    offer.state = Offer.State.LAPSED
    offer.answered_at = now
    offer.save(update_fields=["state", "answered_at"])
    count(held.session, held.shift, held=-1)


def _ask_on(act: Act, held: Wanted, now: datetime) -> None:
    """The question that was taken back waits for her again, unless she was asked anew meanwhile,
    the session takes no more people, or a rule bars her by now."""
    offer = act.offer
    assert offer is not None
    others = Offer.objects.filter(session=offer.session_id, volunteer=offer.volunteer_id)
    asked_anew = others.filter(state__in=LIVE_OFFERS).exists()
    if offer.state != Offer.State.WITHDRAWN or offer.answer_by <= now or asked_anew:
        raise OfferGone(offer=offer.pk, state=offer.state)
    require_open(held.session, now)
    obey(excerpt_of(offer.volunteer_id, held, now), offer.shift_id)
    Notice.objects.filter(
        volunteer=offer.volunteer_id, session=offer.session_id, made_at=act.at, seen_at=None
    ).delete()
    _wait_again(offer, held, held.shift)


def _shorten(act: Act, held: Wanted, now: datetime) -> None:
    """Her deadline is the earlier one again, unless it has passed."""
    offer = act.offer
    assert offer is not None and act.was is not None
    before = datetime.fromisoformat(act.was["answer_by"])
    if offer.state != Offer.State.PENDING or before <= now:
        raise OfferGone(offer=offer.pk, state=offer.state)
    offer.answer_by = before
    offer.save(update_fields=["answer_by"])


def _unpin(act: Act, held: Wanted, now: datetime) -> None:
    """Pinned is no more pinned, and the other way round."""
    offer = act.offer
    assert offer is not None
    offer.pinned = act.verb == Act.Verb.UNPINNED
    offer.save(update_fields=["pinned"])


def _wait_again(offer: Offer, held: Wanted, shift: Shift) -> None:
    if shift.free <= 0:
        raise ShiftFull(shift=shift.pk)
    offer.state = Offer.State.PENDING
    offer.answered_at = None
    offer.save(update_fields=["state", "answered_at"])
    count(held.session, shift, held=1)


UNDO: dict[Act.Verb, Callable[[Act, Wanted, datetime], None]] = {
    Act.Verb.TOOK_OUT: _put_back,
    Act.Verb.PLACED: _unplace,
    Act.Verb.ASKED: _unask,
    Act.Verb.TOOK_BACK: _ask_on,
    Act.Verb.PROLONGED: _shorten,
    Act.Verb.PINNED: _unpin,
    Act.Verb.UNPINNED: _unpin,
}


def _record(act: Act, held: Wanted, actor: User, now: datetime) -> None:
    session = held.session
    assert act.volunteer_id is not None
    record(
        ActUndone(
            rota=session.rota_id,
            session=session.pk,
            shift=held.shift.pk,
            volunteer=act.volunteer_id,
            act=act.pk,
            seats=session.seats_max or 0,
        ),
        streams=streams_of(session, act.volunteer_id),
        actor=actor,
        now=now,
    )
