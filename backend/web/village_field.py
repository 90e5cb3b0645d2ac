"""A village to choose: a county has hundreds."""

from __future__ import annotations

from django.db.models import Q

from backend.places.models import Division
from backend.web.found_field import FoundField
from backend.words.names import within


class VillageField(FoundField):
    """The rows come with the names of their streets (places.queries.villages_of_streets), which
    tell two of one name apart."""

    model = Division

    @staticmethod
    def named(word: str) -> Q:
        """Or that of its street."""
        return Q(name__icontains=word) | Q(street_name__icontains=word)

    def label_from_instance(self, obj: Division) -> str:
        street = getattr(obj, "street_name", None)
        return within(obj.name, street) if street else obj.name
