"""The event log in the admin: to look at only."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.common.careful_admin import CarefulAdmin
from backend.outbox.kinds import HarmReported
from backend.outbox.models import Event


@admin.register(Event)
class EventAdmin(CarefulAdmin):
    list_display = ("seq", "kind", "streams", "actor_id", "at", "request_id")
    list_filter = ("kind",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Without reports of harm: that there is one, and when, is their readers' alone."""
        rows: QuerySet[Event] = super().get_queryset(request)
        return rows.exclude(kind=HarmReported.kind)

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: Event | None = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: Event | None = None) -> bool:
        return False
