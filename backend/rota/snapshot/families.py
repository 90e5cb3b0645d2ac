"""Families' open wishes as matching.Request."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import F, OuterRef, QuerySet

from backend.families.models import Child, FamilyAvailability, Request
from backend.rota.models import Rota
from backend.rota.snapshot.horizon import Horizon
from backend.rota.snapshot.ids import family_id, request_id
from backend.rota.snapshot.rows import Lists, Row
from matching.problem import Request as Wish

STREET = 9  # digits of a street's code


def open_wishes(rota: Rota) -> QuerySet[Request]:
    """Wishes of the families in the organisation's division; an organisation without a division serves the whole city."""
    wishes = Request.objects.filter(state="open", family__active=True).order_by("pk")
    division = rota.organisation.division_id
    return wishes.filter(family__street__code__startswith=division[:STREET]) if division else wishes


def rows_of(wishes: QuerySet[Request]) -> list[dict[str, Any]]:
    """Two queries: the wishes with their families, and the children's birth months, which are sealed and opened here."""
    rows = list(
        wishes.values(
            "pk", "family_id", "wants", "per_week", "priority", "group", code=F("programme__code"),
            latitude=F("family__latitude"), longitude=F("family__longitude"), max_travel=F("family__max_travel"),
            weekly=Lists(FamilyAvailability.objects.filter(family=OuterRef("family")).values(row=Row("weekday", "start", "end"))),
        )
    )  # fmt: skip
    born: defaultdict[int, list[str]] = defaultdict(list)
    for child in Child.objects.filter(family__in=wishes.values("family")).order_by("pk").only("pk", "family_id", "birth_month"):
        born[child.family_id].append(child.birth_month)
    return [row | {"children": tuple(born[row["family_id"]])} for row in rows]


def wish_from(row: Mapping[str, Any], horizon: Horizon, choices: Mapping[str, int] | None, had: int) -> Wish:
    """`had` of the wanted sessions took place already. A family that has not said when it is free can come at any time."""
    return Wish(
        id=request_id(row["pk"]),
        family=family_id(row["family_id"]),
        children=row["children"],
        home=(row["latitude"], row["longitude"]),
        max_travel=row["max_travel"],
        available=horizon.spans(row["weekly"]) if row["weekly"] else ((0, horizon.minutes),),
        programmes=None if choices is not None else (row["code"],),
        choices=choices,
        wants=row["wants"] - had,
        per_week=row["per_week"],
        priority=row["priority"],
    )
