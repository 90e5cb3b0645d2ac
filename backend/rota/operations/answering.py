"""A volunteer answers an offer, or its time runs out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import admission, hold_one, lock, operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.refusal import Refusal
from backend.outbox.kinds import OfferAccepted, OfferDeclined, OfferExpired
from backend.outbox.record import record
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.operations.notices import Word, known_to, tell
from backend.rota.operations.places import (
    SessionNotOpen,
    assign,
    count,
    excerpt_of,
    hold,
    lock_places,
    obey,
    others_asked,
    require_open,
    require_seen,
    settle,
    streams_of,
)
from backend.rota.policy import had_promised, waits_for_answer
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import require_agreed

GIVEN_BACK = (Assignment.State.WITHDRAWN, Assignment.State.LAPSED)
ENDED_BY_US = (
    Assignment.State.RELEASED,
    Assignment.State.MOVED,
    Assignment.State.TAKEN_OUT,
)
ENDED_BY: Mapping[str, str] = {
    Notice.Kind.RELEASED: "changed",
    Notice.Kind.LET_GO: "fewer",
    Notice.Kind.BARRED: "barred",
    Notice.Kind.CANCELLED: "called_off",
}
BATCH = 200  # offers that expire in one transaction


class OfferGone(Refusal):
    """The offer is not waiting for an answer any more.

    Facts: offer, state: the row's, or what became of her yes since: "given_back" by herself,
    "released" when her place ended, "moved" when the session changed, "taken_out" by a coordinator;
    or of the question: "changed" (and she cannot come then), "fewer" people wanted, "barred" from
    saying yes, "called_off".
    """

    code = "offer_gone"


@admission
def accept_offer(*, offer_id: int, actor: User | None, now: datetime, seen: str = "") -> Assignment:
    """我能去. The rules are asked again: she may have taken something else meanwhile. Accepting
    twice returns the same assignment. `seen`: as require_seen().

    Raises OfferGone, AgreementNeeded, SessionNotOpen, TermsChanged, NotActive, AgainstTheRules;
    Offer.DoesNotExist.
    """
    found = Offer.objects.get(pk=offer_id)
    if found.state == Offer.State.PENDING and not had_promised(found):
        require_agreed(found.volunteer_id, now)
    hold_one(Volunteer, found.volunteer_id)
    held = hold(found.shift_id)
    offer = Offer.objects.get(pk=offer_id)
    if offer.state == Offer.State.ACCEPTED:
        return accepted_before(offer)
    if not waits_for_answer(offer, now):
        raise OfferGone(offer=offer_id, state=_what_became_of(offer))
    require_open(held.session, now)
    require_seen(held.session, seen)
    excerpt = excerpt_of(offer.volunteer_id, held, now)
    obey(excerpt, offer.shift_id)
    settle(offer, Offer.State.ACCEPTED, now)
    assignment = assign(offer.volunteer_id, held, Assignment.Origin.ACCEPTED, now, offered=True)
    happened = OfferAccepted(
        **_told(offer, held.session),
        assignment=assignment.pk,
        questions=others_asked(excerpt, held.session),
    )
    _record(happened, offer, held.session, actor, now)
    return assignment


@operation
def decline_offer(*, offer_id: int, actor: User | None, now: datetime) -> Offer:
    """去不了. It costs her nothing; the place is free again and she is not asked for this session
    again. Repeating changes nothing.

    Raises OfferGone when it was accepted or taken back, SessionNotOpen when the session that she
    had accepted was called off; Offer.DoesNotExist.
    """
    found = Offer.objects.get(pk=offer_id)
    session, shifts = lock_places(found.session_id, [found.shift_id])
    offer = Offer.objects.get(pk=offer_id)
    if offer.state == Offer.State.DECLINED:
        return offer
    if offer.state == Offer.State.ACCEPTED:
        accepted_before(offer)  # says what became of her yes
    if offer.state != Offer.State.PENDING:
        raise OfferGone(offer=offer_id, state=_what_became_of(offer))
    settle(offer, Offer.State.DECLINED, now)
    count(session, shifts[offer.shift_id], held=-1)
    _record(OfferDeclined(**_told(offer, session)), offer, session, actor, now)
    return offer


def _what_became_of(offer: Offer) -> str:
    if offer.state == Offer.State.PENDING:
        return Offer.State.EXPIRED
    if offer.state not in (Offer.State.WITHDRAWN, Offer.State.LAPSED):
        return offer.state
    notices = Notice.objects.filter(volunteer=offer.volunteer_id, session=offer.session_id)
    newest = notices.order_by("-made_at", "-pk").first()
    return ENDED_BY.get(newest.kind, offer.state) if newest else offer.state


def accepted_before(offer: Offer) -> Assignment:
    """Her place, if it is still what her yes was to."""
    hers = Assignment.objects.filter(volunteer=offer.volunteer_id, shift=offer.shift_id)
    assignment = hers.select_related("session").order_by("-pk").first()
    if assignment is None or assignment.state in GIVEN_BACK:
        raise OfferGone(offer=offer.pk, state="given_back")
    session = assignment.session
    if session.state == Session.State.CANCELLED:
        raise SessionNotOpen(session=session.pk, state=session.state)
    if assignment.state in ENDED_BY_US:
        raise OfferGone(offer=offer.pk, state=str(assignment.state))
    return assignment


def _told(offer: Offer, session: Session) -> dict[str, int]:
    return {
        "rota": session.rota_id,
        "session": session.pk,
        "shift": offer.shift_id,
        "volunteer": offer.volunteer_id,
        "offer": offer.pk,
    }


def _record(
    happened: OfferAccepted | OfferDeclined,
    offer: Offer,
    session: Session,
    actor: User | None,
    now: datetime,
) -> None:
    record(happened, streams=streams_of(session, offer.volunteer_id), actor=actor, now=now)


def expire_offers(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """Free the places of every offer whose time has run out; how many there were.

    Some hundreds to a transaction, `go_on` asked after each; what is left then stays due.
    """
    return work_off(_expired_in_pieces(now), go_on)


def _expired_in_pieces(now: datetime) -> Iterator[int]:
    while due := list(
        Offer.objects.filter(state=Offer.State.PENDING, answer_by__lte=now)
        .order_by("session", "pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        yield _expire(due, now=now)


def _unanswered(offer: Offer) -> Word:
    """She had said yes to what it was before, and her place was kept for her until now."""
    role = offer.shift.role.name
    return Word(
        offer.volunteer_id,
        offer.session_id,
        Notice.Kind.UNANSWERED,
        known_to(offer),
        role,
        promised=True,
    )


@operation
def _expire(offer_ids: list[int], *, now: datetime) -> int:
    rows = Offer.objects.filter(pk__in=offer_ids)
    places = list(rows.values_list("session_id", "shift_id"))
    sessions = lock(Session, {s for s, _ in places})
    shifts = lock(Shift, {h for _, h in places})
    due = list(
        rows.filter(state=Offer.State.PENDING, answer_by__lte=now)
        .select_related("session__venue", "shift__role")
        .order_by("pk")
    )  # some were answered while we waited for the locks
    if not due:
        return 0
    Offer.objects.filter(pk__in=[o.pk for o in due]).update(
        state=Offer.State.EXPIRED, answered_at=now
    )
    of_shift: defaultdict[int, int] = defaultdict(int)
    for offer in due:
        of_shift[offer.shift_id] += 1
    for shift_id, n in of_shift.items():
        count(sessions[shifts[shift_id].session_id], shifts[shift_id], held=-n)
    tell([_unanswered(offer) for offer in due if had_promised(offer)], now)
    streams = {stream for o in due for stream in streams_of(sessions[o.session_id], o.volunteer_id)}
    record(
        OfferExpired(
            offers=tuple(o.pk for o in due),
            sessions=tuple(sorted({o.session_id for o in due})),
        ),
        streams=streams,
        actor=None,
        now=now,
    )
    return len(due)
