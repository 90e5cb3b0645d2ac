"""换孩子: other children of hers come to what is booked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend import words
from backend.bookings.models import Booking
from backend.bookings.operations import BookingEnded, change_children
from backend.bookings.queries import is_too_old_or_young
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import keys
from backend.common.refusal import Refusal
from backend.families.models import Family
from backend.web.family.cards import age_of
from backend.web.family.guard import for_family, is_agreed, own_booking, own_children
from backend.web.family.over import said_over
from backend.web.family.ticket import is_live
from backend.web.see_other import see_other


@for_family
def who_comes(request: HttpRequest, family: Family, booking_id: int) -> HttpResponse:
    """GET: which of her children come; POST child=… (one or more) has those come instead."""
    booking = own_booking(family, booking_id)
    session = booking.session
    now = clock.now()
    refused = ""
    if request.method != "POST" and not is_live(booking, now):
        return said_over(request, booking, now)
    hers = own_children(family)
    wrong = {c.pk for c in hers if is_agreed(c) and is_too_old_or_young(family, c, session)}
    chosen = {child.pk for child in booking.children.all()} - wrong
    if request.method == "POST":
        chosen = set(keys(request.POST.getlist("child")))
        try:
            changed = change_children(
                booking_id=booking.pk, child_ids=chosen, actor=family.user, now=now
            )
            messages.success(request, _said(booking, changed))
            return see_other("family:ticket", booking.pk)
        except BookingEnded:
            return said_over(request, own_booking(family, booking_id), now)
        except Refusal as refusal:
            refused = words.refused(refusal)
    assert session.starts_at is not None
    day = local_day(session.starts_at)
    context = {
        "audience": "family",
        "place": "bookings",
        "booking": booking,
        "children": [(c, age_of(c, day), c.pk in chosen, c.pk in wrong) for c in hers],
        "fits": len(wrong) < len(hers),
        "waits": booking.state == Booking.State.WAITING,
        "refused": refused,
    }
    return render(request, "family/who_comes.html", context, status=422 if refused else 200)


def _said(before: Booking, after: Booking) -> str:
    if after.state == Booking.State.WAITING and after.made_at != before.made_at:
        return _("换好了，从候补的最后排起")
    return _("换好了")
