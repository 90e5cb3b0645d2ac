"""What needs a coordinator today: the sessions of the next days in figures, holes in them, and
those with more children than people. What people said of their places stands in `spoken`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, JSONObject

from backend.access import queries as access
from backend.accounts.models import User
from backend.planning.queries.counting import how_many, one_row
from backend.planning.queries.heads import lacking_now, to_be_staffed
from backend.rota.models import Rota, Session, Shift
from backend.rota.policy import SEATS, TAKES_PLACE, rota_is_over

DAYS = 7
SHOWN = 20


def rotas_here(user: User, now: datetime) -> list[Rota]:
    """The published rotas that she sees and that are not over. One statement."""
    return [
        rota
        for rota in access.rotas_seen(user)
        .filter(state=Rota.State.PUBLISHED)
        .order_by("-starts_on", "pk")
        if not rota_is_over(rota, now)
    ]


@dataclass(frozen=True)
class FirstRows:
    """The first rows of a list, and how many there are in all."""

    rows: Sequence[Any]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


class Overfull(NamedTuple):
    """A session with more children than the people in it can look after."""

    pk: int
    title: str
    venue: str
    starts_at: datetime
    seats_taken: int
    fit: int


@dataclass(frozen=True)
class Figures:
    """What takes place in the next days: sessions, people who said yes and who were asked, people
    missing, seats given to children; sessions with more of them than can be looked after, and the
    first of those. `besides`: how many rows of whatever else was asked."""

    sessions: int
    taken: int
    held: int
    missing: int
    children: int
    crowded: int
    crowds: Sequence[Overfull]
    besides: Mapping[str, int]


def coming(sessions: QuerySet[Session], now: datetime) -> QuerySet[Session]:
    """Those of the next days."""
    soon = sessions.filter(starts_at__lt=now + timedelta(days=DAYS), starts_at__isnull=False)
    return to_be_staffed(soon, now)


def figures(user: User, soon: QuerySet[Session], **besides: QuerySet[Any]) -> Figures:
    """Of the sessions that are coming; `besides`: rows to be counted with them. One statement."""
    going = soon.filter(TAKES_PLACE).annotate(
        yes=_of_shifts("taken"),
        asked=_of_shifts("held"),
        lacks=_of_shifts(Greatest(F("minimum") - F("taken") - F("held"), 0)),
    )
    numbers = JSONObject(
        sessions=Count("pk"),
        taken=Sum("yes"),
        held=Sum("asked"),
        missing=Sum("lacks"),
        children=Sum("seats_taken"),
        crowded=Count("pk", filter=_crowded()),
    )
    asked: list[Any] = [one_row(going, numbers), _crowds(soon)]
    asked += map(how_many, besides.values())
    found, crowds, *others = User.objects.filter(pk=user.pk).values_list(*asked).get()
    counted = dict.fromkeys(("sessions", "taken", "held", "missing", "children", "crowded"), 0)
    return Figures(
        **(counted | {name: n or 0 for name, n in (found or {}).items()}),
        crowds=[Overfull(**one | _moment(one)) for one in crowds or ()],
        besides=dict(zip(besides, others, strict=True)),
    )


def _of_shifts(what: str | Combinable) -> Coalesce:
    """Beside a session: the sum over its shifts."""
    shifts = Shift.objects.filter(session=OuterRef("pk")).order_by().values("session")
    return Coalesce(Subquery(shifts.annotate(n=Sum(what)).values("n")), 0)


def _crowds(soon: QuerySet[Session]) -> ArraySubquery:
    """Of the sessions that are coming those with more children than can be looked after, the
    soonest first, each with how many `fit`."""
    of_one = JSONObject(
        pk="pk",
        title="title",
        venue=Coalesce(F("venue__name"), Value("")),
        starts_at="starts_at",
        seats_taken="seats_taken",
        fit=SEATS,
    )
    rows = soon.filter(_crowded()).order_by("starts_at", "pk")
    return ArraySubquery(rows.values(of_one=of_one)[:SHOWN])


def _moment(one: Mapping[str, Any]) -> dict[str, datetime]:
    """Inside JSON a moment is a text."""
    return {"starts_at": datetime.fromisoformat(one["starts_at"])}


def _crowded() -> Q:
    """More children have seats than the people who are there, or were asked, can look after, though
    no role that carries seats is below its minimum; where one is, it is a hole."""
    lacking = Shift.objects.filter(
        session=OuterRef("pk"), carries_seats=True, minimum__gt=F("taken") + F("held")
    )
    return Q(~Exists(lacking), seats_taken__gt=SEATS)


def holes(user: User, soon: QuerySet[Session], start: int = 0, size: int = SHOWN) -> FirstRows:
    """Shifts that lack people, the soonest first, each with `missing`, with how many people were
    `asked` so far, and whether its session is `hers` to change. One statement, two for a page
    behind the last."""
    own = access.sessions_hers(user).filter(pk=OuterRef("session_id"))
    rows = lacking_now(soon)
    counted = rows.annotate(hers=Exists(own), all=Window(Count("pk")))
    shown = list(counted[start : start + size])
    if start and not shown:
        return FirstRows([], rows.count())
    return FirstRows(shown, shown[0].all if shown else 0)


def listed(soon: QuerySet[Session], start: int = 0, size: int = SHOWN) -> FirstRows:
    """The sessions of the next days that take place, by time, each with the people who said yes
    and who were asked (`people`, `asked`) and how many it wants (`wanted`). Two statements."""
    going = soon.filter(TAKES_PLACE)
    rows = going.annotate(
        people=Sum("shifts__taken"), asked=Sum("shifts__held"), wanted=Sum("shifts__target")
    ).select_related("venue")
    return FirstRows(list(rows.order_by("starts_at", "pk")[start : start + size]), going.count())
