"""Who answers for an organisation: its coordinators, or those of the nearest above that has any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from backend.common.bulk import among
from backend.notifications.recipients import Audience
from backend.organisations.models import Membership
from backend.organisations.policy import ACTS
from backend.rota.models import Rota


def responsible(paths: Mapping[int, str], roles: Collection[str] = ACTS) -> dict[int, list[int]]:
    """Key → the coordinators (or who has one of these roles) of the organisation with that path, or
    of the nearest above that has any."""
    above = {int(pk) for path in paths.values() for pk in path.strip(".").split(".")}
    rows = Membership.objects.filter(
        among("organisation", above),
        role__in=roles,
        user__is_active=True,
    ).order_by("user_id")
    there: dict[int, list[int]] = defaultdict(list)
    for organisation, user in rows.values_list("organisation_id", "user_id").distinct():
        there[organisation].append(user)
    return {key: _nearest(path, there) for key, path in paths.items()}


def _nearest(path: str, there: dict[int, list[int]]) -> list[int]:
    for pk in reversed(path.strip(".").split(".")):
        if int(pk) in there:
            return there[int(pk)]
    return []


def others_than(path: str, but: int | None) -> list[int]:
    """The coordinators of the organisation with that path without one person; where she is alone,
    those above her."""
    users: list[int] = []
    here = path
    while here and not users:
        users = [user for user in responsible({0: here})[0] if user != but]
        above = here.rstrip(".").rpartition(".")[0]
        here = f"{above}." if above else ""
    return users


def coordinators_of(rotas: Collection[int]) -> dict[int, list[int]]:
    """Rota → the coordinators of the organisation that keeps it, or of the nearest above that has
    any."""
    return responsible(
        dict(Rota.objects.filter(among("pk", rotas)).values_list("pk", "organisation__path"))
    )


def of_responsible(paths: Mapping[int, str]) -> Audience:
    """Each key to whoever answers for what lies at its path."""
    return Audience.users((user, pk) for pk, users in responsible(paths).items() for user in users)
