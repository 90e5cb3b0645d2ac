"""One session: when, where, who comes, and the one button that books it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend import words
from backend.bookings.models import Booking
from backend.bookings.operations import book as book_seats
from backend.bookings.policy import is_bookable, line_is_open, no_minder_asked
from backend.bookings.queries import (
    Found,
    live_bookings_of,
    minders_missing,
    people_by_role,
    positions,
    session_for,
)
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import key, keys
from backend.common.refusal import Refusal
from backend.families.models import Child, Family
from backend.rota.models import Session
from backend.web.components import SubmitBar
from backend.web.family.asks import (
    booked,
    can_take_now,
    no_minder_yet,
    nobody_said_yes,
    take_action,
)
from backend.web.family.cards import (
    address_of,
    age_of,
    child_switcher,
    minutes_tag,
    months_tag,
    named_people,
    offered_seat,
    place_of,
    status_of,
)
from backend.web.family.elsewhere import elsewhere
from backend.web.family.guard import for_family, is_agreed, own_child, own_children
from backend.web.family.obstacle import obstacle_of
from backend.web.see_other import see_other
from backend.words.moments import when
from matching import months_completed


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
    chosen = key(request.GET.get("session"))
    children = request.GET.getlist("child")
    if chosen is None:
        raise Http404("no session chosen")
    address = _address(chosen, children)
    if not getattr(request, "htmx", False):
        return redirect(address)
    response = render(
        request, "family/_session.html", _page(request, family, chosen, children, clock.now())
    )
    response.headers["HX-Push-Url"] = address
    return response


@for_family
def session_fragment(request: HttpRequest, family: Family, session_id: int) -> HttpResponse:
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
    chosen = key(request.POST.get("session"))
    children = request.POST.getlist("child")
    if chosen is None:
        raise Http404("no session chosen")
    if request.POST.get("shown") and key(request.POST["shown"]) != chosen:
        messages.info(request, _("你选了另一个时间，看一眼再点一次「确认预约」"))
        return see_other(_address(chosen, children))
    if session_for(family, chosen) is None:
        raise Http404(f"session {chosen}")
    try:
        booking = book_seats(
            family_id=family.pk,
            session_id=chosen,
            child_ids=keys(children),
            actor=family.user,
            now=now,
            seen=request.POST.get("seen", ""),
        )
    except Refusal as refusal:
        context = _page(request, family, chosen, children, now) | {
            "refused": words.refused(refusal)
        }
        return render(request, "family/session.html", context, status=422)
    messages.success(request, _entered(booking, now))
    return see_other("family:ticket", booking.pk)


def _entered(booking: Booking, now: datetime) -> str:
    """What she has now; asked for twice it may be something else than a seat."""
    if booking.state == Booking.State.WAITING and no_minder_asked(booking.session):
        return _("记下了，有老师了就告诉你")
    if booking.state == Booking.State.WAITING and not line_is_open(booking.session, now):
        return _("现在没有空位。离开始太近，有位子空出来，谁先点到是谁的")
    words: dict[str, str] = {
        Booking.State.CONFIRMED: booked(booking),
        Booking.State.WAITING: _("排上候补了，有位子就告诉你"),
        Booking.State.OFFERED: offered_seat(booking),
        Booking.State.ASKED: _("这一场改了，请回复还来不来"),
    }
    return words[booking.state]


def _address(session_id: int, children: list[str]) -> str:
    who = "&".join(f"child={pk}" for pk in keys(children))
    return f"{reverse('family:session', args=[session_id])}?{who}"


def _page(
    request: HttpRequest, family: Family, session_id: int, asked: list[str], now: datetime
) -> dict[str, Any]:
    found = session_for(family, session_id)
    children = own_children(family)
    if found is None or found.session.starts_at is None or not children:
        raise Http404(f"session {session_id}")
    fitting = [c for c in children if is_agreed(c) and _of_age(c, found)]
    child = _chosen(children, fitting, asked)
    coming = [c for c in children if str(c.pk) in asked] or [child]
    bookings = list(live_bookings_of(family))
    mine = next((b for b in bookings if b.session_id == session_id), None)
    obstacle = None if mine else obstacle_of(family, coming, fitting, found, bookings, now)
    query = "&".join(f"child={c.pk}" for c in coming)
    here = reverse("family:session", args=[session_id])
    fragment = reverse("family:session_fragment", args=[session_id])
    return {
        "audience": "family",
        "family": family,
        "found": found,
        "session": found.session,
        "child": child,
        "switcher": child_switcher(children, child, local_day(now), here, live=True),
        "facts": _facts(found.session),
        "page_url": f"{fragment}?{query}",
        "companions": _companions(children, coming, found) if len(children) > 1 else [],
        "bookable": is_bookable(found.session, now),
        "obstacle": obstacle,
        "address": address_of(found.session),
        "bar": _bar(found, coming),
        **_staff(found.session, mine),
        **_mine(mine, now),
        **elsewhere(family, child, found, now),
    }


def _chosen(children: list[Child], fitting: list[Child], asked: list[str]) -> Child:
    """Whose page it is: the first that is asked about, or that can come."""
    if fitting and not asked:
        return fitting[0]
    return own_child(children, asked[0] if asked else None) or children[0]


def _facts(session: Session) -> list[str]:
    facts = (months_tag(session), minutes_tag(session), _("免费"))
    return [fact for fact in facts if fact]


def _mine(booking: Booking | None, now: datetime) -> dict[str, Any]:
    """What the family has here already."""
    if booking is None:
        return {"mine": None}
    place = positions([booking]).get(booking.pk)
    return {
        "mine": booking,
        "status": status_of(booking, place, now),
        "take": take_action(booking) if can_take_now(booking, now) else None,
    }


def _companions(
    children: list[Child], coming: list[Child], found: Found
) -> list[tuple[Child, str, bool]]:
    """Each child, how old it is that day, and whether it comes."""
    return [(c, age_of(c, found.day), c in coming) for c in children]


def _bar(found: Found, coming: list[Child]) -> SubmitBar:
    assert found.session.starts_at is not None
    return SubmitBar(
        title=when(found.session.starts_at),
        detail=_("，").join([_("、").join(c.nickname for c in coming), place_of(found.session)]),
        label=_label(found, len(coming)),
        form="booking",
    )


def _of_age(child: Child, found: Found) -> bool:
    low = found.session.months_low
    high = found.session.months_high
    if low is None or high is None:
        return True
    return low <= months_completed(child.birth_month, found.day) <= high


def _label(found: Found, coming: int) -> str:
    if found.free >= coming:
        return _("确认预约")
    if no_minder_asked(found.session):
        return _("有了告诉我")
    return _("排候补")


def _staff(session: Session, booking: Booking | None) -> dict[str, Any]:
    """Who is there for the children; where nobody is yet, what that means for her booking."""
    roles = people_by_role([session.pk]).get(session.pk, [])
    nobody = {}
    if not any(role.minds for role in roles):
        missing = minders_missing([session.pk])
        nobody["unminded"] = nobody_said_yes(again=missing.get(session.pk, False))
        if booking:
            nobody["unminded_note"] = no_minder_yet(booking, missing)
    return nobody | {
        "people": [said for role in roles for said in named_people(role)],
    }
