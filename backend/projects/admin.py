"""Projects and their books, in the admin: to look at only."""

from __future__ import annotations

from django.contrib import admin

from backend.accounts.admin import ReadOnlyAdmin
from backend.projects.models import Money, Partner, Project, ReachEntry, Station


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ("name", "organisation", "kind", "incubated", "starts_on", "closed_on")
    list_select_related = ("organisation",)
    search_fields = ("name",)


@admin.register(Partner)
class PartnerAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "organisation", "raised_from", "raised_until")
    list_select_related = ("organisation",)
    search_fields = ("name",)


@admin.register(Money)
class MoneyAdmin(ReadOnlyAdmin):
    list_display = ("project", "on", "purse", "fen", "recorded_by", "recorded_at")
    list_select_related = ("project", "recorded_by")
    ordering = ("-recorded_at", "-pk")


@admin.register(ReachEntry)
class ReachAdmin(ReadOnlyAdmin):
    list_display = ("project", "on", "who", "times", "people", "recorded_by", "recorded_at")
    list_select_related = ("project", "recorded_by")
    ordering = ("-recorded_at", "-pk")


@admin.register(Station)
class StationAdmin(ReadOnlyAdmin):
    list_display = ("venue", "programme", "organisation", "opened_on", "closed_on")
    list_select_related = ("venue", "programme", "organisation")
