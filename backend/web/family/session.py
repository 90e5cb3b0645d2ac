"""One session: when, where, who comes, and the one button that books it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend import words
from backend.bookings.admission import broken_rules
from backend.bookings.models import Booking
from backend.bookings.operations import ConsentMissing, LineClosed
from backend.bookings.operations import book as book_seats
from backend.bookings.operations.gate import not_bookable
from backend.bookings.policy import is_bookable, line_is_open, no_minder_asked
from backend.bookings.queries import (
    Found,
    avoided_people,
    found_for,
    live_bookings_of,
    minders_missing,
    people_by_role,
    positions,
    session_for,
    streams_of_plans,
)
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import key, keys
from backend.common.refusal import Refusal
from backend.families.models import Child, Family
from backend.rota.models import Session
from backend.web.components import Button, Day, DayStrip, SlotTile, SubmitBar, VenueOption
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
    away,
    child_switcher,
    minutes_tag,
    months_tag,
    named_people,
    offered_seat,
    place_of,
    seats_in_words,
    status_of,
)
from backend.web.family.guard import for_family, is_agreed, own_child, own_children
from backend.web.see_other import see_other
from backend.words.moments import long_day, months_in_words, when
from matching import months_completed

DAYS = 7  # in the strip
VENUES = 3  # other places


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
    obstacle = None if mine else _obstacle(family, coming, fitting, found, bookings, now)
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
        **_elsewhere(family, child, found, now),
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


def _elsewhere(family: Family, child: Child, found: Found, now: datetime) -> dict[str, Any]:
    """Other times and places of the days around, and the streams that all of it hangs on."""
    session_id = found.session.pk
    assert found.session.starts_at is not None
    first = found.day - timedelta(days=3)
    if (found.day - local_day(now)).days < DAYS:
        first = min(local_day(now), found.day)
    around: list[Found] = []
    if is_agreed(child):
        around = found_for(family, child, first, first + timedelta(days=DAYS), now)
    same_day = [f for f in around if f.day == found.day and f.session.pk != session_id]
    times = sorted(
        [found, *(f for f in same_day if f.session.venue_id == found.session.venue_id)],
        key=lambda f: (f.session.starts_at, f.session.pk),
    )
    return {
        "strip": _strip(around, found, first, child),
        "day": long_day(found.session.starts_at),
        "slots": [_tile(f, session_id, now) for f in times],
        "venues": _venues(found, same_day, now),
        "streams": " ".join(
            [
                f"family.{family.pk}",
                *(f"session.{f.session.pk}" for f in around),
                f"session.{session_id}",
                *streams_of_plans(found.day),
            ]
        ),
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


def _tile(found: Found, chosen: int, now: datetime) -> SlotTile:
    session = found.session
    assert session.starts_at is not None
    return SlotTile(
        name="session",
        value=str(session.pk),
        starts_at=session.starts_at,
        seats=found.free,
        waiting=found.waiting,
        words="" if found.free else seats_in_words(found, now)[0],
        checked=session.pk == chosen,
    )


def _strip(around: list[Found], found: Found, first: date, child: Child) -> DayStrip:
    """Each day leads to its session that is most like this one: the same title, then the same
    place, then the nearest."""
    seats: Counter[date] = Counter()
    best: dict[date, Found] = {}
    for one in around:
        seats[one.day] += one.free
        if one.day not in best or _likeness(one, found) > _likeness(best[one.day], found):
            best[one.day] = one
    best[found.day] = found
    days = []
    for day in (first + timedelta(days=n) for n in range(DAYS)):
        href = _list_of(day, child)
        if day in best:
            href = f"{reverse('family:session', args=[best[day].session.pk])}?child={child.pk}"
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


def _list_of(day: date, child: Child) -> str:
    return f"{reverse('family:book')}?child={child.pk}&day={day.isoformat()}"


def _likeness(one: Found, other: Found) -> tuple[bool, bool, float]:
    return (
        one.session.title == other.session.title,
        one.session.venue_id == other.session.venue_id,
        -one.kilometres,
    )


def _venues(found: Found, same_day: list[Found], now: datetime) -> list[VenueOption]:
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
    return [_option(found, True, now), *(_option(one, False, now) for one in near)]


def _option(found: Found, chosen: bool, now: datetime) -> VenueOption:
    session = found.session
    seats, _tone = seats_in_words(found, now)
    facts = [away(found.kilometres)]
    if session.venue:
        facts = [_("，").join((session.venue.where, facts[0])), session.venue.facilities]
    if not chosen and session.starts_at:
        facts.append(_("，").join((f"{when(session.starts_at)} {session.title}", seats)))
    return VenueOption(
        name="session",
        value=str(session.pk),
        title=place_of(session),
        facts=[fact for fact in facts if fact],
        checked=chosen,
    )


@dataclass(frozen=True)
class Obstacle:
    """Why these children cannot be booked now, said before she asks; `next` is what helps, `other`
    another way."""

    said: str
    next: Button
    other: Button | None = None


def _obstacle(
    family: Family,
    coming: list[Child],
    fitting: list[Child],
    found: Found,
    bookings: list[Booking],
    now: datetime,
) -> Obstacle | None:
    """The first thing that would be answered if she asked now; None when nothing would."""
    session = found.session
    of_day = Button(label=_("看看别的活动"), href=_list_of(found.day, coming[0]), variant="pri")
    if not is_bookable(session, now):
        return Obstacle(words.refused(not_bookable(session, now)), of_day)
    unagreed = [child for child in coming if not is_agreed(child)]
    if unagreed:
        to_child = reverse("family:child", args=[unagreed[0].pk])
        return Obstacle(
            words.refused(ConsentMissing(children=[c.pk for c in unagreed])),
            Button(label=_("去看同意书"), href=to_child, variant="pri"),
        )
    beside = [b.session for b in bookings]
    avoided = avoided_people([family.pk], [session.pk]).get((family.pk, session.pk), ())
    violations = broken_rules(family, coming, session, beside=beside, avoided=avoided)
    said = _("；").join(words.reasons(violations))
    if any(violation.rule == "age" for violation in violations):
        return _wrong_age(said, coming, fitting, found)
    if violations:
        return Obstacle(said, of_day)
    if found.free < len(coming) and not line_is_open(session, now):
        return Obstacle(words.refused(LineClosed()), of_day)
    return None


def _wrong_age(said: str, coming: list[Child], fitting: list[Child], found: Found) -> Obstacle:
    """Where the child can go instead; first of all, whichever child of hers can come here."""
    wrong = next(c for c in coming if c not in fitting)
    age = months_in_words(months_completed(wrong.birth_month, found.day))
    for_age = Button(
        label=_("看 %(age)s能去的") % {"age": age},
        href=_list_of(found.day, wrong),
        variant="pri",
    )
    if not fitting:
        return Obstacle(said, for_age)
    who = "&".join(f"child={child.pk}" for child in fitting)
    names = _("、").join(child.nickname for child in fitting)
    switch = Button(
        label=_("换%(name)s去") % {"name": names},
        href=f"{reverse('family:session', args=[found.session.pk])}?{who}",
        variant="pri",
    )
    return Obstacle(said, switch, for_age)


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
