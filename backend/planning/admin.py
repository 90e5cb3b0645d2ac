"""Runs and proposals in the admin: to look at only."""

from __future__ import annotations

from django.contrib import admin

from backend.accounts.admin import ReadOnlyAdmin
from backend.planning.models import Proposal, Run


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = (
        "rota",
        "requested_by",
        "state",
        "attempt",
        "requested_at",
        "started_at",
        "ended_at",
    )
    list_filter = ("state",)
    list_select_related = ("rota", "requested_by")
    exclude = ("problem", "checkpoint")
    ordering = ("-requested_at", "-pk")


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ("rota", "cost", "bound", "state", "made_at", "published_at")
    list_filter = ("state",)
    list_select_related = ("rota",)
    exclude = ("plan",)
    ordering = ("-made_at", "-pk")
