"""Who could come to a shift that nobody can take, if she did not have a place elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from backend.common.reading import key
from backend.rota.models import Assignment, Offer, Shift
from backend.rota.policy import can_be_staffed
from backend.volunteers.models import Volunteer

SHOWN = 5
WITH = ("volunteer", "session__venue", "session__rota", "shift__role")


@dataclass(frozen=True)
class ToBring:
    """Her part elsewhere, how many people are left there without her, and how many short of its
    minimum that is."""

    part: Assignment | Offer
    left: int
    missing: int

    @property
    def volunteer(self) -> Volunteer:
        return self.part.volunteer

    @property
    def has_place(self) -> bool:
        """She said yes to it; otherwise she was only asked."""
        return isinstance(self.part, Assignment)

    @property
    def name(self) -> str:
        """As a form names her part."""
        return f"{'place' if self.has_place else 'question'}-{self.part.pk}"


def to_bring(freeing: Sequence[tuple[int, int]], now: datetime) -> list[ToBring]:
    """The parts behind (volunteer, shift) as they are now: where enough are left first, then in the
    order given. Two statements, none for nothing."""
    if not freeing:
        return []
    hers = Q(volunteer__in=[pk for pk, _ in freeing], shift__in=[pk for _, pk in freeing])
    found: dict[tuple[int, int], Assignment | Offer] = {
        (row.volunteer_id, row.shift_id): row
        for row in Offer.objects.filter(hers, state=Offer.State.PENDING).select_related(*WITH)
    }
    places = Assignment.objects.filter(hers, state=Assignment.State.ACTIVE)
    found |= {(row.volunteer_id, row.shift_id): row for row in places.select_related(*WITH)}
    found = {pair: row for pair, row in found.items() if can_be_staffed(row.session, now)}
    rows = [_to_bring(found[pair]) for pair in freeing if pair in found]
    return sorted(rows, key=lambda one: one.missing)[:SHOWN]


def _to_bring(part: Assignment | Offer) -> ToBring:
    shift: Shift = part.shift
    left = shift.taken + shift.held - 1
    return ToBring(part, left, max(0, shift.minimum - left))


def part_named(name: str) -> Assignment | Offer | None:
    """The part that a form names (ToBring.name); None where it is over."""
    kind, _, number = name.partition("-")
    pk = key(number) or 0
    if kind == "place":
        places = Assignment.objects.filter(pk=pk, state=Assignment.State.ACTIVE)
        return places.select_related(*WITH).first()
    questions = Offer.objects.filter(pk=pk, state=Offer.State.PENDING)
    return questions.select_related(*WITH).first()
