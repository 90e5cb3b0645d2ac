"""What every admin page has in common."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import CharField, Field
from django.forms import Field as FormField
from django.http import HttpRequest

from backend.common.fields import LineField


class CarefulAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # of any model
    """Only what a list offers filters it, so that nobody tries values against a sealed field or its
    index; texts are stored as people see them."""

    def lookup_allowed(
        self, lookup: str, value: object, request: HttpRequest | None = None
    ) -> bool:
        offered = {str(one).split("__")[0] for one in (*self.list_filter, self.date_hierarchy)}
        return lookup.split("__")[0] in offered | {"pk", "id"}

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: object
    ) -> FormField | None:
        if type(db_field) is CharField and not db_field.choices:
            kwargs.setdefault("form_class", LineField)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
