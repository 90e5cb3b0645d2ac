"""这一场怎么样: a family says in two taps whether a tutor came and how the class was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.bookings.models import Booking
from backend.common import clock
from backend.common.reading import key, yes_or_no
from backend.families.models import Family
from backend.records.models import Feedback
from backend.records.operations import give_feedback
from backend.records.policy import may_give_feedback
from backend.records.queries.persons import said_of
from backend.web.components import Action
from backend.web.family.guard import for_family, own_booking
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other


def not_said(bookings: Iterable[Booking], now: datetime) -> set[int]:
    """Of which of these the family may still say how it was, and has not. One statement at most."""
    open_to_her = {b.pk for b in bookings if may_give_feedback(b, b.session, now)}
    if not open_to_her:
        return set()
    return open_to_her - set(said_of(open_to_her))


@dataclass(frozen=True)
class FeedbackCard:
    """The question whose turn it is, its answers, and what becomes of them; no `actions`: all is
    said."""

    headline: str
    actions: tuple[Action, ...]
    note: str


def asked_of(booking: Booking, now: datetime) -> FeedbackCard | None:
    """None while, or since when, the family is not asked. One statement where it is."""
    if not may_give_feedback(booking, booking.session, now):
        return None
    said = said_of([booking.pk]).get(booking.pk)
    url = reverse("family:feedback", args=[booking.pk])
    if said is None:
        return FeedbackCard(_("老师来了吗？"), _came(url), _("只点两下，不问孩子的事。"))
    if said.tutor_came and said.felt is None:
        return FeedbackCard(
            _("这一场怎么样？"),
            _felt(url),
            _("三家以上说了，老师和主办的人才看到各有几家；不写是哪一家。"),
        )
    return FeedbackCard(_("说好了，谢谢"), (), _said(said))


def _came(url: str) -> tuple[Action, ...]:
    return (
        Action(label=_("来了"), url=url, fields={"came": "yes"}),
        Action(label=_("没来"), url=url, fields={"came": "no"}, variant="sec"),
    )


def _felt(url: str) -> tuple[Action, ...]:
    return tuple(
        Action(label=_felt_words()[felt], url=url, fields={"felt": felt.value}, variant="sec")
        for felt in Feedback.Felt
    )


def _felt_words() -> dict[int, str]:
    return {
        Feedback.Felt.WELL: _("很好"),
        Feedback.Felt.FAIRLY: _("还可以"),
        Feedback.Felt.BADLY: _("不太好"),
    }


def _said(said: Feedback) -> str:
    if not said.tutor_came:
        return _("你们说：老师没来。主办的人看得到。")
    return _("你们说：老师来了，%(felt)s。") % {"felt": _felt_words()[said.felt or 0]}


@require_POST
@for_family
def give(request: HttpRequest, family: Family, booking_id: int) -> HttpResponse:
    """Field came: "yes" or "no"; or felt: 1, 2 or 3, of a class to which a tutor came."""
    booking = own_booking(family, booking_id)
    felt = key(request.POST.get("felt"))
    if felt not in Feedback.Felt.values:
        felt = None
    came = yes_or_no(request.POST.get("came")) if felt is None else True
    if came is None:
        messages.warning(request, _("请选一样"))
        return see_other("family:ticket", booking.pk)
    with refusals_said(request):
        give_feedback(
            booking_id=booking.pk,
            tutor_came=came,
            felt=felt,
            actor=family.user,
            now=clock.now(),
        )
    return see_other("family:ticket", booking.pk)
