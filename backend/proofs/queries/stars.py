"""How far volunteers are on the way to their stars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    F,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from backend.access.queries import Someone
from backend.access.refusals import NotHers, NotSeen
from backend.organisations.policy import ACTS, SEES
from backend.organisations.queries import scope_paths, within
from backend.proofs.models import BatchLine, ReportBatch, StarAward
from backend.proofs.stars import STARS, Star, star_at
from backend.records.models import ServiceRecord
from backend.volunteers.models import Volunteer

OUT_OF_REACH = 10**9  # minutes: nobody has so many


def with_counted(rows: QuerySet[Volunteer]) -> QuerySet[Any]:
    """Each with `counted`, the minutes that count for her stars (only what is reported where her
    organisation says so), and `level`, the highest that she has or that is on display."""
    served = ServiceRecord.objects.filter(volunteer=OuterRef("pk")).order_by()
    reported = BatchLine.objects.filter(
        record__volunteer=OuterRef("pk"), batch__state=ReportBatch.State.REPORTED
    ).order_by()
    live = StarAward.objects.filter(volunteer=OuterRef("pk")).exclude(state=StarAward.State.ENDED)
    sums = {
        "served": served.values("volunteer").annotate(n=Sum("minutes")).values("n"),
        "sent": reported.values("record__volunteer").annotate(n=Sum("record__minutes")).values("n"),
        "level": live.order_by().values("volunteer").annotate(n=Max("level")).values("n"),
    }
    found = {name: Coalesce(Subquery(of), 0) for name, of in sums.items()}
    counted = Case(
        When(organisation__stars_on_reported=True, then=F("sent")),
        default=F("served"),
        output_field=IntegerField(),
    )
    return rows.annotate(**found).annotate(counted=counted)


@dataclass(frozen=True)
class StarCard:
    """`held`: the star that she has; `display`: one that is on display; `following`: the next one,
    None after the last; `missing`: minutes until then."""

    held: Star | None
    display: StarAward | None
    following: Star | None
    counted: int

    @property
    def missing(self) -> int:
        return max(0, self.following.minutes - self.counted) if self.following else 0


def star_card(volunteer_id: int) -> StarCard:
    """Two statements."""
    her = with_counted(Volunteer.objects.filter(pk=volunteer_id)).only("pk").get()
    awards = StarAward.objects.filter(volunteer=volunteer_id).order_by("-level")
    live = list(awards.exclude(state=StarAward.State.ENDED))
    held = next((one for one in live if one.state == StarAward.State.AWARDED), None)
    display = next((one for one in live if one.state == StarAward.State.PUBLIC), None)
    return StarCard(
        star_at(held.level) if held else None, display, star_at(her.level + 1), her.counted
    )


def eligible(user: Someone) -> QuerySet[Any]:
    """Who has the hours of a star that nobody has approved yet, where she coordinates."""
    scope = within(scope_paths(user, ACTS), "organisation__path")
    rows = Volunteer.objects.filter(scope).exclude(state=Volunteer.State.LEFT)
    wanted = Case(
        *(When(level=star.level - 1, then=Value(star.minutes)) for star in STARS),
        default=Value(OUT_OF_REACH),
        output_field=IntegerField(),
    )
    found = with_counted(rows.select_related("organisation")).filter(counted__gte=wanted)
    return found.order_by("sort_key", "pk")


def awards(user: Someone) -> QuerySet[StarAward]:
    """Those on display where she coordinates or watches, then those that were awarded."""
    scope = within(scope_paths(user, SEES), "volunteer__organisation__path")
    rows = StarAward.objects.filter(scope).exclude(state=StarAward.State.ENDED)
    shown = rows.select_related("volunteer__organisation", "approved_by")
    return shown.order_by("-state", "-until", "-pk")


def volunteer_to_star(user: Someone, pk: int) -> Volunteer:
    """Raises NotSeen, and NotHers when she only watches where the volunteer is."""
    rows = Volunteer.objects.select_related("organisation").filter(pk=pk)
    row = rows.filter(within(scope_paths(user, ACTS), "organisation__path")).first()
    if row is not None:
        return row
    if rows.filter(within(scope_paths(user, SEES), "organisation__path")).exists():
        raise NotHers
    raise NotSeen
