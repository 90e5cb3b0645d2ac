"""预约: a week of sessions near home for one child, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from backend.bookings.models import Booking
from backend.bookings.queries import (
    Found,
    found_for,
    live_bookings_of,
    minders_missing,
    positions,
    seats_lost_by,
    sleeps_then,
    streams_of_plans,
)
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import day as day_of
from backend.families.models import Child, Family
from backend.web.components import (
    Button,
    Day,
    DayStrip,
    EmptyState,
    Pagination,
    SessionCard,
    Stepper,
)
from backend.web.family.asks import asked_of, no_minder_yet, waits_for_word
from backend.web.family.cards import age_of, child_switcher, found_card, lost_card
from backend.web.family.consents import BY_KEY
from backend.web.family.guard import for_family, is_agreed, own_child, own_children
from backend.web.family.wish_asks import together
from backend.words.moments import long_day

DAYS = 7  # in the strip
AHEAD = 56  # days that one may look ahead
A_PAGE = 10  # cards
FEW = 3  # seats that are few for a day, and cards that are
MORE = 4  # sessions of other days under a day that has few


@for_family
def book(request: HttpRequest, family: Family) -> HttpResponse:
    now = clock.now()
    children = own_children(family)
    child = own_child(children, request.GET.get("child"))
    context: dict[str, Any] = {
        "audience": "family",
        "place": "book",
        "family": family,
        "child": child,
    }
    if child is None:
        return render(request, "family/book.html", context | {"empty": _no_child()})
    bookings = list(live_bookings_of(family))
    today = local_day(now)
    context |= {
        "switcher": child_switcher(children, child, today, reverse("family:book"), live=False),
        "counts": {"bookings": sum(waits_for_word(b, now) for b in bookings)},
        "tabs_stream": f"family.{family.pk}",
    }
    return render(
        request,
        "family/book.html",
        context
        | offers_context(family, bookings, now)
        | lost_context(family, now)
        | _week(request, family, child, bookings, now),
    )


@for_family
def book_fragment(request: HttpRequest, family: Family) -> HttpResponse:
    """The strip and the day's list alone, for a page that has been told of a change."""
    child = own_child(own_children(family), request.GET.get("child"))
    if child is None:
        raise Http404("no child")
    return render(
        request,
        "family/_sessions.html",
        _week(request, family, child, list(live_bookings_of(family)), clock.now()),
    )


@for_family
def offers_fragment(request: HttpRequest, family: Family) -> HttpResponse:
    """The freed seats that wait for an answer, and those that she had before a new plan."""
    now = clock.now()
    asked = offers_context(family, list(live_bookings_of(family)), now)
    return render(request, "family/_offers.html", asked | lost_context(family, now))


def lost_context(family: Family, now: datetime) -> dict[str, Any]:
    return {"lost": [lost_card(booking, now) for booking in seats_lost_by(family, now)]}


def offers_context(family: Family, bookings: list[Booking], now: datetime) -> dict[str, Any]:
    """`bookings` are the family's live ones."""
    alone, wishes = together(asked_of(bookings, now), now)
    waited = (f"session.{b.session_id}" for b in bookings if b.state == Booking.State.WAITING)
    return {
        "offers_stream": " ".join([f"family.{family.pk}", *waited]),
        "asks": alone,
        "wish_asks": wishes,
    }


def _week(
    request: HttpRequest, family: Family, child: Child, bookings: list[Booking], now: datetime
) -> dict[str, Any]:
    if not is_agreed(child):
        return _unagreed(family, child)
    today = local_day(now)
    first = min(max(day_of(request.GET.get("from")) or today, today), today + timedelta(days=AHEAD))
    found = found_for(family, child, first, first + timedelta(days=DAYS), now)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    day = _chosen(day_of(request.GET.get("day")), days, found)
    page = Paginator([f for f in found if f.day == day], A_PAGE).get_page(request.GET.get("page"))
    card = _cards(child, bookings, now)
    more = _other_days(found, day) if page.paginator.count <= FEW else []
    return {
        "family": family,
        "streams": " ".join(_streams(family, found, day)),
        "sessions_url": f"{_address('book_fragment', child, first, day)}&page={page.number}",
        "age": age_of(child, today),
        **_heading(child, found, day),
        "strip": _strip(found, days, day, child),
        "stepper": _stepper(first, today, child),
        "cards": [card(one) for one in page],
        "more": [card(one, dated=True) for one in more],
        "pages": Pagination.of(page, _address("book", child, first, day) + "&page={page}"),
        "nothing": _nothing(),
    }


def _streams(family: Family, found: list[Found], day: date) -> list[str]:
    sessions = (f"session.{one.session.pk}" for one in found)
    return [f"family.{family.pk}", *sessions, *streams_of_plans(day)]


def _chosen(asked: date | None, days: list[date], found: list[Found]) -> date:
    """The day that is asked for, or the first with a seat, with a session, of all."""
    if asked in days:
        return asked
    with_seats = [one.day for one in found if one.free > 0]
    return (with_seats or [one.day for one in found] or days)[0]


def _heading(child: Child, found: list[Found], day: date) -> dict[str, Any]:
    """What stands above the day's list: `naps`, some of it is in the hours of a nap."""
    of_day = [one for one in found if one.day == day]
    naps = any(sleeps_then(child, one) for one in of_day)
    return {"heading": long_day(day), "total": len(of_day), "naps": naps}


def _nothing() -> EmptyState:
    return EmptyState(
        title=_("这一天附近没有适合的活动"),
        text=_("换一天看看，或者到「心愿」里说说想要什么，有了就告诉你。"),
    )


def _other_days(found: list[Found], day: date) -> list[Found]:
    """The next ones with room, those after the chosen day first."""
    return sorted(
        (f for f in found if f.day != day and f.free > 0), key=lambda f: (f.day < day, f.day)
    )[:MORE]


def _cards(child: Child, bookings: list[Booking], now: datetime) -> Callable[..., SessionCard]:
    """What draws a session's card, knowing the family's live bookings and their places in line."""
    mine = {b.session_id: b for b in bookings}
    places = positions(bookings)
    unminded = minders_missing(mine)

    def card(found: Found, dated: bool = False) -> SessionCard:
        booking = mine.get(found.session.pk)
        place = places.get(booking.pk) if booking else None
        note = no_minder_yet(booking, unminded) if booking else ""
        return found_card(found, child, booking, place, now, dated=dated, note=note)

    return card


def _strip(found: list[Found], days: list[date], chosen: date, child: Child) -> DayStrip:
    seats: Counter[date] = Counter()
    for one in found:
        seats[one.day] += one.free
    shown = (
        Day(
            date=day,
            count=seats[day],
            href=_address("book", child, days[0], day),
            selected=day == chosen,
            few=seats[day] <= FEW,
        )
        for day in days
    )
    return DayStrip(unit=_("位"), target="#sessions", days=tuple(shown))


def _stepper(first: date, today: date, child: Child) -> Stepper:
    last = first + timedelta(days=DAYS - 1)
    before = max(today, first - timedelta(days=DAYS))
    after = first + timedelta(days=DAYS)
    return Stepper(
        label=_("%(month)d 月 %(day)d 日到 %(last_month)d 月 %(last_day)d 日")
        % {"month": first.month, "day": first.day, "last_month": last.month, "last_day": last.day},
        previous=_address("book", child, before) if first > today else "",
        next=_address("book", child, after) if after <= today + timedelta(days=AHEAD) else "",
        previous_label=_("前七天"),
        next_label=_("后七天"),
    )


def _address(view: str, child: Child, first: date, day: date | None = None) -> str:
    query = {"child": str(child.pk), "from": first.isoformat()}
    if day is not None:
        query["day"] = day.isoformat()
    return f"{reverse('family:' + view)}?{urlencode(query)}"


def _unagreed(family: Family, child: Child) -> dict[str, Any]:
    """No list, because what suits a child is worked out from its age: which consent is missing, and
    where it is given."""
    give = Button(
        label=_("去看同意书"), href=reverse("family:child", args=[child.pk]), variant="pri"
    )
    return {
        "streams": f"family.{family.pk}",
        "sessions_url": f"{reverse('family:book_fragment')}?{urlencode({'child': child.pk})}",
        "unagreed": EmptyState(
            title=_("还没有同意：%(purpose)s") % {"purpose": BY_KEY["booking"].title},
            text=_("没有你的同意，就不算孩子的月龄，也不能预约。同意以后，这里就有适合的活动。"),
            action=give,
        ),
    }


def _no_child() -> EmptyState:
    add = Button(
        label=_("加一个孩子"), href=reverse("family:me") + "#children", variant="pri", icon="plus"
    )
    return EmptyState(
        title=_("还没有登记孩子"), text=_("写上小名和出生年月，就能看到适合的活动。"), action=add
    )
