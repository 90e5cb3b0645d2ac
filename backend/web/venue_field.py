"""A venue to choose: a county has a hundred, a city thousands."""

from __future__ import annotations

from django.db.models import Q

from backend.places.models import Venue
from backend.web.found_field import FoundField
from backend.words.names import within


class VenueField(FoundField):
    """The rows come with their streets, which tell two of one name apart."""

    model = Venue

    @staticmethod
    def named(word: str) -> Q:
        """Or that of its street: 东街 文化站."""
        return Q(name__icontains=word) | Q(street__name__icontains=word)

    def label_from_instance(self, obj: Venue) -> str:
        return within(obj.name, obj.street.name) if self.widget.to_find else obj.name
