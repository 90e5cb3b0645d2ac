"""An organisation to choose: two villages of one name are told apart by their street."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from backend.organisations.models import Organisation


# a field takes no type arguments at run time
class OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), empty_label=None, **kwargs)

    def among(self, organisations: QuerySet[Organisation]) -> None:
        """Those to choose from, from the top down."""
        self.queryset = organisations.select_related("parent").order_by("path")

    def label_from_instance(self, obj: Organisation) -> str:
        if obj.level != Organisation.Level.VILLAGE or obj.parent is None:
            return obj.name
        return f"{obj.name}（{obj.parent.name}）"
