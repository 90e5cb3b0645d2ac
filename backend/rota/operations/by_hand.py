"""What a coordinator does by hand to somebody's part in a session: takes her out, puts another in
her place, lets two exchange theirs, takes a question back or gives it more time.

Whoever that concerns is told, the session's log has a line, and for a moment it can be undone
(`undoing_acts`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import hold, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import OfferPinned, OfferProlonged, VolunteerTakenOut
from backend.outbox.record import record
from backend.rota.agreed import Agreed
from backend.rota.models import Act, Assignment, Notice, Offer, Session, Shift
from backend.rota.operations.acts import note_act
from backend.rota.operations.answering import OfferGone
from backend.rota.operations.asking import alternatives_of, make_offers, withdraw_offer
from backend.rota.operations.notices import Word, tell
from backend.rota.operations.places import about, count, lock_places, streams_of
from backend.rota.operations.taking import SessionBegun, place
from backend.rota.policy import can_be_given_back, deadline
from backend.volunteers.models import Volunteer

LONGEST_REASON = 200
OF_PART = ("session__venue", "session__rota", "shift__role")


class PlaceGone(Refusal):
    """She has the place no more. Facts: assignment, state."""

    code = "place_gone"


class ReasonMissing(Refusal):
    """Whoever is taken out reads why; nothing was written."""

    code = "reason_missing"


class NoMoreTime(Refusal):
    """A question that was asked now would have to be answered no later than this one. Facts:
    offer."""

    code = "no_more_time"


@operation
def take_out(
    *,
    assignment_id: int,
    because: str,
    actor: User | None,
    now: datetime,
    beside: Act | None = None,
) -> Act:
    """She has the place no more; she is told, with the reason. A plan does not ask her for this
    session again.

    Raises ReasonMissing, PlaceGone, SessionBegun; Assignment.DoesNotExist.
    """
    found = Assignment.objects.get(pk=assignment_id)
    hold(Volunteer, [found.volunteer_id])
    session, shifts = lock_places(found.session_id, [found.shift_id])
    assignment = Assignment.objects.select_related(*OF_PART).get(pk=assignment_id)
    because = _reason(because)
    if assignment.state != Assignment.State.ACTIVE:
        raise PlaceGone(assignment=assignment_id, state=assignment.state)
    if not can_be_given_back(assignment, session, now):
        raise SessionBegun(session=session.pk)
    assignment.state = Assignment.State.TAKEN_OUT
    assignment.ended_at = now
    assignment.save(update_fields=["state", "ended_at"])
    count(session, shifts[assignment.shift_id], taken=-1)
    tell([_not_needed(assignment, because)], now)
    happened = VolunteerTakenOut(**about(session, assignment), assignment=assignment.pk)
    streams = streams_of(session, assignment.volunteer_id)
    record(happened, streams=streams, actor=actor, now=now)
    return note_act(
        Act.Verb.TOOK_OUT,
        session,
        actor=actor,
        now=now,
        part=assignment,
        because=because,
        beside=beside,
    )


def _not_needed(assignment: Assignment, because: str) -> Word:
    known = Agreed.of(assignment.session).as_json()
    return Word(
        assignment.volunteer_id,
        assignment.session_id,
        Notice.Kind.TAKEN_OUT,
        known,
        assignment.shift.role.name,
        promised=True,
        because=because,
    )


@operation
def take_back_offer(
    *, offer_id: int, actor: User | None, now: datetime, beside: Act | None = None
) -> Act:
    """A question that waits is asked no more; she is told. Raises OfferGone;
    Offer.DoesNotExist."""
    found = Offer.objects.get(pk=offer_id)
    lock_places(found.session_id, [found.shift_id])
    offer = Offer.objects.select_related(*OF_PART).get(pk=offer_id)
    if offer.state != Offer.State.PENDING:
        raise OfferGone(offer=offer_id, state=offer.state)
    withdraw_offer(offer_id=offer_id, actor=actor, now=now)
    return note_act(
        Act.Verb.TOOK_BACK, offer.session, actor=actor, now=now, part=offer, beside=beside
    )


@operation
def prolong_offer(*, offer_id: int, actor: User | None, now: datetime) -> Act:
    """She has as long to answer as if she were asked now; she is told.

    Raises OfferGone, NoMoreTime; Offer.DoesNotExist.
    """
    found = Offer.objects.get(pk=offer_id)
    session, _shifts = lock_places(found.session_id, [found.shift_id])
    offer = Offer.objects.select_related(*OF_PART).get(pk=offer_id)
    if offer.state != Offer.State.PENDING:
        raise OfferGone(offer=offer_id, state=offer.state)
    by = deadline(session, now)
    if by is None or by <= offer.answer_by:
        raise NoMoreTime(offer=offer_id)
    before = offer.answer_by
    offer.answer_by = by
    offer.save(update_fields=["answer_by"])
    record(
        OfferProlonged(**about(session, offer), offer=offer.pk),
        streams=streams_of(session, offer.volunteer_id),
        actor=actor,
        now=now,
    )
    return note_act(
        Act.Verb.PROLONGED,
        session,
        actor=actor,
        now=now,
        part=offer,
        was={"answer_by": before.isoformat()},
    )


@operation
def pin_offer(*, offer_id: int, pinned: bool, actor: User | None, now: datetime) -> Act:
    """A plan keeps, or no more keeps, the question as it keeps a promise. She is not told: to her
    nothing changes. Raises OfferGone; Offer.DoesNotExist."""
    found = Offer.objects.get(pk=offer_id)
    session, _shifts = lock_places(found.session_id, [found.shift_id])
    offer = Offer.objects.select_related(*OF_PART).get(pk=offer_id)
    if offer.state != Offer.State.PENDING:
        raise OfferGone(offer=offer_id, state=offer.state)
    offer.pinned = pinned
    offer.save(update_fields=["pinned"])
    record(
        OfferPinned(**about(session, offer), offer=offer.pk),
        streams=[f"rota.{session.rota_id}", f"session.{session.pk}"],
        actor=actor,
        now=now,
    )
    verb = Act.Verb.PINNED if pinned else Act.Verb.UNPINNED
    return note_act(verb, session, actor=actor, now=now, part=offer)


@operation
def replace(
    *,
    part: Assignment | Offer,
    volunteer_id: int,
    agreed: bool,
    because: str,
    actor: User | None,
    now: datetime,
) -> Act:
    """Another volunteer in the place of whoever has it or was asked for it: placed when she has
    `agreed` by telephone, otherwise asked. All or nothing, and undone as one.

    `because` is read by whoever had the place. Raises what take_out, take_back_offer, place and
    make_offers raise.
    """
    _hold_all([part.volunteer_id, volunteer_id], [part.shift_id])
    if isinstance(part, Assignment):
        first = take_out(assignment_id=part.pk, because=because, actor=actor, now=now)
    else:
        first = take_back_offer(offer_id=part.pk, actor=actor, now=now)
    if agreed:
        place(volunteer_id=volunteer_id, shift_id=part.shift_id, actor=actor, now=now, beside=first)
    else:
        make_offers(pairs=[(volunteer_id, part.shift_id)], actor=actor, now=now, beside=first)
    return first


@operation
def swap(*, one_id: int, other_id: int, because: str, actor: User | None, now: datetime) -> Act:
    """Two who agreed to it by telephone exchange their places, of one session or of two.

    All or nothing, and undone as one. Raises what take_out and place raise;
    Assignment.DoesNotExist.
    """
    one = Assignment.objects.get(pk=one_id)
    other = Assignment.objects.get(pk=other_id)
    _hold_all([one.volunteer_id, other.volunteer_id], [one.shift_id, other.shift_id])
    why = {"because": because, "actor": actor, "now": now}
    first = take_out(assignment_id=one_id, **why)  # type: ignore[arg-type]
    take_out(assignment_id=other_id, **why, beside=first)  # type: ignore[arg-type]
    for volunteer, shift in (
        (one.volunteer_id, other.shift_id),
        (other.volunteer_id, one.shift_id),
    ):
        place(volunteer_id=volunteer, shift_id=shift, actor=actor, now=now, beside=first)
    return first


@operation
def bring_over(
    *,
    part: Assignment | Offer,
    shift_id: int,
    because: str,
    actor: User | None,
    now: datetime,
) -> Act:
    """Whoever has a part in another session comes to this shift instead: placed where she had a
    place and agreed to it by telephone, asked where she had only been asked.

    All or nothing, and undone as one. `because` she reads of the place that she had. Raises what
    take_out, take_back_offer, place and make_offers raise.
    """
    _hold_all([part.volunteer_id], [part.shift_id, shift_id])
    who = part.volunteer_id
    if isinstance(part, Assignment):
        first = take_out(assignment_id=part.pk, because=because, actor=actor, now=now)
        place(volunteer_id=who, shift_id=shift_id, actor=actor, now=now, beside=first)
    else:
        first = take_back_offer(offer_id=part.pk, actor=actor, now=now)
        make_offers(pairs=[(who, shift_id)], actor=actor, now=now, beside=first)
    return first


@operation
def place_all(
    *, volunteer_ids: Collection[int], shift_id: int, actor: User | None, now: datetime
) -> Act | None:
    """Everybody of these, who agreed by telephone, as one act; None when all had a place already.
    All or nothing. Raises what place raises."""
    _hold_all(volunteer_ids, [shift_id])
    first: Act | None = None
    for volunteer in sorted(volunteer_ids):
        placed = place(
            volunteer_id=volunteer, shift_id=shift_id, actor=actor, now=now, beside=first
        )
        made = Act.objects.filter(assignment=placed, verb=Act.Verb.PLACED, at=now).first()
        first = first or made
    return first


def _hold_all(volunteers: Collection[int], shifts: Collection[int]) -> None:
    """Everything that the parts of one act lock, in the fixed order."""
    hold(Volunteer, volunteers)
    sessions = set(Shift.objects.filter(pk__in=shifts).values_list("session", flat=True))
    hold(Session, sessions | alternatives_of(sessions))
    hold(Shift, Shift.objects.filter(session__in=sessions).values_list("pk", flat=True))


def _reason(because: str) -> str:
    said = line(because)[:LONGEST_REASON]
    if not said:
        raise ReasonMissing
    return said
