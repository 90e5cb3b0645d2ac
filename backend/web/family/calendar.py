"""A booking as an iCalendar file."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from backend.bookings.models import Booking
from backend.web.family.cards import address_of


def calendar_of(booking: Booking, *, now: datetime) -> bytes:
    """One event with a reminder the evening before; the same booking is the same event, so adding
    it twice shows it once."""
    session = booking.session
    event = Event()
    event.add("uid", f"booking-{booking.pk}@moli")
    event.add("dtstamp", now)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", session.title)
    event.add("location", address_of(session).replace("\n", " "))
    event.add("description", _("签到码 %(code)s") % {"code": booking.code} if booking.code else "")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", session.title)
    alarm.add("trigger", timedelta(hours=-16))
    event.add_component(alarm)
    file = Calendar()
    file.add("prodid", "-//Moli Roster//zh-CN")
    file.add("version", "2.0")
    file.add_component(event)
    return bytes(file.to_ical())
