"""Divisions, venues and the calendar in the admin.

A point that somebody moves is marked as corrected, so that a load leaves it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from backend.accounts.admin import ListAdmin
from backend.places.models import CalendarDay, Division, Venue
from backend.places.operations import CORRECTED


@admin.register(Division)
class DivisionAdmin(ListAdmin):
    list_display = (
        "code",
        "name",
        "kind",
        "point_source",
        "operational",
        "in_service_area",
        "retired_on",
    )
    list_filter = ("kind", "point_source", "operational", "in_service_area")
    search_fields = ("^code", "name", "^pinyin", "^initials")
    readonly_fields = ("code", "name", "kind", "pinyin", "initials", "point_source", "retired_on")

    def save_model(self, request: HttpRequest, obj: Division, form: Any, change: bool) -> None:
        if {"latitude", "longitude"} & set(form.changed_data):
            obj.point_source = CORRECTED
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Division | None = None) -> bool:
        return False


@admin.register(Venue)
class VenueAdmin(ListAdmin):
    list_display = ("name", "street", "address", "facilities", "active")
    list_filter = ("active",)
    list_select_related = ("street",)
    search_fields = ("name", "^street__code", "street__name")
    autocomplete_fields = ("street",)


@admin.register(CalendarDay)
class CalendarDayAdmin(ListAdmin):
    list_display = ("date", "name", "is_off", "status", "source")
    list_filter = ("status", "is_off")
    date_hierarchy = "date"
    ordering = ("-date",)
