"""The coming four weeks as a draft rota with everything that a run needs: sessions, home visits,
pairings, who knows whom."""

from __future__ import annotations

from datetime import timedelta

from backend.demo.city import BATCH, City
from backend.demo.operations import families, plans
from backend.families.models import Avoid, Knows, Request
from backend.organisations.models import Organisation
from backend.rota.models import Rota
from backend.rota.states import AtHome

WEEKS = 4
# A kind of session and its share of what is planned (a home visit counts once and brings three
# alternatives).
MIX = (
    ("class", 0.58),
    ("community", 0.08),
    ("visit", 0.06),
    ("station", 0.14),
    ("moli", 0.08),
    ("lecture", 0.06),
)
VISIT_CHILD = 17  # months
AT_HOME = [[(0, 1440)]] * 7


def visits_in(city: City) -> int:
    """How many families with a home visit the draft will need: so many children are still to
    come."""
    return max(1, round(city.scale.timed * 0.06 / 1.12))


def add_draft(city: City, organisation: Organisation) -> Rota:
    """A draft rota of the organisation from next Monday."""
    monday = city.next_monday
    rota = Rota.objects.create(
        organisation=organisation,
        name=f"{monday.month}月{monday.day}日起四周",
        starts_on=monday,
        weeks=WEEKS,
    )
    made = _visits(city, rota)
    kinds = [kind for kind, _ in MIX if kind != "visit"]
    shares = [share for kind, share in MIX if kind != "visit"]
    while len(made) < city.scale.timed:
        kind = city.r.choices(kinds, shares)[0]
        day, start = plans.slot(city, monday, WEEKS * 7)
        made.append(plans.plan(city, rota, kind, day, start, city.r.choice(city.venues)))
    for _ in range(city.scale.pairings):
        street, point = city.spot()
        made.append(plans.plan(city, rota, "pairing", None, 0, (street.code, point)))
    plans.store(city, made, joint_with=city.federation)
    _add_ties(city)
    return rota


def _visits(city: City, rota: Rota) -> list[plans.DrawnSession]:
    """Home visits: each for one family of its own, at three possible times of which one takes
    place."""
    homes = []
    made = []
    first = len(city.homes)
    for n in range(visits_in(city)):
        street, point = city.spot()
        born = [families.birth_month(city, VISIT_CHILD)]
        homes.append(families.household(city, first + n, born, street, point, 5, AT_HOME))
        for k in range(3):
            day, start = plans.slot(city, rota.starts_on, WEEKS * 7)
            made.append(
                plans.plan(
                    city,
                    rota,
                    "visit",
                    day,
                    start,
                    (street.code, point),
                    group=f"visit-{n + 1}",
                    group_extra=10 * k,
                    home=AtHome.PLANNED,
                )
            )
    families.store(city, homes)
    asked = city.now - timedelta(days=5)
    beibei = city.programmes["beibei"]
    rows = [
        Request(
            family=h.row, programme=beibei, priority=4, group=f"visit-{n + 1}", created_at=asked
        )
        for n, h in enumerate(homes)
    ]
    Request.objects.bulk_create(rows)
    return made


def _add_ties(city: City) -> None:
    """Who knows whom (worth keeping), and a few who must not meet."""
    pairs = {
        (city.r.randrange(len(city.homes)), city.r.randrange(len(city.people))): city.r.randint(
            1, 3
        )
        for _ in range(len(city.homes) // 8)
    }
    rows = [
        Knows(family=city.homes[f].row, volunteer=city.people[v].row, strength=n)
        for (f, v), n in sorted(pairs.items())
    ]
    Knows.objects.bulk_create(rows, batch_size=BATCH)
    apart = {
        (city.r.randrange(len(city.homes)), city.r.randrange(len(city.people)))
        for _ in range(max(1, len(city.homes) // 400))
    } - pairs.keys()
    Avoid.objects.bulk_create(
        [Avoid(family=city.homes[f].row, volunteer=city.people[v].row) for f, v in sorted(apart)]
    )
