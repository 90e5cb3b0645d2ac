"""Families in the admin: to look at, each look written down.

A list shows numbers, never a name or a child.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from backend.accounts import phones
from backend.accounts.access import note
from backend.accounts.admin import ReadOnlyAdmin, SealedAdmin
from backend.common.reading import key
from backend.families.models import SEALED, Avoid, Child, Family, FamilyAvailability, Knows, Request
from backend.volunteers.admin import ReadOnlyInline


class ChildInline(ReadOnlyInline):
    model = Child
    fields = readonly_fields = ("shown_nickname", "shown_birth_month")

    @admin.display(description=_("小名"))
    def shown_nickname(self, row: Child) -> str:
        return str(row.nickname)

    @admin.display(description=_("出生年月"))
    def shown_birth_month(self, row: Child) -> str:
        return str(row.birth_month)


class HoursInline(ReadOnlyInline):
    model = FamilyAvailability


class RequestInline(ReadOnlyInline):
    model = Request


@admin.register(Family)
class FamilyAdmin(SealedAdmin):
    subject = "family"
    list_display = ("number", "street", "max_travel", "active")
    list_filter = ("active",)
    list_select_related = ("street",)
    search_fields = ("^number", "^street__code", "street__name")
    ordering = ("number",)
    exclude = SEALED
    readonly_fields = ("shown_phone",)
    inlines = (ChildInline, HoursInline, RequestInline)

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if self.has_view_permission(request) and key(object_id) is not None:
            for child_id in (
                Child.objects.filter(family_id=object_id)
                .order_by("pk")
                .values_list("pk", flat=True)
            ):
                note(request.user, "read", f"child:{child_id}", "admin")
        return super().change_view(request, object_id, *args, **kwargs)

    @admin.display(description=_("电话"))
    def shown_phone(self, row: Family) -> str:
        return phones.masked(row.phone or "")


@admin.register(Request)
class RequestAdmin(ReadOnlyAdmin):
    list_display = ("family", "programme", "wants", "per_week", "priority", "state", "created_at")
    list_filter = ("state", "programme")
    list_select_related = ("family", "programme")
    search_fields = ("^family__number",)
    ordering = ("-created_at", "-pk")


@admin.register(Knows)
class KnowsAdmin(ReadOnlyAdmin):
    list_display = ("family", "volunteer", "strength")
    list_select_related = ("family", "volunteer")


@admin.register(Avoid)
class AvoidAdmin(ReadOnlyAdmin):
    list_display = ("family", "volunteer")
    list_select_related = ("family", "volunteer")
