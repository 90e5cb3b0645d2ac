"""Who read or changed what is kept about somebody: the access log, from her side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from backend.accounts.models import Access
from backend.common.bulk import among
from backend.organisations.models import Membership

LOOKS = 200  # shown at once
PLANNER, PLATFORM, OFFICE = "planner", "platform", "office"


class Look(NamedTuple):
    """Somebody, or the planner, read or changed something of hers. `who`: what she is called there,
    else as what she did it; `about`: the part that it was, "" of all of it; `office`: of which
    organisation she is, "" where that is not known (any more)."""

    at: datetime
    who: str
    action: str
    about: str
    reason: str
    office: str = ""


def newest(looks: Iterable[Look]) -> list[Look]:
    """The newest first, LOOKS at the most."""
    return sorted(looks, key=lambda look: look.at, reverse=True)[:LOOKS]


def noted(parts: Mapping[str, str], called: Mapping[int, str]) -> Iterator[Look]:
    """What the access log holds of these rows. `parts`: subject → what it is called to her;
    `called`: user → what she is called to her. Two statements."""
    rows = list(Access.objects.filter(subject__in=parts).order_by("-at", "-pk")[:LOOKS])
    offices = _offices({row.user_id for row in rows if row.user_id} - set(called))
    for row in rows:
        who = called.get(row.user_id, OFFICE) if row.user_id else PLATFORM
        office = offices.get(row.user_id or 0, "")
        yield Look(row.at, who, row.action, parts[row.subject], row.reason, office)


def _offices(user_ids: set[int]) -> dict[int, str]:
    """User → the organisation that she works for, the highest of several."""
    rows = Membership.objects.filter(among("user", user_ids))
    named = rows.order_by("-organisation__level", "-pk").values_list("user", "organisation__name")
    return dict(named)
