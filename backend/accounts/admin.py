"""Accounts, consents and the access log in the admin; and the base for rows with sealed fields."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from backend.accounts.access import note
from backend.accounts.models import Access, Consent, User
from backend.common.careful_admin import CarefulAdmin
from backend.common.reading import key

PAGE = 50


def acting(request: HttpRequest) -> User | None:
    """Who does it, for an operation."""
    return request.user if isinstance(request.user, User) else None


class ListAdmin(CarefulAdmin):
    """A list of one page, without counting the whole table."""

    list_per_page = PAGE
    show_full_result_count = False


class ReadOnlyAdmin(ListAdmin):
    """Rows to look at: they change through operations only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class SealedAdmin(ReadOnlyAdmin):
    """Rows with sealed fields: a list never shows or opens them; opening one row is written into
    the access log first."""

    subject = ""  # "volunteer", as the log names it

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if (
            self.has_view_permission(request)
            and key(object_id) is not None
            and self.model.objects.filter(pk=object_id).exists()
        ):
            note(request.user, "read", f"{self.subject}:{object_id}", "admin")
        return super().change_view(request, object_id, *args, **kwargs)


@admin.register(User)
class PersonAdmin(CarefulAdmin, UserAdmin):
    list_display = ("username", "display_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "display_name")
    ordering = ("username",)
    list_per_page = PAGE
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name")}),
        (_("显示"), {"fields": ("text_size", "theme", "language")}),
        (
            _("权限"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("时间"), {"fields": ("last_login", "date_joined")}),
    )


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = (
        "user",
        "child_id",
        "purpose",
        "text_version",
        "how",
        "given_at",
        "withdrawn_at",
    )
    list_filter = ("purpose", "how")
    list_select_related = ("user",)
    search_fields = ("=child_id", "user__username")
    ordering = ("-given_at",)


@admin.register(Access)
class AccessAdmin(ReadOnlyAdmin):
    list_display = ("at", "user_id", "action", "subject", "reason", "request_id")
    list_filter = ("action",)
    search_fields = ("=subject", "=request_id")
    ordering = ("-at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Access]:
        """Without those of reports of harm: who made one, and who reads them, is their readers'
        alone."""
        rows: QuerySet[Access] = super().get_queryset(request)
        return rows.exclude(subject__startswith="harm:")
