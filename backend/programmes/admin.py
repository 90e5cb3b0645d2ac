"""Programmes in the admin: adding the next brand is filling in these forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from backend.accounts.admin import ListAdmin
from backend.programmes.models import CredentialKind, Engagement, Programme, Role


class EngagementForm(forms.ModelForm):
    """Checks that `staffing` reads [{"role": code, "min": 1, "target": 2}]."""

    class Meta:
        model = Engagement
        fields = "__all__"

    def clean_staffing(self) -> Any:
        staffing = (self.cleaned_data or {}).get("staffing")
        if not isinstance(staffing, list) or not all(_is_staffing_line(line) for line in staffing):
            raise ValidationError(
                _('每一行写成 {"role": "lead", "min": 1, "target": 2}，最少不多于最多')
            )
        return staffing


def _is_staffing_line(line: object) -> bool:
    match line:
        case {"role": str(), "min": int(low), "target": int(high), **rest} if not rest:
            return 0 <= low <= high and high >= 1
    return False


class RoleInline(admin.TabularInline):
    model = Role
    extra = 0
    filter_horizontal = ("requires",)


class EngagementInline(admin.StackedInline):
    model = Engagement
    form = EngagementForm
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(ListAdmin):
    list_display = ("name", "code", "privacy", "active", "summary")
    list_filter = ("privacy", "active")
    search_fields = ("name", "code")
    inlines = (RoleInline, EngagementInline)


@admin.register(CredentialKind)
class CredentialKindAdmin(ListAdmin):
    list_display = ("name", "code", "valid_months", "is_vetting")
    list_filter = ("is_vetting",)
    search_fields = ("name", "code")
