"""What a coordinator has chosen to look at on the board; it lives in the address, so it can be
shared and goes back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import day, key
from backend.planning.queries.board import week_of
from backend.rota.models import Rota
from backend.web.coordinator.paging import page_number

VIEWS = ("place", "person", "table", "open")


@dataclass(frozen=True)
class Choice:
    """week: its Monday. county: a county's code or "" for all. pick: a session, or a session and a
    volunteer in it."""

    rota: int
    week: date
    view: str = "place"
    county: str = ""
    page: int = 1
    pick: int = 0
    who: int = 0

    @property
    def shows_table(self) -> bool:
        return self.view == "table"

    @property
    def shows_open_ended(self) -> bool:
        return self.view == "open"

    @property
    def shows_people(self) -> bool:
        return self.view == "person"

    def href(self, name: str = "coordinator:rota", **change: Any) -> str:
        """The address of this choice with something changed; a change of what is listed starts at
        page 1."""
        if change.keys() & {"week", "view", "county"}:
            change = {"page": 1, "pick": 0, "who": 0} | change
        new = replace(self, **change)
        values = {
            "week": new.week.isoformat(),
            "view": new.view,
            "county": new.county,
            "page": new.page,
            "pick": new.pick,
            "who": new.who,
        }
        kept = {
            key: value
            for key, value in values.items()
            if value and not (key == "page" and value == 1)
        }
        return f"{reverse(name, args=[self.rota])}?{urlencode(kept)}"

    def picking(self, session: int, who: int = 0) -> str:
        """href(pick=session, who=who), for the many chips of a board."""
        return f"{self._unpicked}&pick={session}" + (f"&who={who}" if who else "")

    @cached_property
    def _unpicked(self) -> str:
        return self.href(pick=0, who=0)

    def weeks(self, rota: Rota) -> list[date]:
        return [rota.starts_on + timedelta(weeks=n) for n in range(rota.weeks)]


def chosen(request: HttpRequest, rota: Rota) -> Choice:
    """Read the address; what makes no sense falls back to this week, by place, all counties."""
    get = request.GET
    view = get.get("view", "")
    county = get.get("county", "")
    return Choice(
        rota.pk,
        week_of(rota, day(get.get("week")) or local_day(clock.now())),
        view if view in VIEWS else "place",
        county if re.fullmatch("[0-9]{6}", county) else "",
        page_number(request),
        key(get.get("pick")) or 0,
        key(get.get("who")) or 0,
    )
