"""Rotas, sessions and who is in them, in the admin: to look at.

They change on the coordinator's pages, through operations.
"""

from __future__ import annotations

from django.contrib import admin

from backend.accounts.admin import ReadOnlyAdmin
from backend.rota.models import Assignment, Notice, Offer, Rota, Session, Shift


@admin.register(Rota)
class RotaAdmin(ReadOnlyAdmin):
    list_display = ("name", "organisation", "starts_on", "weeks", "state", "version")
    list_filter = ("state",)
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    ordering = ("-starts_on", "-pk")


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("title", "programme", "venue", "starts_at", "staff", "seats_taken", "state")
    list_filter = ("state", "programme")
    list_select_related = ("programme", "venue")
    search_fields = ("title", "venue__name")
    ordering = ("-starts_at", "-pk")


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    list_display = ("session", "role", "minimum", "target", "taken", "held")
    list_select_related = ("session", "role")
    ordering = ("-pk",)


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ("volunteer", "session", "state", "answer_by", "made_at", "answered_at")
    list_filter = ("state",)
    list_select_related = ("volunteer", "session")
    search_fields = ("^volunteer__number", "volunteer__name")
    ordering = ("-made_at", "-pk")


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ("volunteer", "session", "origin", "state", "made_at", "ended_at")
    list_filter = ("state", "origin")
    list_select_related = ("volunteer", "session")
    search_fields = ("^volunteer__number", "volunteer__name")
    ordering = ("-made_at", "-pk")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("volunteer", "session", "kind", "made_at", "seen_at")
    list_filter = ("kind",)
    list_select_related = ("volunteer", "session")
    search_fields = ("^volunteer__number", "volunteer__name")
    ordering = ("-made_at", "-pk")
