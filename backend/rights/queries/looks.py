"""Who read or changed what is kept about somebody: the access log, from her side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import CharField, Count, F, Func, Max, Min, QuerySet, Value

from backend.accounts.models import Access
from backend.common.bulk import among
from backend.organisations.models import Membership
from backend.planning.models import Run

PLANNER, PLATFORM, OFFICE = "planner", "platform", "office"
PURPOSE = Func(  # the first word of the reason
    F("reason"), Value(" "), Value(1), function="SPLIT_PART", output_field=CharField()
)


class Look(NamedTuple):
    """Somebody, or the planner, read or changed something of hers, once or again and again: one
    line for all that the same person did with the same for the same, so that many of one hide none
    of another. `who`: what she is called there, else as what she did it; `about`: the part that it
    was, "" of all of it; `reason`: what for, its first word, or the plan; `office`: of which
    organisation she is, "" where that is not known (any more); `at` the last time, `first` the
    first of `times`."""

    at: datetime
    who: str
    action: str
    about: str
    reason: str
    office: str = ""
    times: int = 1
    first: datetime | None = None


def newest(looks: Iterable[Look]) -> list[Look]:
    """The newest first, all of them: there are as many as people and purposes, whatever they do."""
    return sorted(looks, key=lambda look: look.at, reverse=True)


def noted(parts: Mapping[str, str], called: Mapping[int, str]) -> Iterator[Look]:
    """What the access log holds of these rows. `parts`: subject → what it is called to her;
    `called`: user → what she is called to her. Two statements."""
    logged = Access.objects.filter(subject__in=parts).order_by().annotate(purpose=PURPOSE)
    kinds = logged.values("user_id", "action", "subject", "purpose")
    rows = list(kinds.annotate(times=Count("pk"), last=Max("at"), first=Min("at")))
    offices = _offices({row["user_id"] for row in rows if row["user_id"]} - set(called))
    found: dict[tuple[object, ...], Look] = {}
    for row in rows:
        user, part = row["user_id"], parts[row["subject"]]
        look = Look(
            at=row["last"],
            who=called.get(user, OFFICE) if user else PLATFORM,
            action=row["action"],
            about=part,
            reason=row["purpose"],
            office=offices.get(user or 0, ""),
            times=row["times"],
            first=row["first"],
        )
        key = (user, look.action, part, look.reason)
        found[key] = _both(found[key], look) if key in found else look
    yield from found.values()


def planned(runs: QuerySet[Run]) -> Iterator[Look]:
    """The planner's, a line for each rota. One statement."""
    begun = runs.filter(started_at__isnull=False).order_by().values("rota", "rota__name")
    moments = (Max("started_at"), Min("started_at"), Count("pk"))
    for row in begun.annotate(last=moments[0], first=moments[1], times=moments[2]):
        yield Look(
            row["last"],
            PLANNER,
            "read",
            "",
            row["rota__name"],
            times=row["times"],
            first=row["first"],
        )


def _both(one: Look, other: Look) -> Look:
    """Of several rows that are one part to her."""
    first = min(at for at in (one.first, other.first) if at)
    return one._replace(at=max(one.at, other.at), first=first, times=one.times + other.times)


def _offices(user_ids: set[int]) -> dict[int, str]:
    """User → the organisation that she works for, the highest of several."""
    rows = Membership.objects.filter(among("user", user_ids))
    named = rows.order_by("-organisation__level", "-pk").values_list("user", "organisation__name")
    return dict(named)
