"""Bookings in the admin: to look at only."""

from __future__ import annotations

from django.contrib import admin

from backend.accounts.admin import ReadOnlyAdmin
from backend.bookings.models import Booking


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ("family", "session", "seats", "state", "made_at", "answer_by", "ended_at")
    list_filter = ("state",)
    list_select_related = ("family", "session")
    search_fields = ("^family__number",)
    exclude = ("children",)
    ordering = ("-made_at", "-pk")
