"""A page that stood open while its booking ended: it is told how that stands, and nothing else."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from backend.bookings.models import Booking
from backend.web.family.cards import status_of
from backend.web.see_other import see_other


def said_over(request: HttpRequest, booking: Booking, now: datetime) -> HttpResponse:
    """To its ticket. `booking`: as it is now."""
    status = {"status": status_of(booking, None, now)}
    messages.warning(request, _("这个预约不能再改：%(status)s") % status)
    return see_other("family:ticket", booking.pk)
