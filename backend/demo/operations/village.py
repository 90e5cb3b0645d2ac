"""A small rota of one village: duty days that the sisters of the village share, some places still
open."""

from __future__ import annotations

from datetime import timedelta

from backend.demo.city import City
from backend.demo.operations import plans
from backend.demo.operations.staffing import Staffing
from backend.rota.models import Assignment, Rota

DUTIES = (
    (2, 570),
    (4, 870),
    (5, 570),
    (9, 570),
    (11, 870),
    (12, 570),
)  # day from this Monday, minute of the day


def add_village_rota(city: City) -> Rota:
    monday = city.this_monday
    village = city.home_village
    rota = Rota.objects.create(
        organisation=village,
        name=f"{village.name}{monday.month}月{monday.day}日起两周",
        starts_on=monday,
        weeks=2,
        state=Rota.State.PUBLISHED,
        version=1,
        published_at=city.moment(monday, 0) - timedelta(days=3),
    )
    venue = city.venues[-1]
    staffing = Staffing(city)
    made = []
    for days, start in DUTIES:
        plan = plans.plan(city, rota, "station", monday + timedelta(days=days), start, venue)
        staffing.fill(
            plan, plan.shifts[0], Assignment.State.ACTIVE
        )  # what is over waits for a word
        made.append(plan)
    plans.store(city, made)
    staffing.store()
    return rota
