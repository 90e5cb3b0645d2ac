"""Questions that she cannot say yes to any more: what she has taken since lies over them, her hours
are others, or somebody whom she must not meet has come.

Such a question holds a place for nobody, so it ends by itself and she is told why. When what barred
it was a slip of the finger, it waits for her again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from backend.common.bulk import among
from backend.common.locking import hold, lock, operation
from backend.common.refusal import told
from backend.outbox.kinds import OfferBarred, OfferReopened
from backend.outbox.record import record
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.operations.notices import Word, known_to, tell
from backend.rota.operations.places import count, settle, streams_of
from backend.rota.policy import UNDO, can_be_asked_for, had_promised
from backend.rota.snapshot.excerpt import Excerpt, excerpts_of
from backend.volunteers.models import Volunteer

Broken = tuple[Mapping[str, object], ...]


def what_bars(excerpt: Excerpt, shift_id: int) -> Broken:
    """Why she could not say yes to this shift, as a notice keeps it; empty when she could. Of whom
    she must not meet, nothing; and that no grown-up has said yes yet ends no question, it waits."""
    if excerpt.facts["state"] != Volunteer.State.ACTIVE:
        return ({"rule": "volunteer_not_active"},)
    found = (v for v in excerpt.against(shift_id) if v.rule != "supervision")
    return tuple(told(violation) for violation in found)


def is_barred(offer: Offer, now: datetime) -> bool:
    """Whether she could not say yes to it. Its session comes with rota and programme."""
    return bool(_barred([offer], now)[offer.pk])


@operation
def end_barred_offers(*, volunteer_id: int, now: datetime) -> int:
    """Of her questions end those that she cannot say yes to, and ask again those that ended so a
    moment ago and that she could say yes to after all; how many there were of both.

    Repeating changes nothing.
    """
    return _settle([volunteer_id], Q(volunteer=volunteer_id), now)


@operation
def end_barred_offers_of(*, session_id: int, now: datetime) -> int:
    """The same for the questions of this session, and for all questions of the people in it:
    somebody has come, or it was moved."""
    there = Assignment.objects.filter(session=session_id, state=Assignment.State.ACTIVE)
    asked = Offer.objects.filter(session=session_id, state=Offer.State.PENDING)
    people = set(there.values_list("volunteer", flat=True))
    people |= set(asked.values_list("volunteer", flat=True))
    return _settle(people, among("volunteer", people), now)


def _settle(people: Collection[int], whose: object, now: datetime) -> int:
    hold(Volunteer, people)
    rows = Offer.objects.filter(whose, _in_question(now))
    places = list(rows.values_list("session_id", "shift_id"))
    if not places:
        return 0
    sessions = lock(Session, {session for session, _ in places})
    shifts = lock(Shift, {shift for _, shift in places})
    offers = _fresh(rows)
    barred = _barred(offers, now)
    ended = [offer for offer in offers if offer.state == Offer.State.PENDING and barred[offer.pk]]
    for offer in ended:
        settle(offer, Offer.State.LAPSED, now)
        count(sessions[offer.session_id], shifts[offer.shift_id], held=-1)
    tell((_word(offer, barred[offer.pk]) for offer in ended), now)
    asked_again = [
        offer
        for offer in offers
        if offer.state == Offer.State.LAPSED and offer not in ended and not barred[offer.pk]
    ]
    asked_again = [
        offer
        for offer in asked_again
        if _wait_again(offer, sessions[offer.session_id], shifts[offer.shift_id], now)
    ]
    _record(OfferBarred, ended, now)
    _record(OfferReopened, asked_again, now)
    return len(ended) + len(asked_again)


def _record(
    kind: type[OfferBarred | OfferReopened], offers: Sequence[Offer], now: datetime
) -> None:
    if not offers:
        return
    happened = kind(
        offers=tuple(offer.pk for offer in offers),
        sessions=tuple(sorted({offer.session_id for offer in offers})),
    )
    streams = {s for o in offers for s in streams_of(o.session, o.volunteer_id)}
    record(happened, streams=streams, actor=None, now=now)


def _in_question(now: datetime) -> Q:
    """Those that wait for an answer, and those that ended so a moment ago."""
    return Q(answer_by__gt=now) & (
        Q(state=Offer.State.PENDING) | Q(state=Offer.State.LAPSED, answered_at__gte=now - UNDO)
    )


def _fresh(rows: QuerySet[Offer]) -> Sequence[Offer]:
    offers = rows.select_related(
        "session__rota", "session__programme", "session__venue", "shift__role"
    )
    return list(offers.order_by("pk"))


def _barred(offers: Iterable[Offer], now: datetime) -> dict[int, Broken]:
    """Offer → what bars her from it."""
    of: defaultdict[int, list[Session]] = defaultdict(list)
    for offer in offers:
        of[offer.volunteer_id].append(offer.session)
    excerpts = excerpts_of(of, now=now)
    return {
        offer.pk: what_bars(excerpts[offer.volunteer_id, offer.session.rota_id], offer.shift_id)
        for offer in offers
    }


def _word(offer: Offer, broken: Broken) -> Word:
    role = offer.shift.role.name
    known = known_to(offer)
    promised = had_promised(offer)
    return Word(
        offer.volunteer_id, offer.session_id, Notice.Kind.BARRED, known, role, promised, broken
    )


def _wait_again(offer: Offer, session: Session, shift: Shift, now: datetime) -> bool:
    """It ended because it was barred (her notice says so), and its place is still free."""
    here = {"volunteer": offer.volunteer_id, "session": offer.session_id}
    notice = Notice.objects.filter(**here, kind=Notice.Kind.BARRED, seen_at=None).first()
    if notice is None or shift.free <= 0 or not can_be_asked_for(offer.session, now):
        return False
    if Offer.objects.filter(**here, state__in=(Offer.State.PENDING, Offer.State.DECLINED)).exists():
        return False  # asked anew since
    notice.delete()
    settle(offer, Offer.State.PENDING, None)
    count(session, shift, held=1)
    return True
