"""Writes to the federation's tree. `path` is kept here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import lock, operation
from backend.common.refusal import Refusal
from backend.common.sealing import next_ids
from backend.organisations.models import Membership, Organisation
from backend.outbox.kinds import OrganisationMoved
from backend.outbox.record import record
from backend.places.codes import COUNTY, STREET, VILLAGE
from backend.places.models import Division

FEDERATION = Path(__file__).parent.parent / "data" / "federation.json"
CODES = {2: COUNTY, 3: STREET, 4: VILLAGE}  # level → length of its division's code


class OrganisationMisplaced(Refusal):
    """An organisation cannot stand under itself, and its level must be the one below its parent's.

    Facts: level, parent_level.
    """

    code = "organisation_misplaced"


@operation
def add_organisation(
    *, name: str, parent: Organisation | None = None, division: Division | None = None
) -> Organisation:
    """Make an organisation one level below its parent (without a parent: the city's)."""
    (row,) = _insert(
        [
            Organisation(
                name=name, parent=parent, level=parent.level + 1 if parent else 1, division=division
            )
        ]
    )
    return row


@operation
def move_organisation(
    *, organisation: Organisation, parent: Organisation, actor: User | None, now: datetime
) -> None:
    """Put it and everything below it under another parent of the same level as the old one.
    Whoever has a role above it saw all that is below: the old ones lose it, the new ones get it,
    and both are told. Nothing changes where it stands there already. Raises OrganisationMisplaced.
    """
    lock(Organisation, [organisation.pk, parent.pk])  # two moves at once leave no path behind
    organisation.refresh_from_db()
    parent.refresh_from_db()
    if organisation.parent_id == parent.pk:
        return
    if parent.path.startswith(organisation.path) or parent.level + 1 != organisation.level:
        raise OrganisationMisplaced(level=organisation.level, parent_level=parent.level)
    old = organisation.path
    new = f"{parent.path}{organisation.pk}."
    Organisation.objects.filter(pk=organisation.pk).update(parent=parent)
    below = Organisation.objects.filter(path__startswith=old)
    below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    streams = {*organisation.streams}
    organisation.refresh_from_db()
    users = _reaching(old) ^ _reaching(new)
    said = f"moved under organisation:{parent.pk}"
    note(actor, "change", f"organisation:{organisation.pk}", said, now=now)
    happened = OrganisationMoved(
        organisation=organisation.pk, parent=parent.pk, users=tuple(sorted(users))
    )
    streams |= {*organisation.streams, *(f"user.{pk}" for pk in users)}
    record(happened, streams=sorted(streams), actor=actor, now=now)


def _reaching(path: str) -> set[int]:
    """Who has a role in the organisation of this path or above it."""
    above = [int(pk) for pk in path.strip(".").split(".")]
    roles = Membership.objects.filter(organisation__in=above)
    return set(roles.values_list("user_id", flat=True))


@operation
def build_federation(*, area: str = "") -> Organisation:
    """Make the four-level tree over the divisions of the service area, once; a later call adds only
    what is missing.

    `area` is a division's code: then only what stands above it and below it is made. Returns the
    city's organisation.
    """
    plan = json.loads(FEDERATION.read_text(encoding="utf-8"))
    city = Organisation.objects.filter(level=1, name=plan["city"]).first() or add_organisation(
        name=plan["city"]
    )
    parents = {"": city}
    for level, digits in CODES.items():
        parents = _add_level(level, digits, parents, plan["suffix"], area)
    if area:
        return city
    known = set(city.children.filter(division__isnull=True).values_list("name", flat=True))
    _insert(
        [
            Organisation(name=name, parent=city, level=2)
            for name in plan["without_division"]
            if name not in known
        ]
    )
    return city


def _add_level(
    level: int, digits: int, parents: dict[str, Organisation], suffix: str, area: str
) -> dict[str, Organisation]:
    """Organisations of one level by division code; a division whose parent has no organisation gets
    none."""
    rows = {
        row.division_id: row
        for row in Organisation.objects.filter(level=level, division__isnull=False)
    }
    usable = Division.objects.filter(
        operational=True,
        in_service_area=True,
        retired_on__isnull=True,
        code__regex=rf"^\d{{{digits}}}$",
        code__startswith=area[:digits],
    )
    above = CODES.get(level - 1, 0)
    missing = [
        Organisation(
            name=f"{d.name}{suffix}", level=level, parent=parents[d.code[:above]], division=d
        )
        for d in usable
        if d.code not in rows and d.code[:above] in parents
    ]
    return rows | {row.division_id: row for row in _insert(missing)}  # type: ignore[return-value]


def _insert(rows: Sequence[Organisation]) -> list[Organisation]:
    """Insert with ids taken first, because each path ends in its own id; parents must be saved."""
    for row, pk in zip(rows, next_ids(Organisation, len(rows)), strict=True):
        row.pk = pk
        row.path = f"{row.parent.path if row.parent else ''}{pk}."
    return Organisation.objects.bulk_create(rows)
