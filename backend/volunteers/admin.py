"""Volunteers in the admin: to look at.

Registration, hours and credentials change through their operations.
"""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backend.accounts import phones
from backend.accounts.admin import ReadOnlyAdmin, SealedAdmin
from backend.volunteers import identity
from backend.volunteers.models import (
    SEALED,
    Apart,
    Availability,
    TimeOff,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
    Wish,
)
from backend.volunteers.queries import matching_words


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Volunteer | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Volunteer | None = None) -> bool:
        return False


class CredentialInline(ReadOnlyInline):
    model = VolunteerCredential
    fields = ("kind", "number", "issuer", "valid_from", "valid_until", "checked_by", "checked_at")


class VettingInline(ReadOnlyInline):
    model = VettingCheck
    fields = ("requested_at", "authority", "result", "valid_until", "checked_by")


class AvailabilityInline(ReadOnlyInline):
    model = Availability


class TimeOffInline(ReadOnlyInline):
    model = TimeOff


class WishInline(ReadOnlyInline):
    model = Wish


@admin.register(Volunteer)
class VolunteerAdmin(SealedAdmin):
    subject = "volunteer"
    list_display = ("number", "name", "organisation", "street", "state", "max_per_week")
    list_filter = ("state", "programmes")
    list_select_related = ("organisation", "street")
    search_fields = ("name",)
    search_help_text = _("姓名、全拼、首字母、编号或完整的手机号")
    ordering = ("sort_key", "pk")
    exclude = SEALED
    readonly_fields = ("shown_identity", "shown_phone")
    inlines = (CredentialInline, VettingInline, AvailabilityInline, TimeOffInline, WishInline)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Volunteer], search_term: str
    ) -> tuple[QuerySet[Volunteer], bool]:
        return queryset.filter(matching_words(search_term)), False

    @admin.display(description=_("身份证号"))
    def shown_identity(self, row: Volunteer) -> str:
        return identity.masked(row.identity_number or "")

    @admin.display(description=_("电话"))
    def shown_phone(self, row: Volunteer) -> str:
        return phones.masked(row.phone or "")


@admin.register(Apart)
class ApartAdmin(ReadOnlyAdmin):
    list_display = ("first", "second")
    list_select_related = ("first", "second")
