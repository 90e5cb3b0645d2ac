"""The city's volunteers: numbers by programme as the federation has them, everything else drawn
from the seed."""

from __future__ import annotations

from datetime import date, timedelta

from backend.accounts import phones
from backend.common.sealing import blind_index
from backend.demo import invented
from backend.demo.city import BATCH, City, DrawnVolunteer, Point
from backend.demo.operations import logins
from backend.organisations.models import Organisation, Team
from backend.places.models import Division
from backend.volunteers.models import (
    Apart,
    Availability,
    TimeOff,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
    Wish,
)
from backend.volunteers.names import Spelled, spell

OWN_CREDENTIAL = {"station": "village_station", "moli": "mediator"}
NEIGHBOURS = 40  # volunteers of the village whose coordinator signs in


def add_volunteers(city: City) -> None:
    """Fill city.people and store every one with programmes, team, credentials, hours and wishes."""
    first = [code for code, count in city.scale.members for _ in range(count)]
    city.r.shuffle(first)
    spelled: dict[str, Spelled] = {}
    city.people = [_person(city, n, programme, spelled) for n, programme in enumerate(first)]
    logins.cast_volunteer(city)
    Volunteer.objects.bulk_create([p.row for p in city.people], batch_size=BATCH)
    _add_programmes(city, first)
    _add_teams(city, first)
    _add_credentials(city)
    _add_hours(city)
    _add_wishes(city)


def _person(city: City, number: int, programme: str, spelled: dict[str, Spelled]) -> DrawnVolunteer:
    r = city.r
    street, home = _home(city, number)
    name = invented.name(r)
    letters = spelled.setdefault(name, spell(name))
    week = r.choices([1, 2, 3], [0.6, 0.3, 0.1])[0]
    identity = invented.identity(number)
    phone = invented.phone(number)
    row = Volunteer(
        number=f"V{number + 1:06d}",
        name=name,
        name_pinyin=letters.pinyin,
        name_initials=letters.initials,
        sort_key=letters.sort_key,
        identity_number=identity,
        identity_index=blind_index(identity, "identity"),
        phone=phone,
        phone_index=phones.index(phone),
        organisation=_organisation(city, street, number),
        street=street,
        latitude=home[0],
        longitude=home[1],
        max_travel=r.choices([15, 25, 40, 60], [0.3, 0.35, 0.25, 0.1])[0],
        max_per_day=r.choices([1, 2], [0.8, 0.2])[0],
        max_per_week=week,
        max_total=r.randint(week, week * 4),
        max_open=r.choice([0, 1, 2, 3]),
        services_before=int(r.expovariate(0.6)),
    )
    chance = r.betavariate(1.2, 4)
    return DrawnVolunteer(
        row,
        home,
        _held(city, programme),
        city.free_week(chance, min(0.9, chance * 1.6)),
        _away(city),
    )


def _home(city: City, number: int) -> tuple[Division, Point]:
    """The first few live in the street whose coordinator signs in."""
    found = city.spot()
    if number < min(NEIGHBOURS, city.scale.volunteers // 8):
        return city.home_street, city.near(city.home_street)
    return found


def _organisation(city: City, street: Division, number: int) -> Organisation:
    """The village federation of her street; the first few stand in the village whose coordinator
    signs in."""
    if street.code == city.home_street.code and number < NEIGHBOURS:
        return city.home_village
    villages = city.villages[street.code]
    return city.organisations[city.r.choice(villages) if villages else street.code]


def _held(city: City, programme: str) -> dict[str, date | None]:
    """What she holds and until when (None: without end), in the proportions of a grown
    federation."""
    r = city.r
    start = city.next_monday
    held: dict[str, date | None] = {}
    if programme == "mentor" or r.random() < 0.75:
        if r.random() < 0.1:  # lapses within the coming four weeks
            days = r.randrange(28)
        else:
            days = r.randrange(30, 330)
        held["child_clearance"] = start + timedelta(days)
    u = r.random()
    if u < 0.27:
        held["beibei_assistant"] = None
    if u < 0.07:
        held["beibei_lead"] = None
    if own := OWN_CREDENTIAL.get(programme):
        held[own] = None
        if own == "mediator" and r.random() < 0.05:
            held[own] = start + timedelta(days=r.randrange(28))
    if r.random() < 0.1:
        held["speaker"] = None
    return held


def _away(city: City) -> set[date]:
    """Single days off among the six weeks from this Monday."""
    return {city.this_monday + timedelta(days=n) for n in range(42) if city.r.random() < 0.06}


def _add_programmes(city: City, first: list[str]) -> None:
    link = Volunteer.programmes.through
    rows = []
    for person, code in zip(city.people, first, strict=True):
        codes = (
            [code]
            + ["beibei"] * ("beibei_assistant" in person.held)
            + ["lecture"] * ("speaker" in person.held)
        )
        rows += [
            link(volunteer_id=person.row.pk, programme_id=city.programmes[c].pk) for c in codes
        ]
    link.objects.bulk_create(rows, batch_size=BATCH)


def _add_teams(city: City, first: list[str]) -> None:
    """姐妹乡伴 teams, each of one street; the sisters of a street join a team of their county."""
    streets = city.r.sample(city.streets, min(city.scale.teams, len(city.streets)))
    teams = [Team(name=f"{s.name}姐妹乡伴队", registered=n % 3 > 0) for n, s in enumerate(streets)]
    Team.objects.bulk_create(teams)
    run = Team.organisations.through
    links = [
        run(team_id=t.pk, organisation_id=city.organisations[s.code].pk)
        for t, s in zip(teams, streets, strict=True)
    ]
    joint = zip(
        teams[::4], streets[::4], strict=True
    )  # 五联: every fourth is run with its county's federation
    run.objects.bulk_create(
        links
        + [
            run(team_id=t.pk, organisation_id=city.organisations[s.county_code].pk)
            for t, s in joint
        ]
    )
    near: dict[str, list[Team]] = {}
    for team, street in zip(teams, streets, strict=True):
        near.setdefault(street.county_code, []).append(team)
    members = [p.row for p, code in zip(city.people, first, strict=True) if code == "station"]
    join = Volunteer.teams.through
    rows = [
        join(volunteer_id=v.pk, team_id=city.r.choice(near.get(v.street_id[:6], teams)).pk)
        for v in members
    ]
    join.objects.bulk_create(rows, batch_size=BATCH)


def _add_credentials(city: City) -> None:
    certificates = []
    vettings = []
    for person in city.people:
        for code, until in person.held.items():
            since = city.r.randrange(40, 1000)
            if city.kinds[code].is_vetting and until:
                asked = city.moment(until, 600) - timedelta(days=365)
                vettings.append(
                    VettingCheck(
                        volunteer=person.row,
                        consent_at=asked - timedelta(days=3),
                        requested_at=asked,
                        authority="公安机关",
                        result=VettingCheck.Result.CLEAR,
                        valid_until=until,
                        checked_by=city.checker,
                    )
                )
            else:
                certificates.append(
                    VolunteerCredential(
                        volunteer=person.row,
                        kind=city.kinds[code],
                        number=f"示例-{since:04d}",
                        issuer="福州市妇联（示例）",
                        valid_from=city.today - timedelta(days=since),
                        valid_until=until,
                        checked_by=city.checker,
                        checked_at=city.now - timedelta(days=since),
                    )
                )
        if "child_clearance" in person.held:
            certificates += [_insured(city, person.row), _of_age(city, person.row)]
    VolunteerCredential.objects.bulk_create(certificates, batch_size=BATCH)
    VettingCheck.objects.bulk_create(vettings, batch_size=BATCH)


def _insured(city: City, volunteer: Volunteer) -> VolunteerCredential:
    """The federation's own policy for everybody who may come to homes."""
    return VolunteerCredential(
        volunteer=volunteer,
        kind=city.kinds["accident_insurance"],
        number="示例-团体",
        issuer="福州市妇联（示例）",
        valid_from=city.today - timedelta(days=65),
        valid_until=city.today + timedelta(days=299),
        checked_by=city.checker,
        checked_at=city.now - timedelta(days=60),
    )


def _of_age(city: City, volunteer: Volunteer) -> VolunteerCredential:
    """Somebody has seen her papers; no number of them is kept."""
    return VolunteerCredential(
        volunteer=volunteer,
        kind=city.kinds["adult"],
        number="",
        issuer="福州市妇联（示例）",
        valid_from=city.today - timedelta(days=65),
        checked_by=city.checker,
        checked_at=city.now - timedelta(days=60),
    )


def _add_hours(city: City) -> None:
    spans = [
        Availability(volunteer=p.row, weekday=d, start=a, end=z)
        for p in city.people
        for d, day in enumerate(p.week)
        for a, z in day
    ]
    Availability.objects.bulk_create(spans, batch_size=BATCH)
    days = [
        TimeOff(volunteer=p.row, from_date=d, to_date=d)
        for p in city.people
        for d in sorted(p.away)
    ]
    TimeOff.objects.bulk_create(days, batch_size=BATCH)


def _add_wishes(city: City) -> None:
    r = city.r
    rows = []
    for person in city.people:
        for code in ("beibei", "station", "moli", "lecture"):
            if r.random() < 0.4 and (liking := r.randint(-3, 3)):
                rows.append(
                    Wish(volunteer=person.row, programme=city.programmes[code], liking=liking)
                )
    Wish.objects.bulk_create(rows, batch_size=BATCH)
    pairs = {
        tuple(sorted(r.sample(range(len(city.people)), 2))) for _ in range(len(city.people) // 100)
    }
    Apart.objects.bulk_create(
        [Apart(first=city.people[a].row, second=city.people[b].row) for a, b in sorted(pairs)]
    )
