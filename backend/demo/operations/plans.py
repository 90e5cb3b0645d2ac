"""Sessions of every kind as rows that are not stored yet, with their shifts; and how to store many
of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backend.demo import invented
from backend.demo.city import BATCH, City, Person, Point
from backend.organisations.models import Organisation
from backend.places.models import Venue
from backend.rota.models import Rota, Session, Shift

STARTS = (570, 600, 660, 870, 900, 960, 1140)  # minutes of the day at which sessions begin


@dataclass
class Plan:
    """One session with its shifts, and who was found for each shift so far."""

    session: Session
    shifts: list[Shift]
    day: date | None
    start: int
    end: int
    found: list[tuple[Shift, Person]] = field(default_factory=list)

    @property
    def date(self) -> date:
        """The day of a session that has a time."""
        assert self.day is not None
        return self.day

    @property
    def starts_at(self) -> datetime:
        assert self.session.starts_at is not None
        return self.session.starts_at

    @property
    def ends_at(self) -> datetime:
        assert self.session.ends_at is not None
        return self.session.ends_at

    @property
    def place(self) -> Point:
        return (self.session.latitude, self.session.longitude)


def slot(city: City, first: date, days: int) -> tuple[date, int]:
    """A day and a beginning: weekends twice as likely as weekdays, evenings rarer."""
    slots = [(n, a) for n in range(days) for a in STARTS]
    weights = [
        (2.0 if (first.weekday() + n) % 7 >= 5 else 1.0) * (0.6 if a == 1140 else 1)
        for n, a in slots
    ]
    n, start = city.r.choices(slots, weights)[0]
    return date.fromordinal(first.toordinal() + n), start


def plan(
    city: City,
    rota: Rota,
    kind: str,
    day: date | None,
    start: int,
    where: Venue | tuple[str, Point],
    **fields: Any,
) -> Plan:
    """A session of that kind at a venue, or at (street code, point) of a home."""
    shape = SHAPES[kind](city, where)
    venue = where if isinstance(where, Venue) else None
    at_venue = (venue.street_id, (venue.latitude, venue.longitude)) if venue else None
    code, point = at_venue or where  # type: ignore[misc]
    minutes = shape.pop("minutes", 60)
    staffing: list[tuple[str, int, int]] = shape.pop("staffing")
    programme = shape.pop("programme")
    engagement = shape.pop("engagement")
    kind_row = city.engagements[programme, engagement]
    state = Session.State.PLANNED if rota.state == Rota.State.DRAFT else Session.State.OPEN
    session = Session(
        rota=rota,
        programme=city.programmes[programme],
        engagement=kind_row,
        venue=venue,
        latitude=point[0],
        longitude=point[1],
        county_code=code[:6],
        risk_note=kind_row.risk_note,
        starts_at=city.moment(day, start) if day else None,
        ends_at=city.moment(day, start + minutes) if day else None,
        **({"state": state} | shape | fields),
    )
    shifts = [
        Shift.of(session, city.roles[programme, role], minimum=low, target=high)
        for role, low, high in staffing
    ]
    return Plan(session, shifts, day, start, start + minutes)


def store(city: City, plans: Sequence[Plan], joint_with: Organisation | None = None) -> None:
    """Store sessions, shifts and organisers; some are run jointly with `joint_with` or the street's
    federation (五联)."""
    Session.objects.bulk_create([p.session for p in plans], batch_size=BATCH)
    Shift.objects.bulk_create([shift for p in plans for shift in p.shifts], batch_size=BATCH)
    link = Session.organisers.through
    rows = []
    for p in plans:
        organisers = {p.session.rota.organisation_id}
        if p.session.venue and city.r.random() < 0.3:
            street = city.organisations.get(p.session.venue.street_id)
            organisers.add(street.pk if street else p.session.rota.organisation_id)
        if joint_with and city.r.random() < 0.1:
            organisers.add(joint_with.pk)
        rows += [link(session_id=p.session.pk, organisation_id=pk) for pk in sorted(organisers)]
    link.objects.bulk_create(rows, batch_size=BATCH)


def _seats(low: int, high: int, each: int, months: tuple[int, int]) -> dict[str, Any]:
    return {
        "seats_min": low,
        "seats_max": high,
        "seats_per_volunteer": each,
        "months_low": months[0],
        "months_high": months[1],
    }


def _class(city: City, where: object) -> dict[str, Any]:
    months = city.r.choice(list(invented.BANDS))
    assistants = city.r.choice([1, 1, 2])
    return {
        "programme": "beibei",
        "engagement": "class",
        "required": False,
        "title": f"亲子课：{invented.BANDS[months]}",
        "staffing": [("lead", 1, 1), ("assistant", 1, assistants)],
        **_seats(3, city.r.choice([6, 8, 10, 12]), 10, months),
    }


def _community(city: City, where: object) -> dict[str, Any]:
    return {
        "programme": "beibei",
        "engagement": "community",
        "minutes": 120,
        "title": "贝贝老师驻点活动",
        "staffing": [("lead", 1, 2), ("helper", 2, 4)],
        **_seats(0, city.r.choice([30, 40, 60]), 20, (0, 36)),
    }


def _visit(city: City, where: object) -> dict[str, Any]:
    return {
        "programme": "beibei",
        "engagement": "visit",
        "required": False,
        "title": "入户指导",
        "staffing": [("lead", 1, 1), ("companion", 1, 1)],
        **_seats(1, 2, 2, (0, 36)),
    }


def _station(city: City, where: object) -> dict[str, Any]:
    station = isinstance(where, Venue) and where.name.endswith("服务站")
    return {
        "programme": "station",
        "engagement": "duty" if station else "village",
        "minutes": 180,
        "title": "服务站值班" if station else "姐妹乡伴活动日",
        "staffing": [("duty", 1, city.r.choice([2, 3]))],
    }


def _moli(city: City, where: object) -> dict[str, Any]:
    return {
        "programme": "moli",
        "engagement": "duty",
        "minutes": 150,
        "title": "家事调解值班",
        "staffing": [("mediator", 1, 2)],
    }


def _lecture(city: City, where: object) -> dict[str, Any]:
    return {
        "programme": "lecture",
        "engagement": "lecture",
        "minutes": 90,
        "title": f"大讲堂：{city.r.choice(invented.LECTURES)}",
        "staffing": [("speaker", 1, 1), ("helper", 1, 3)],
    }


def _pairing(city: City, where: object) -> dict[str, Any]:
    return {
        "programme": "mentor",
        "engagement": "pairing",
        "title": "小桔灯结对",
        "staffing": [("mentor", 1, 1)],
    }


SHAPES = {
    "class": _class,
    "community": _community,
    "visit": _visit,
    "station": _station,
    "moli": _moli,
    "lecture": _lecture,
    "pairing": _pairing,
}
