"""Sessions of every kind as rows that are not stored yet, with their shifts; and how to store many
of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypedDict

from backend.demo import invented
from backend.demo.city import BATCH, City, DrawnVolunteer, Point
from backend.organisations.models import Organisation
from backend.places.models import Venue
from backend.rota.models import Rota, Session, Shift
from backend.rota.states import SessionState

STARTS = (570, 600, 660, 870, 900, 960, 1140)  # minutes of the day at which sessions begin
OF_WEEKDAY = (1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0)
OF_START = {1140: 0.6}


@dataclass
class DrawnSession:
    """One session with its shifts, and who was found for each shift so far."""

    session: Session
    shifts: list[Shift]
    day: date | None
    start: int
    end: int
    found: list[tuple[Shift, DrawnVolunteer]] = field(default_factory=list)

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
    weights = [OF_WEEKDAY[(first.weekday() + n) % 7] * OF_START.get(a, 1.0) for n, a in slots]
    n, start = city.r.choices(slots, weights)[0]
    return date.fromordinal(first.toordinal() + n), start


def plan(
    city: City,
    rota: Rota,
    kind: str,
    day: date | None,
    start: int,
    where: Venue | tuple[str, Point],
    **fields: object,
) -> DrawnSession:
    """A session of that kind at a venue, or at (street code, point) of a home; `fields` are fields
    of the session that differ from its kind's."""
    shape = SHAPES[kind](city, where)
    kind_row = city.engagements[shape.programme, shape.engagement]
    session = Session(
        rota=rota,
        programme=city.programmes[shape.programme],
        engagement=kind_row,
        risk_note=kind_row.risk_note,
        state=_first_state(rota),
        **_place(where),
        **shape.fields(),
    )
    if day:
        session.starts_at = city.moment(day, start)
        session.ends_at = city.moment(day, start + shape.minutes)
    for name, value in fields.items():
        setattr(session, name, value)
    shifts = [
        Shift.of(session, city.roles[shape.programme, role], minimum=low, target=high)
        for role, low, high in shape.staffing
    ]
    return DrawnSession(session, shifts, day, start, start + shape.minutes)


def _first_state(rota: Rota) -> SessionState:
    if rota.state == Rota.State.DRAFT:
        return Session.State.PLANNED
    return Session.State.OPEN


class _Whereabouts(TypedDict):
    venue: Venue | None
    latitude: float
    longitude: float
    county_code: str


def _place(where: Venue | tuple[str, Point]) -> _Whereabouts:
    if isinstance(where, Venue):
        venue: Venue | None = where
        code = where.street_id
        point = (where.latitude, where.longitude)
    else:
        venue = None
        code, point = where
    return {
        "venue": venue,
        "latitude": point[0],
        "longitude": point[1],
        "county_code": code[:6],
    }


def store(
    city: City, plans: Sequence[DrawnSession], joint_with: Organisation | None = None
) -> None:
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
            if street:
                organisers.add(street.pk)
        if joint_with and city.r.random() < 0.1:
            organisers.add(joint_with.pk)
        rows += [link(session_id=p.session.pk, organisation_id=pk) for pk in sorted(organisers)]
    link.objects.bulk_create(rows, batch_size=BATCH)


@dataclass(frozen=True)
class _Shape:
    """What the sessions of one kind have in common: role, minimum and target of each shift; fewest
    and most children, how many one volunteer looks after, and their months of age."""

    programme: str
    engagement: str
    title: str
    staffing: Sequence[tuple[str, int, int]]
    minutes: int = 60
    required: bool = True
    seats: tuple[int, int, int] | None = None
    months: tuple[int, int] = (0, 36)

    def fields(self) -> dict[str, str | int]:
        """Fields of the session."""
        found: dict[str, str | int] = {"title": self.title, "required": self.required}
        if self.seats:
            found.update(zip(SEAT_FIELDS, (*self.seats, *self.months), strict=True))
        return found


SEAT_FIELDS = ("seats_min", "seats_max", "seats_per_volunteer", "months_low", "months_high")


def _class(city: City, where: object) -> _Shape:
    months = city.r.choice(list(invented.BANDS))
    assistants = city.r.choice([1, 1, 2])
    return _Shape(
        "beibei",
        "class",
        f"亲子课：{invented.BANDS[months]}",
        [("lead", 1, 1), ("assistant", 1, assistants)],
        required=False,
        seats=(3, city.r.choice([6, 8, 10, 12]), 10),
        months=months,
    )


def _community(city: City, where: object) -> _Shape:
    return _Shape(
        "beibei",
        "community",
        "贝贝老师驻点活动",
        [("lead", 1, 2), ("helper", 2, 4)],
        minutes=120,
        seats=(0, city.r.choice([30, 40, 60]), 20),
    )


def _visit(city: City, where: object) -> _Shape:
    return _Shape(
        "beibei",
        "visit",
        "入户指导",
        [("lead", 1, 1), ("companion", 1, 1)],
        required=False,
        seats=(1, 2, 2),
    )


def _station(city: City, where: object) -> _Shape:
    staffing = [("duty", 1, city.r.choice([2, 3]))]
    if isinstance(where, Venue) and where.name.endswith("服务站"):
        return _Shape("station", "duty", "服务站值班", staffing, minutes=180)
    return _Shape("station", "village", "姐妹乡伴活动日", staffing, minutes=180)


def _moli(city: City, where: object) -> _Shape:
    return _Shape("moli", "duty", "家事调解值班", [("mediator", 1, 2)], minutes=150)


def _lecture(city: City, where: object) -> _Shape:
    title = f"大讲堂：{city.r.choice(invented.LECTURES)}"
    staffing = [("speaker", 1, 1), ("helper", 1, 3)]
    return _Shape("lecture", "lecture", title, staffing, minutes=90)


def _pairing(city: City, where: object) -> _Shape:
    return _Shape("mentor", "pairing", "小桔灯结对", [("mentor", 1, 1)])


SHAPES = {
    "class": _class,
    "community": _community,
    "visit": _visit,
    "station": _station,
    "moli": _moli,
    "lecture": _lecture,
    "pairing": _pairing,
}
