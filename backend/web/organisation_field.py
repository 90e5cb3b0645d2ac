"""An organisation to choose: two villages of one name are told apart by their street, and a city's
three thousand are found by name."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from backend.organisations.models import Organisation
from backend.web.found_field import FoundField
from backend.words.names import within


class OrganisationField(FoundField):
    """Of many the list holds the highest."""

    model = Organisation

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(empty_label=None, **kwargs)

    def among(self, rows: QuerySet[Any], now: object = None) -> None:
        super().among(rows.select_related("parent").order_by("level", "path"), now)

    @staticmethod
    def named(word: str) -> Q:
        """Or that of the organisation above it: 东街 幸福村."""
        return Q(name__icontains=word) | Q(parent__name__icontains=word)

    def label_from_instance(self, obj: Organisation) -> str:
        if obj.level != Organisation.Level.VILLAGE or obj.parent is None:
            return obj.name
        return within(obj.name, obj.parent.name)
