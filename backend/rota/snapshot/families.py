"""Families' open wishes as matching.Request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast

from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

import matching
from backend.common.clock import local_midnight, minute_of
from backend.common.languages import speaks
from backend.families.models import FamilyAvailability, Request
from backend.families.parts import narrowed
from backend.families.queries import bookable_children
from backend.organisations.policy import streets_served
from backend.rota.models import Rota
from backend.rota.snapshot.facts import WishFacts
from backend.rota.snapshot.horizon import Horizon
from backend.rota.snapshot.ids import family_id, request_id
from backend.rota.snapshot.rows import JsonList, JsonLists
from backend.rota.snapshot.seated import seated
from matching import DAY, Interval

ALWAYS = tuple((weekday, 0, DAY) for weekday in range(7))


def open_wishes(rota: Rota) -> QuerySet[Request]:
    """Wishes of the families whom the rota's organisation serves."""
    wishes = Request.objects.filter(state=Request.State.OPEN, family__active=True).order_by("pk")
    streets = streets_served(rota.organisation)
    return wishes.filter(family__street__code__startswith=streets) if streets else wishes


def rows_of(wishes: QuerySet[Request], horizon: Horizon) -> list[WishFacts]:
    """Two queries: the wishes with their families, and the children's birth months, which are
    sealed and opened here; a child without the guardian's consent is not read."""
    rows = _with_families(wishes, horizon)
    born: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for child in (
        bookable_children()
        .filter(family__in=wishes.values("family"))
        .only("pk", "family_id", "birth_month")
    ):
        born[child.family_id].append((child.pk, child.birth_month))
    return [cast(WishFacts, row | {"children": _of_wish(row, born)}) for row in rows]


def _of_wish(row: dict[str, Any], born: Mapping[int, list[tuple[int, str]]]) -> tuple[str, ...]:
    """The months of birth of those for whom it is: some of the family's children, or all."""
    named = {pk for (pk,) in row["named"]}
    hers = born.get(row["family_id"], [])
    return tuple(month for pk, month in hers if not named or pk in named)


def _with_families(wishes: QuerySet[Request], horizon: Horizon) -> QuerySet[Any, Any]:
    ends = local_midnight(horizon.ends_on)
    named = Request.children.through.objects.filter(request=OuterRef("pk")).order_by()
    free = FamilyAvailability.objects.filter(family=OuterRef("family"))
    return wishes.values(
        "pk",
        "family_id",
        "wants",
        "per_week",
        "priority",
        "group",
        "part",
        code=F("programme__code"),
        latitude=F("family__latitude"),
        longitude=F("family__longitude"),
        way=Coalesce("max_travel", "family__max_travel"),
        language=F("family__language"),
        language_needed=F("family__language_needed"),
        named=JsonLists(named.values(row=JsonList("child"))),
        weekly=JsonLists(free.values(row=JsonList("weekday", "start", "end"))),
        booked=JsonLists(seated().when_booked(OuterRef("family"), horizon.midnight, ends)),
    )


def wish_from(
    row: WishFacts,
    horizon: Horizon,
    choices: Mapping[str, int] | None,
    had: Collection[int],
    told: Collection[tuple[int, int]],
) -> matching.Request:
    """`had` are the starts of wanted sessions that it had or has for sure; with those that the same
    wish was given in other rotas they count in their weeks. A family that has not said when it is
    free can come at any time, except while it is somewhere else: in a session that it booked
    itself, or was given for another wish or in another rota. What was given for this wish in this
    rota (`told`) is for the solver to keep or to change."""
    taken = [
        (request, *_minutes(horizon, start, end))
        for request, session, start, end in row["booked"]
        if request != row["pk"] or (request, session) not in told
    ]
    busy = [(start, end) for _, start, end in taken]
    given = {*had, *(start for request, start, _ in taken if request == row["pk"])}
    return matching.Request(
        id=request_id(row["pk"]),
        family=family_id(row["family_id"]),
        children=row["children"],
        home=(row["latitude"], row["longitude"]),
        max_travel=row["way"],
        available=horizon.spans(narrowed(row["weekly"] or ALWAYS, row["part"]), busy=busy),
        programmes=None if choices is not None else (row["code"],),
        choices=choices,
        wants=row["wants"] - len(had),
        per_week=row["per_week"],
        priority=row["priority"],
        had=tuple(sorted(given)),
        needs=(speaks(row["language"]),) if row["language_needed"] else (),
    )


def _minutes(horizon: Horizon, start: str, end: str) -> Interval:
    first, last = (minute_of(datetime.fromisoformat(text)) - horizon.epoch for text in (start, end))
    return first, last
