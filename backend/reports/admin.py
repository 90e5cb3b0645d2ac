"""Reports that were made, in the admin: to look at only."""

from __future__ import annotations

from django.contrib import admin

from backend.accounts.admin import ReadOnlyAdmin
from backend.reports.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "starts_on", "ends_on", "made_by", "made_at")
    list_select_related = ("organisation", "made_by")
    ordering = ("-made_at", "-pk")
