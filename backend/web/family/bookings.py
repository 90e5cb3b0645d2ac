"""我的预约: the family's bookings, and the ticket of each with what can be done about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend import words
from backend.bookings.admission import broken_rules
from backend.bookings.models import ANSWERABLE, Booking
from backend.bookings.operations import (
    BookingEnded,
    accept_seat,
    book,
    cancel_booking,
    decline_seat,
    move_booking,
)
from backend.bookings.policy import line_is_open, still_counts
from backend.bookings.queries import (
    Found,
    asked_to_stay,
    bookings_ahead_of,
    children_agreed_to,
    found_for,
    live_bookings_of,
    past_bookings_of,
    positions,
)
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import key, yes_or_no
from backend.common.refusal import Refusal
from backend.families.models import Family
from backend.notifications.promises import seats
from backend.rota.agreed import mark_of
from backend.rota.models import Session
from backend.rota.policy import is_at_home
from backend.visits.queries import requests_of
from backend.visits.states import LIVE_VISITS
from backend.web.calendars import answer, calendar_of
from backend.web.components import (
    EmptyState,
    Pagination,
    SessionCard,
    VenueOption,
)
from backend.web.family.asks import booked, can_take_now, notes, waits_for_word
from backend.web.family.book import offers_context
from backend.web.family.cards import (
    away,
    booking_card,
    place_of,
    same_day,
    seats_in_words,
    to_book,
)
from backend.web.family.confirm import ask, was_asked
from backend.web.family.feedback import not_said
from backend.web.family.guard import for_family, own_booking, own_children
from backend.web.family.over import said_over
from backend.web.family.ticket import CALLING_OFF, CANCELLING, is_live, ticket_context
from backend.web.family.visit_cards import visit_card
from backend.web.family.visits import may_be_visited
from backend.web.kept import kept
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words.moments import when

A_PAGE = 10  # past bookings
MOVES = 12  # other times offered
MOVE_DAYS = 28  # ahead that are looked at


@for_family
def bookings(request: HttpRequest, family: Family) -> HttpResponse:
    context = {"audience": "family", "place": "bookings"} | _list(request, family, clock.now())
    context |= {
        "counts": {"bookings": context["waiting_for_word"]},
        "tabs_stream": f"family.{family.pk}",
    }
    return kept(request, render(request, "family/bookings.html", context))


@for_family
def bookings_fragment(request: HttpRequest, family: Family) -> HttpResponse:
    """The lists alone, for a page that has been told of a change."""
    return render(request, "family/_bookings.html", _list(request, family, clock.now()))


@for_family
def ticket(request: HttpRequest, family: Family, booking_id: int) -> HttpResponse:
    context = {"audience": "family", "place": "bookings"} | ticket_context(
        family, booking_id, clock.now()
    )
    return kept(request, render(request, "family/ticket.html", context))


@for_family
def ticket_fragment(request: HttpRequest, family: Family, booking_id: int) -> HttpResponse:
    """The ticket alone, for a page that has been told of a change."""
    return render(request, "family/_ticket.html", ticket_context(family, booking_id, clock.now()))


@for_family
def calendar(request: HttpRequest, family: Family, booking_id: int) -> HttpResponse:
    """The booking as a file for the phone's calendar. It names no child."""
    now = clock.now()
    promised = seats(Q(pk=booking_id, family=family), now)
    if not promised:
        raise Http404(f"booking {booking_id}")
    return answer(request, calendar_of(promised, now, all_of_hers=False), f"moli-{booking_id}")


@require_POST
@for_family
def cancel(request: HttpRequest, family: Family, booking_id: int) -> HttpResponse:
    booking = own_booking(family, booking_id)
    now = clock.now()
    if not is_live(booking, now):
        return said_over(request, booking, now)
    if booking.state != Booking.State.WAITING and not was_asked(request):
        return _ask_first(request, booking)
    with refusals_said(request):
        messages.success(request, _given_up(booking, now))
    return see_other("family:bookings")


def _ask_first(request: HttpRequest, booking: Booking) -> HttpResponse:
    at_home = is_at_home(booking.session)
    return ask(
        request,
        question=str(CALLING_OFF if at_home else CANCELLING),
        yes=_("取消上门") if at_home else _("取消预约"),
        back=reverse("family:ticket", args=[booking.pk]),
        place="bookings",
    )


@require_POST
@for_family
def answer_seat(request: HttpRequest, family: Family, booking_id: int) -> HttpResponse:
    """Field answer: "yes" takes the seat, or keeps it after a change; "no" lets it go.

    A no to a question that was answered with yes meanwhile, on another telephone of the family,
    would give up what is booked: that is asked first, as cancelling is.
    """
    booking = own_booking(family, booking_id)
    now = clock.now()
    yes = yes_or_no(request.POST.get("answer"))
    if yes is None:
        messages.warning(request, _("请选一样"))
        return see_other("family:bookings")
    if not yes and not is_live(booking, now):
        return said_over(request, booking, now)
    to_stay = booking.pk in asked_to_stay([booking], now)
    confirmed = booking.state == Booking.State.CONFIRMED and not to_stay
    if not yes and confirmed and not was_asked(request):
        return _ask_first(request, booking)
    seen = request.POST.get("seen", "")
    with refusals_said(request) as tried:
        messages.success(request, _taken(booking, now, seen) if yes else _given_up(booking, now))
    if yes and not tried.refused:
        return see_other("family:ticket", booking.pk)
    return see_other("family:bookings")


def _taken(booking: Booking, now: datetime, seen: str) -> str:
    """Say yes to what she was asked; who waits takes a seat that nobody is asked about any more."""
    actor = booking.family.user
    if booking.state == Booking.State.CONFIRMED:
        kept = accept_seat(booking_id=booking.pk, actor=actor, now=now)
        return _("好，位子给你们留着") if kept.stays else booked(booking)
    if booking.state != Booking.State.WAITING:
        accept_seat(booking_id=booking.pk, actor=actor, now=now, seen=seen)
        return booked(booking)
    children = [child.pk for child in booking.children.all()]
    taken = book(
        family_id=booking.family_id,
        session_id=booking.session_id,
        child_ids=children,
        actor=actor,
        now=now,
        seen=seen,
    )
    if taken.state == Booking.State.CONFIRMED:
        return booked(taken)
    return _("位子刚刚被约走了，你们还在候补")


def _given_up(booking: Booking, now: datetime) -> str:
    """Say no, and what became of the seat."""
    give_up = decline_seat if booking.state in ANSWERABLE else cancel_booking
    given = give_up(booking_id=booking.pk, actor=booking.family.user, now=now)
    if given.over:
        raise BookingEnded(booking=booking.pk, state=given.booking.state)
    if booking.state == Booking.State.WAITING:
        return _("好的，不等了")
    if is_at_home(booking.session):
        confirmed = booking.state == Booking.State.CONFIRMED
        return _("好的，取消了") if confirmed else _("好的，另找一个时间")
    seat = _("位子空出来了，谁先约到是谁的")
    if given.offered:
        seat = _("位子已经去问候补的下一家")
    elif line_is_open(booking.session, now):
        seat = _("位子空出来了")
    done = _("取消了") if booking.state == Booking.State.CONFIRMED else _("好的")
    return _("%(done)s，%(seat)s") % {"done": done, "seat": seat}


@require_http_methods(["GET", "HEAD", "POST"])
@for_family
def move(request: HttpRequest, family: Family, booking_id: int) -> HttpResponse:
    """GET shows other times with room for the same children; POST session=… takes that one and
    gives this one up."""
    booking = own_booking(family, booking_id)
    now = clock.now()
    refused = ""
    if request.method != "POST" and not is_live(booking, now):
        return said_over(request, booking, now)
    if request.method == "POST":
        refused = _("请选一个时间")
        chosen = key(request.POST.get("session"))
        if chosen is not None:
            try:
                new = move_booking(
                    booking_id=booking.pk,
                    session_id=chosen,
                    actor=family.user,
                    now=now,
                    seen=request.POST.get(f"seen-{chosen}", ""),
                )
                messages.success(request, _("改好了"))
                return see_other("family:ticket", new.pk)
            except Session.DoesNotExist:
                pass  # the sentence stands: choose a time
            except BookingEnded:
                return said_over(request, own_booking(family, booking_id), now)
            except Refusal as refusal:
                refused = words.refused(refusal)
    found = _other_times(family, booking, now)
    options = [(_option(one, now), mark_of(one.session)) for one in found]
    empty = EmptyState(title=_("近四周附近没有别的时间"), text=_("原来的预约还留着。"))
    context = {
        "audience": "family",
        "place": "bookings",
        "booking": booking,
        "options": options,
        "empty": empty,
        "refused": refused,
    }
    return render(request, "family/move.html", context, status=422 if refused else 200)


def _at_home(family: Family, now: datetime) -> dict[str, Any]:
    """Its visits, and whether it may ask for one; without children it is told there to name one
    first."""
    children = own_children(family)
    wishes = requests_of(family)
    asked = {row.child_id for row in wishes if row.state in LIVE_VISITS}
    asks = not children or bool(may_be_visited(children, asked, now))
    return {"visits": [visit_card(row, now) for row in wishes], "asks_visit": asks}


def _list(request: HttpRequest, family: Family, now: datetime) -> dict[str, Any]:
    ahead = list(bookings_ahead_of(family, now))
    coming = [b for b in ahead if still_counts(b, now)]
    places = positions(coming)
    staying = asked_to_stay(coming, now)
    listed = [
        b
        for b in coming
        if b.pk not in staying and not waits_for_word(b, now) and not can_take_now(b, now)
    ]
    said = notes(listed, now)
    context = {
        "coming": [booking_card(b, places.get(b.pk), now, note=said.get(b.pk, "")) for b in listed],
        "waiting_for_word": sum(waits_for_word(b, now) for b in coming),
        "fallen": [_fallen(b, now) for b in ahead if not still_counts(b, now)],
        "family": family,
        "streams": " ".join([f"family.{family.pk}", *(f"session.{b.session_id}" for b in coming)]),
        "empty": EmptyState(
            title=_("接下来没有预约"),
            text=_("挑一个离家近、适合宝宝月龄的活动。"),
            action=to_book(),
        ),
    }
    past = _past(family, request.GET.get("page"), now)
    return context | past | _at_home(family, now) | offers_context(family, coming, now)


def _past(family: Family, number: str | None, now: datetime) -> dict[str, Any]:
    """A page of what is over; where she has not said yet how it was, that she may."""
    page = Paginator(past_bookings_of(family, now), A_PAGE).get_page(number)
    unsaid = not_said(page, now)
    return {
        "list_url": f"{reverse('family:bookings_fragment')}?page={page.number}",
        "past": [
            booking_card(b, None, now, note=_("老师来了吗？点开说一声") if b.pk in unsaid else "")
            for b in page
        ],
        "pages": Pagination(
            page=page.number,
            pages=page.paginator.num_pages,
            href=reverse("family:bookings") + "?page={page}",
        ),
    }


def _fallen(booking: Booking, now: datetime) -> SessionCard:
    """A session to which she does not come any more; where that was not her doing, where else the
    child could go that day."""
    called_off = booking.session.state == Session.State.CANCELLED
    if not called_off and booking.end_reason != Booking.EndReason.REPLANNED:
        return booking_card(booking, None, now)
    return booking_card(booking, None, now, more=same_day(booking))


def _other_times(family: Family, booking: Booking, now: datetime) -> list[Found]:
    """Free for all these children and beside what the family has already, of the same programme,
    the nearest in time first."""
    children = list(children_agreed_to(booking))
    if len(children) < booking.seats:
        return []  # without consent nothing is looked for by a child's age
    today = local_day(now)
    listed = [
        found_for(family, child, today, today + timedelta(days=MOVE_DAYS), now)
        for child in children
    ]
    open_to = [{f.session.pk for f in found} for found in listed]
    everyone = set.intersection(*open_to) if open_to else set()
    everyone -= {booking.session_id}
    roomy = [
        f
        for f in (listed[0] if listed else [])
        if f.session.pk in everyone and f.free >= booking.seats
    ]
    beside = [b.session for b in live_bookings_of(family) if b.pk != booking.pk]
    hers = {session.pk for session in beside}
    fitting = [
        f
        for f in roomy
        if f.session.programme_id == booking.session.programme_id
        and f.session.pk not in hers
        and not broken_rules(family, children, f.session, beside=beside)
    ]
    return sorted(
        fitting,
        key=lambda f: (f.session.title != booking.session.title, f.day, f.session.starts_at),
    )[:MOVES]


def _option(found: Found, now: datetime) -> VenueOption:
    session = found.session
    assert session.starts_at is not None
    facts = (
        session.title,
        _("，").join((place_of(session), away(found.kilometres))),
        seats_in_words(found, now)[0],
    )
    return VenueOption(
        name="session", value=str(session.pk), title=when(session.starts_at), facts=facts
    )
