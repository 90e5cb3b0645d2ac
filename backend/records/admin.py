"""What took place, in the admin: to look at only."""

from __future__ import annotations

from django.contrib import admin

from backend.accounts.admin import ReadOnlyAdmin
from backend.records.models import ServiceRecord, SessionReport


@admin.register(SessionReport)
class SessionReportAdmin(ReadOnlyAdmin):
    list_display = ("session", "persons_served", "children_served", "made_at")
    list_select_related = ("session",)
    ordering = ("-made_at", "-pk")


@admin.register(ServiceRecord)
class ServiceRecordAdmin(ReadOnlyAdmin):
    list_display = ("volunteer", "session", "organiser", "minutes", "recorded_at", "note")
    list_select_related = ("volunteer", "session", "organiser")
    search_fields = ("^volunteer__number", "volunteer__name")
    ordering = ("-recorded_at", "-pk")
