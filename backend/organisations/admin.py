"""The federation's tree, teams and memberships in the admin.

The tree changes through its operations, which keep the paths.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backend.accounts.admin import ListAdmin, acting
from backend.common import clock
from backend.organisations.models import Membership, Organisation, Team
from backend.organisations.operations import (
    OrganisationMisplaced,
    add_organisation,
    end_membership,
    move_organisation,
)


@admin.register(Organisation)
class OrganisationAdmin(ListAdmin):
    list_display = ("name", "level", "parent", "division", "lawful_issuer")
    list_filter = ("level", "lawful_issuer")
    list_select_related = ("parent", "division")
    search_fields = ("name", "^division__code")
    autocomplete_fields = ("parent", "division")
    exclude = ("path",)
    readonly_fields = ("level",)

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        if not change:
            made = add_organisation(name=obj.name, parent=obj.parent, division=obj.division)
            obj.pk = made.pk
            obj.path = made.path
            obj.level = made.level
        elif "parent" in form.changed_data:
            before = Organisation.objects.get(pk=obj.pk)
            try:
                move_organisation(
                    organisation=before,
                    parent=obj.parent or before,
                    actor=acting(request),
                    now=clock.now(),
                )
                obj.path = before.path
            except OrganisationMisplaced:
                obj.parent = before.parent
                messages.error(request, _("组织只能放到高一级的组织下面，也不能放到自己下面"))
        super().save_model(request, obj, form, True)

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        return False


@admin.register(Team)
class TeamAdmin(ListAdmin):
    list_display = ("name", "registered")
    list_filter = ("registered",)
    search_fields = ("name",)
    autocomplete_fields = ("organisations",)


@admin.register(Membership)
class MembershipAdmin(ListAdmin):
    list_display = ("user", "organisation", "role")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__username", "user__display_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """A role is given or taken away, so that what was taken away is always told."""
        return obj is None and super().has_change_permission(request)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        end_membership(membership=obj, actor=acting(request), now=clock.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for membership in queryset:
            self.delete_model(request, membership)
