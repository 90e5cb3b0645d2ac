"""What a family is told when a booking cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from backend.bookings.states import ANSWERABLE, LIVE, BookingState
from backend.rota.states import SessionState

Facts = Mapping[str, Any]


def already_booked(facts: Facts) -> str:
    return _("这一场你们已经约过了；要换孩子，打开这个预约点「换孩子」")


def door_closed(facts: Facts) -> str:
    return _("现在不是登记谁来了的时间：开始前一会儿到结束后一周可以，没来的等结束以后再记")


def no_seat_there(facts: Facts) -> str:
    return _("这一家在这一场没有位子")


def line_closed(facts: Facts) -> str:
    return _("位子满了，离开始太近，不再排候补")


def no_free_seat(facts: Facts) -> str:
    return _("新的时间没有位子了，原来的预约还留着")


def no_seat_beside(facts: Facts) -> str:
    return _("没有多的位子了，原来的预约没有变")


def booking_ended(facts: Facts) -> str:
    if facts.get("state") in LIVE:
        return _("这一场已经开始，不能再改")
    return _("这个预约已经结束，不能再改")


def not_your_child(facts: Facts) -> str:
    return _("请选一个孩子")


def not_bookable(facts: Facts) -> str:
    if facts.get("state") == SessionState.CANCELLED:
        return _("这一场取消了")
    if facts.get("begun"):
        return _("这一场已经开始")
    return _("这一场还没有开放预约")


def consent_missing(facts: Facts) -> str:
    return _("要先由监护人同意使用孩子的月龄来预约，请到「我的」里勾选")


def quota_used(facts: Facts) -> str:
    return _("每个家庭一年最多约 %(limit)d 场，%(year)d 年已经用完") % {
        "limit": facts["limit"],
        "year": facts["year"],
    }


def seat_gone(facts: Facts) -> str:
    if facts.get("at_home"):
        return _("这个时间已经不等回复了，请看最新的")
    if facts.get("off"):
        return _("这一场取消了")
    if facts.get("state") in (*ANSWERABLE, BookingState.EXPIRED):
        return _("回复时间过了，位子不再给你们留着")
    if facts.get("state") in (BookingState.ATTENDED, BookingState.ABSENT):
        return _("这个预约已经结束，不能再改")
    return _("这个位子已经不在了")


def seats_stale(facts: Facts) -> str:
    return _("有 %(n)d 个位子已经变了，一个都没有发") % {"n": len(facts["lines"])}


BOOKINGS: dict[str, Callable[[Facts], str]] = {
    words.__name__: words
    for words in (
        already_booked,
        door_closed,
        no_seat_there,
        line_closed,
        no_free_seat,
        no_seat_beside,
        booking_ended,
        not_your_child,
        not_bookable,
        consent_missing,
        quota_used,
        seat_gone,
        seats_stale,
    )
}
