"""Several sessions that a plan found for one wish: one card, answered one by one or all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backend import words
from backend.bookings.models import Booking
from backend.bookings.operations import accept_seat
from backend.common import clock
from backend.common.reading import key
from backend.common.refusal import Refusal
from backend.families.models import Family
from backend.rota.agreed import mark_of
from backend.web.components import Action, AskCard
from backend.web.family.guard import for_family, own_booking
from backend.web.see_other import see_other
from backend.words.moments import deadline, spaced

UNSEEN = "-"  # the mark of no terms: what comes without one was not shown


@dataclass(frozen=True)
class WishAsk:
    """`cards` answer one by one; `everything` says yes to those that she could come to, None where
    only one is left of them. `headline` with the time until which the first must be answered."""

    headline: str
    cards: list[AskCard]
    everything: Action | None


def together(
    asked: Sequence[tuple[Booking, AskCard, bool]], now: datetime
) -> tuple[list[AskCard], list[WishAsk]]:
    """Of the bookings that wait for her word, each with its card and whether she could come: the
    cards that stand alone, and those of one wish in one."""
    by_wish: defaultdict[int, list[tuple[Booking, AskCard, bool]]] = defaultdict(list)
    for one in asked:
        booking = one[0]
        if booking.state == Booking.State.OFFERED and booking.request_id:
            by_wish[booking.request_id].append(one)
    wishes = [found for found in by_wish.values() if len(found) > 1]
    grouped = {booking.pk for found in wishes for booking, _card, _can in found}
    alone = [card for booking, card, _can in asked if booking.pk not in grouped]
    return alone, [_wish_ask(found, now) for found in wishes]


def _wish_ask(found: Sequence[tuple[Booking, AskCard, bool]], now: datetime) -> WishAsk:
    by = min(booking.answer_by for booking, _card, _can in found if booking.answer_by)
    facts = {"n": len(found), "by": spaced(deadline(by, now))}
    able = [booking for booking, _card, can in found if can]
    return WishAsk(
        headline=ngettext(
            "心愿有 %(n)d 场，请在%(by)s 前回复", "心愿有 %(n)d 场，请在%(by)s 前回复", len(found)
        )
        % facts,
        cards=[_quieter(card) for _booking, card, _can in found],
        everything=_everything(able) if len(able) > 1 else None,
    )


def _quieter(card: AskCard) -> AskCard:
    """The filled button is the one for all."""
    if card.yes is None:
        return card
    return replace(card, yes=replace(card.yes, variant="sec"))


def _everything(bookings: Sequence[Booking]) -> Action:
    seen = " ".join(f"{booking.pk}:{mark_of(booking.session)}" for booking in bookings)
    label = ngettext("%(n)d 场全要", "%(n)d 场全要", len(bookings)) % {"n": len(bookings)}
    return Action(
        label=label,
        url=reverse("family:accept_all"),
        icon="check",
        wide=True,
        fields={"seats": seen},
    )


@require_POST
@for_family
def accept_all(request: HttpRequest, family: Family) -> HttpResponse:
    """Field seats: "17:mark 18:mark", the bookings and the terms that were shown. Each that can be
    had is hers; of the others she is told why."""
    taken = 0
    for one in request.POST.get("seats", "").split():
        text, _colon, seen = one.partition(":")
        pk = key(text)
        if pk is None:
            continue
        booking = own_booking(family, pk)
        if booking.state == Booking.State.CONFIRMED:
            continue  # hers since an earlier tap
        try:
            accept_seat(
                booking_id=booking.pk, actor=family.user, now=clock.now(), seen=seen or UNSEEN
            )
            taken += 1
        except Refusal as refusal:
            facts = {"title": booking.session.title, "why": words.refused(refusal)}
            messages.error(request, _("「%(title)s」：%(why)s") % facts)
    if taken:
        said = ngettext("约好了 %(n)d 场", "约好了 %(n)d 场", taken)
        messages.success(request, said % {"n": taken})
    return see_other("family:bookings")
