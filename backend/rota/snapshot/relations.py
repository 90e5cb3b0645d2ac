"""Who must not meet whom, and which family knows whom: among the people of one problem."""

from __future__ import annotations

from collections.abc import Collection

from backend.common.bulk import among
from backend.families.models import Avoid, Knows
from backend.rota.snapshot.ids import family_id, number, volunteer_id
from backend.volunteers.friends import pairs_of
from backend.volunteers.models import Apart

LIKING = 1  # what a shared session is worth, in weights.know
Pairs = tuple[tuple[str, str], ...]


def kept_apart(volunteers: Collection[str]) -> Pairs:
    """Two of these people who never serve together; one statement."""
    pairs = Apart.objects.order_by("pk").values_list("first_id", "second_id")
    named = ((volunteer_id(one), volunteer_id(other)) for one, other in pairs)
    return tuple(pair for pair in named if pair[0] in volunteers and pair[1] in volunteers)


def friends(volunteers: Collection[str]) -> tuple[tuple[str, str, int | None], ...]:
    """Two of these people who would like to serve together, with how much; one statement."""
    pairs = pairs_of(number(one) for one in volunteers)
    return tuple((volunteer_id(one), volunteer_id(two), LIKING) for one, two in pairs)


def avoided(families: Collection[str], volunteers: Collection[str]) -> Pairs:
    """(family, volunteer) who never meet; one statement, none without families."""
    if not families:
        return ()
    rows = Avoid.objects.filter(among("family", map(number, families))).order_by("pk")
    named = (
        (family_id(f), volunteer_id(v)) for f, v in rows.values_list("family_id", "volunteer_id")
    )
    return tuple(pair for pair in named if pair[1] in volunteers)


def known_by(
    families: Collection[str], volunteers: Collection[str]
) -> tuple[tuple[str, str, int], ...]:
    """(family, volunteer, how well) who have met; one statement, none without families."""
    if not families:
        return ()
    rows = Knows.objects.filter(among("family", map(number, families))).order_by("pk")
    named = (
        (family_id(family), volunteer_id(volunteer), strength)
        for family, volunteer, strength in rows.values_list("family_id", "volunteer_id", "strength")
    )
    return tuple(row for row in named if row[1] in volunteers)
