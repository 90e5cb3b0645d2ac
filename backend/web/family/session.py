"""One session: when, where, who comes, and the one button that books it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend import words
from backend.bookings.admission import broken_rules
from backend.bookings.operations import book as book_seats
from backend.bookings.operations.gate import not_bookable
from backend.bookings.policy import is_bookable
from backend.bookings.queries import (
    Found,
    avoided_people,
    found_for,
    live_bookings_of,
    session_for,
    streams_of_plans,
)
from backend.common import clock
from backend.common.clock import local_day
from backend.common.refusal import Refusal
from backend.families.models import Child, Family
from backend.families.policy import months_old
from backend.rota.models import Assignment, Session
from backend.web.components import Day, DayStrip, SlotTile, SubmitBar, VenueOption
from backend.web.family.cards import (
    address_of,
    away,
    child_switcher,
    minutes_tag,
    months_tag,
    place_of,
    seats_in_words,
    where,
)
from backend.web.family.guard import for_family, own_child
from backend.words.moments import months_in_words, short_day, when

DAYS, VENUES = 7, 3  # days in the strip, other places


@for_family
def session(request: HttpRequest, family: Family, session_id: int) -> HttpResponse:
    """GET: the page of one session for one child."""
    return render(
        request,
        "family/session.html",
        _page(request, family, session_id, request.GET.getlist("child"), clock.now()),
    )


@for_family
def pick(request: HttpRequest, family: Family) -> HttpResponse:
    """GET ?session=…: another time, place or child was chosen; the same page for that, at its own
    address."""
    chosen, children = request.GET.get("session", ""), request.GET.getlist("child")
    if not chosen.isdecimal():
        raise Http404("no session chosen")
    address = _address(int(chosen), children)
    if not getattr(request, "htmx", False):
        return redirect(address)
    response = render(
        request, "family/_session.html", _page(request, family, int(chosen), children, clock.now())
    )
    response.headers["HX-Push-Url"] = address
    return response


@for_family
def session_page(request: HttpRequest, family: Family, session_id: int) -> HttpResponse:
    """The session alone, for a page that has been told of a change."""
    return render(
        request,
        "family/_session.html",
        _page(request, family, session_id, request.GET.getlist("child"), clock.now()),
    )


@require_POST
@for_family
def confirm(request: HttpRequest, family: Family) -> HttpResponse:
    """Fields session, child (one or more), shown: the session that the button named.

    If another was ticked, it is shown first.
    """
    now = clock.now()
    chosen, shown, children = (
        request.POST.get("session", ""),
        request.POST.get("shown", ""),
        request.POST.getlist("child"),
    )
    if not chosen.isdecimal():
        raise Http404("no session chosen")
    if shown and shown != chosen:
        messages.info(request, _("你选了另一个时间，看一眼再点一次「确认预约」"))
        return redirect(_address(int(chosen), children))
    ids = [int(pk) for pk in children if pk.isdecimal()]
    if session_for(family, int(chosen)) is None:
        raise Http404(f"session {chosen}")
    try:
        booking = book_seats(
            family_id=family.pk, session_id=int(chosen), child_ids=ids, actor=family.user, now=now
        )
    except Refusal as refusal:
        context = _page(request, family, int(chosen), children, now) | {
            "refused": words.refused(refusal)
        }
        return render(request, "family/session.html", context, status=422)
    messages.success(
        request, _("约好了") if booking.state == "confirmed" else _("排上候补了，有位子就告诉你")
    )
    return redirect("family:ticket", booking.pk)


def _address(session_id: int, children: list[str]) -> str:
    who = "&".join(f"child={pk}" for pk in children if pk.isdecimal())
    return f"{reverse('family:session', args=[session_id])}?{who}"


def _page(
    request: HttpRequest, family: Family, session_id: int, asked: list[str], now: datetime
) -> dict[str, Any]:
    found = session_for(family, session_id)
    children = list(family.children.order_by("pk"))
    child = own_child(children, asked[0] if asked else None)
    if found is None or found.session.starts_at is None or child is None:
        raise Http404(f"session {session_id}")
    coming = [c for c in children if str(c.pk) in asked] or [child]
    first = (
        min(local_day(now), found.day)
        if (found.day - local_day(now)).days < DAYS
        else found.day - timedelta(days=3)
    )
    around = found_for(family, child, first, first + timedelta(days=DAYS), now)
    same_day = [f for f in around if f.day == found.day and f.session.pk != found.session.pk]
    times = sorted(
        [found, *(f for f in same_day if f.session.venue_id == found.session.venue_id)],
        key=lambda f: (f.session.starts_at, f.session.pk),
    )
    bookings = list(live_bookings_of(family))
    mine = next((b for b in bookings if b.session_id == session_id), None)
    query = "&".join(f"child={c.pk}" for c in coming)
    return {
        "audience": "family",
        "family": family,
        "found": found,
        "session": found.session,
        "child": child,
        "mine": mine,
        "switcher": child_switcher(
            children, child, local_day(now), reverse("family:session", args=[session_id])
        ),
        "facts": [
            fact
            for fact in (months_tag(found.session), minutes_tag(found.session), _("免费"))
            if fact
        ],
        "strip": _strip(around, found, first, child),
        "day": short_day(found.session.starts_at),
        "slots": [_tile(f, session_id) for f in times],
        "streams": " ".join(
            [
                f"family.{family.pk}",
                *(f"session.{f.session.pk}" for f in around),
                f"session.{session_id}",
                *streams_of_plans(found.day),
            ]
        ),
        "page_url": f"{reverse('family:session_page', args=[session_id])}?{query}",
        "venues": _venues(found, same_day),
        "companions": [
            (c, months_in_words(months_old(c.birth_month, found.day)), c in coming)
            for c in children
        ]
        if len(children) > 1
        else [],
        "bookable": is_bookable(found.session, now),
        "why_not": _why_not(
            family, coming, found.session, [b.session for b in bookings if b is not mine], now
        ),
        "people": _people(found.session),
        "address": address_of(found.session),
        "bar": SubmitBar(
            title=when(found.session.starts_at),
            detail="，".join(["、".join(c.nickname for c in coming), place_of(found.session)]),
            label=_("确认预约") if found.free >= len(coming) else _("排候补"),
            form="booking",
        ),
    }


def _tile(found: Found, chosen: int) -> SlotTile:
    session = found.session
    assert session.starts_at is not None
    return SlotTile(
        name="session",
        value=str(session.pk),
        starts_at=session.starts_at,
        seats=found.free,
        waiting=found.waiting,
        checked=session.pk == chosen,
    )


def _strip(around: list[Found], found: Found, first: Any, child: Child) -> DayStrip:
    """Each day leads to its session that is most like this one: the same title, then the same
    place, then the nearest."""
    seats: Counter[Any] = Counter()
    best: dict[Any, Found] = {}
    for one in around:
        seats[one.day] += one.free
        if one.day not in best or _likeness(one, found) > _likeness(best[one.day], found):
            best[one.day] = one
    best[found.day] = found
    days = []
    for day in (first + timedelta(days=n) for n in range(DAYS)):
        there = best.get(day)
        href = (
            f"{reverse('family:session', args=[there.session.pk])}?child={child.pk}"
            if there
            else _list_of(day, child)
        )
        days.append(
            Day(
                date=day,
                count=seats[day],
                href=href,
                selected=day == found.day,
                few=seats[day] <= 3,
            )
        )
    return DayStrip(unit=_("位"), days=tuple(days))


def _list_of(day: Any, child: Child) -> str:
    return f"{reverse('family:book')}?child={child.pk}&day={day.isoformat()}"


def _likeness(one: Found, other: Found) -> tuple[bool, bool, float]:
    return (
        one.session.title == other.session.title,
        one.session.venue_id == other.session.venue_id,
        -one.kilometres,
    )


def _venues(found: Found, same_day: list[Found]) -> list[VenueOption]:
    """This place, and the nearest others of that day: each with its session that is most like this
    one."""
    others: dict[int | None, Found] = {}
    for one in same_day:
        venue = one.session.venue_id
        if venue != found.session.venue_id and (
            venue not in others or _likeness(one, found) > _likeness(others[venue], found)
        ):
            others[venue] = one
    near = sorted(others.values(), key=lambda one: one.kilometres)[:VENUES]
    return [_option(found, True), *(_option(one, False) for one in near)]


def _option(found: Found, chosen: bool) -> VenueOption:
    session, (seats, _tone) = found.session, seats_in_words(found)
    facts = [away(found.kilometres)]
    if session.venue:
        facts = [f"{where(session.venue)}，{facts[0]}", session.venue.facilities]
    if not chosen and session.starts_at:
        facts.append(f"{when(session.starts_at)} {session.title}，{seats}")
    return VenueOption(
        name="session",
        value=str(session.pk),
        title=place_of(session),
        facts=[fact for fact in facts if fact],
        checked=chosen,
    )


def _why_not(
    family: Family, coming: list[Child], session: Session, beside: Iterable[Session], now: datetime
) -> str:
    """What would be answered if she asked now, said before she asks."""
    if not is_bookable(session, now):
        return words.refused(not_bookable(session, now))
    avoided = avoided_people([family.pk], [session.pk]).get((family.pk, session.pk), ())
    violations = broken_rules(family, coming, session, beside=beside, avoided=avoided)
    return "；".join(words.reasons(violations))


def _people(session: Session) -> list[tuple[str, int]]:
    """Role → how many people have said yes.

    No names: a volunteer's name is shown only with her consent.
    """
    taken = Assignment.objects.filter(session=session, state="active").order_by("shift__role__name")
    return list(taken.values_list("shift__role__name").annotate(n=Count("pk")))
