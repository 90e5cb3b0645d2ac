"""Every figure of a report, counted a second time: row by row in Python, over random histories."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from backend.organisations.models import Organisation, Team
from backend.programmes.models import Programme
from backend.projects.models import Belonging, Money, Partnership, Project, ReachEntry, Station
from backend.records.chain import link
from backend.records.models import ServiceRecord, SessionReport
from backend.reports.periods import Period, period_of
from backend.reports.queries import MEASURES, Frame, parts_of, rows_of, totals, weeks
from backend.rota.models import Assignment, Session
from backend.volunteers.models import Volunteer
from tests.factories import (
    at,
    make_assignment,
    make_booking,
    make_division,
    make_family,
    make_money,
    make_organisation,
    make_partner,
    make_programme,
    make_project,
    make_reach,
    make_rota,
    make_session,
    make_venue,
    make_volunteer,
)

pytestmark = pytest.mark.django_db
NOW = at("2026-11-28 12:00")
COUNTIES = ("350102", "350103")
PURSES = ("fiscal", "company", "grant", "activity")


@dataclass
class History:
    """A city of two counties with two streets each and a village in every street, and what went on
    there."""

    r: Random
    organisations: list[Organisation]
    programmes: list[Programme]
    heads: dict[int, tuple[int, str]] = field(default_factory=dict)  # of chains of hours


def history(seed: int) -> History:
    r = Random(seed)
    city = make_organisation(name="市妇联")
    found = [city]
    for code in COUNTIES:
        county = make_organisation(parent=city, division=make_division(code=code, name=code))
        found.append(county)
        for n in (1, 2):
            street_code = f"{code}00{n}"
            street = make_organisation(parent=county, division=make_division(code=street_code))
            village_code = f"{street_code}001"
            village = make_organisation(parent=street, division=make_division(code=village_code))
            found += [street, village]
    programmes = [
        make_programme(code="beibei", name="贝贝老师"),
        make_programme(code="station", name="姐妹乡伴"),
    ]
    made = History(r, found, programmes)
    _people(made)
    _sessions(made)
    _projects(made)
    return made


def _people(made: History) -> None:
    r = made.r
    for _ in range(8):
        her = make_volunteer(
            organisation=r.choice(made.organisations),
            state=r.choice(["active", "active", "paused", "left", "applied"]),
        )
        her.programmes.set(r.sample(made.programmes, r.randrange(3)))
        if r.random() < 0.5:
            team = Team.objects.create(name="队")
            team.organisations.set(r.sample(made.organisations, r.randint(1, 2)))
            her.teams.add(team)
    for n in range(3):
        Station.objects.create(
            organisation=r.choice(made.organisations),
            programme=r.choice(made.programmes),
            venue=make_venue(),
            opened_on=date(2026, 1 + 5 * n, 1),
            closed_on=r.choice([None, date(2026, 11, 20)]),
        )


def _sessions(made: History) -> None:
    r = made.r
    people = list(Volunteer.objects.all())
    for _ in range(9):
        rota = make_rota(
            organisation=r.choice(made.organisations), state=r.choice(["published", "closed"])
        )
        county = r.choice(COUNTIES)
        session = make_session(
            rota=rota,
            programme=r.choice(made.programmes),
            starts_at=at("2026-10-01 09:00")
            + timedelta(days=r.randrange(80), hours=r.randrange(9)),
            county_code=county,
            venue=make_venue(street=make_division(code=f"{county}00{r.randint(1, 2)}")),
            state=r.choice(["open", "done", "done", "cancelled"]),
            required=r.random() < 0.7,
            shifts=[("lead", 1, 2)],
            seats=(0, 10, 5),
        )
        session.organisers.set(r.sample(made.organisations, r.randrange(3)))
        if session.pk % 4 == 0:
            Session.objects.filter(pk=session.pk).update(home="for_pair")
        if r.random() < 0.6:
            her = r.choice(people)
            make_assignment(volunteer=her, shift=session.shifts.get(), state="done")
            _hours(made, her, session)
        if r.random() < 0.5:
            SessionReport.objects.create(
                session=session, persons_served=r.randint(0, 60), made_at=NOW
            )
        if r.random() < 0.5:
            make_booking(family=make_family(), session=session, state="attended")


def _hours(made: History, her: Volunteer, session: Session) -> None:
    """She served some minutes; every third time that is reversed and written anew."""
    served = made.r.randint(20, 90)
    lines = [served] if made.r.random() < 2 / 3 else [served, -served, served + 15]
    first = None
    for minutes in lines:
        row = ServiceRecord(
            volunteer=her,
            session=session,
            organiser=session.rota.organisation,
            minutes=minutes,
            reverses=first if minutes < 0 else None,
            recorded_at=NOW,
        )
        made.heads[her.pk] = link(row, made.heads)
        row.save()
        first = first or row


def _projects(made: History) -> None:
    r = made.r
    for n in range(5):
        organisation = r.choice(made.organisations)
        project = make_project(
            organisation=organisation,
            incubated=r.random() < 0.6,
            programmes=r.sample(made.programmes, r.randrange(3)),
            starts_on=date(2026, 1 + 2 * n, 1),
            closed_on=r.choice([None, date(2026, 11, 10)]),
        )
        if r.random() < 0.5:
            partner = make_partner(organisation=organisation)
            Partnership.objects.create(project=project, partner=partner, task="funds")
        for _ in range(3):
            make_money(project=project, fen=r.randint(1, 10**6), purse=r.choice(PURSES))
            make_reach(
                project=project,
                times=r.randint(5, 90),
                people=r.choice([None, 4]),
                who=r.choice(["children", "women"]),
                on=date(2026, 10, 15) + timedelta(days=r.randrange(60)),
            )
    projects = list(Project.objects.all())
    for session in Session.objects.all():
        if r.random() < 0.5:
            Belonging.objects.create(session=session, project=r.choice(projects))


# --- the second count -----------------------------------------------------------------------------
@dataclass
class Second:
    """The same questions, answered without the queries: every row is looked at."""

    organisation: Organisation
    period: Period
    programme: Programme | None

    def below(self, organisation: Organisation) -> bool:
        return organisation.path.startswith(self.organisation.path)

    def day(self, moment: datetime) -> bool:
        day = moment.astimezone(at("2026-01-01").tzinfo).date()
        return (self.period.start or date.min) <= day <= self.period.end

    def of(self, programmes: Iterable[Programme]) -> bool:
        return self.programme is None or self.programme in list(programmes)

    def hers(self, session: Session) -> bool:
        keeper = session.rota.organisation
        if self.below(keeper) or any(self.below(o) for o in session.organisers.all()):
            return True
        division = self.organisation.division_id
        if keeper == self.organisation or not self.organisation.path.startswith(keeper.path):
            return False
        if self.organisation.level == 2:
            return session.county_code == division
        return self.organisation.level == 3 and session.venue.street_id == division

    def took_place(self, session: Session) -> bool:
        if session.home == "for_pair":
            return False
        if session.state not in ("open", "done") or session.ends_at > NOW:
            return False
        people = Assignment.objects.filter(session=session, state__in=("active", "done"))
        counted_on = session.required or session.seats_taken > 0 or people.exists()
        return counted_on and self.day(session.starts_at)

    def sessions(self) -> list[Session]:
        return [
            s
            for s in Session.objects.all()
            if self.took_place(s) and self.hers(s) and self.of([s.programme])
        ]

    def persons(self, session: Session) -> int:
        report = SessionReport.objects.filter(session=session).first()
        if report is not None:
            return report.persons_served
        return sum(b.seats for b in session.bookings.filter(state="attended"))

    def joint(self) -> list[Session]:
        return [
            s for s in self.sessions() if any(o != s.rota.organisation for o in s.organisers.all())
        ]

    def projects(self) -> list[Project]:
        first = self.period.start or date.min
        return [
            p
            for p in Project.objects.all()
            if self.below(p.organisation)
            and p.starts_on <= self.period.end
            and (p.closed_on is None or p.closed_on >= first)
            and self.of(p.programmes.all())
        ]

    def reached(self, project: Project) -> int:
        lines = [e for e in project.reach.all() if self.dated(e.on)]
        own = [b.session for b in Belonging.objects.filter(project=project)]
        held = [
            s
            for s in own
            if s.home != "for_pair"
            and s.state in ("open", "done")
            and s.ends_at <= NOW
            and self.day(s.starts_at)
        ]
        return sum(e.times for e in lines) + sum(self.persons(s) for s in held)

    def dated(self, on: date) -> bool:
        return (self.period.start or date.min) <= on <= self.period.end

    def book(self, rows: Iterable[Any]) -> list[Any]:
        return [
            e
            for e in rows
            if self.dated(e.on)
            and self.below(e.project.organisation)
            and self.of(e.project.programmes.all())
        ]

    def volunteers(self) -> list[Volunteer]:
        return [
            v
            for v in Volunteer.objects.all()
            if v.state in ("active", "paused")
            and self.below(v.organisation)
            and self.of(v.programmes.all())
        ]

    def teams(self) -> list[Team]:
        return [
            t
            for t in Team.objects.all()
            if any(self.below(o) for o in t.organisations.all())
            and (
                self.programme is None
                or any(self.programme in v.programmes.all() for v in t.volunteers.all())
            )
        ]

    def stations(self) -> list[Station]:
        return [
            s
            for s in Station.objects.all()
            if self.below(s.organisation)
            and s.opened_on <= self.period.end
            and (s.closed_on is None or s.closed_on > self.period.end)
            and self.of([s.programme])
        ]

    def heads(self) -> list[tuple[int, int, int]]:
        """Minimum, target, people, of each shift."""
        found = []
        for session in self.sessions():
            for shift in session.shifts.all():
                people = shift.assignments.filter(state__in=("active", "done")).count()
                found.append((shift.minimum, shift.target, people))
        return found

    def villages(self) -> list[Organisation]:
        return [o for o in Organisation.objects.filter(level=4) if self.below(o)]

    def has_team(self, village: Organisation) -> bool:
        people = any(v.teams.exists() for v in village.volunteers.all())
        return people or village.teams.exists()

    def was_active(self, village: Organisation) -> bool:
        held = [
            s
            for s in Session.objects.all()
            if s.home != "for_pair"
            and s.state in ("open", "done")
            and s.ends_at <= NOW
            and self.day(s.starts_at)
        ]
        kept = any(s.rota.organisation == village for s in held)
        joined = any(village in s.organisers.all() for s in held)
        served = Assignment.objects.filter(
            session__in=held, volunteer__organisation=village, state__in=("active", "done")
        )
        return kept or joined or served.exists()


COUNTED: dict[str, Callable[[Second], int]] = {
    "incubated": lambda s: len([p for p in s.projects() if p.incubated]),
    "incubated_persons": lambda s: sum(s.reached(p) for p in s.projects() if p.incubated),
    "projects": lambda s: len(s.projects()),
    "sessions": lambda s: len(s.sessions()),
    "persons": lambda s: sum(s.persons(one) for one in s.sessions()),
    "volunteers": lambda s: len(s.volunteers()),
    "teams": lambda s: len(s.teams()),
    "stations": lambda s: len(s.stations()),
    "children": lambda s: sum(
        e.people for e in s.book(ReachEntry.objects.filter(who="children")) if e.people is not None
    ),
    "minutes": lambda s: sum(r.minutes for one in s.sessions() for r in one.service_records.all()),
    "received": lambda s: sum(e.fen for e in s.book(Money.objects.filter(incoming=True))),
    "spent": lambda s: sum(e.fen for e in s.book(Money.objects.filter(incoming=False))),
    "joint_teams": lambda s: len([t for t in s.teams() if t.organisations.count() > 1]),
    "joint_sessions": lambda s: len(s.joint()),
    "joint_projects": lambda s: len([p for p in s.projects() if p.parts.exists()]),
    "joint_persons": lambda s: sum(s.persons(one) for one in s.joint()),
    "shared_venues": lambda s: len({one.venue_id for one in s.joint()}),
    "places": lambda s: sum(target for _, target, _ in s.heads()),
    "arranged": lambda s: sum(min(target, people) for _, target, people in s.heads()),
    "lacked": lambda s: sum(max(low - people, 0) for low, _, people in s.heads()),
    "without_team": lambda s: len([v for v in s.villages() if not s.has_team(v)]),
    "without_activity": lambda s: len([v for v in s.villages() if not s.was_active(v)]),
}
PERIODS = [
    period_of("all", None, None, NOW.date()),
    period_of("own", date(2026, 10, 20), date(2026, 11, 15), NOW.date()),
]


def test_every_measure_is_counted_a_second_time() -> None:
    assert set(COUNTED) == set(MEASURES)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_is_what_its_rows_come_to(seed: int) -> None:
    made = history(seed)
    for organisation in made.organisations[:4]:
        for period, programme in zip(PERIODS, (None, made.programmes[0]), strict=True):
            key = programme.pk if programme else None
            frame = Frame.of(organisation, period, NOW, key)
            found = totals(organisation, {name: (name, frame) for name in MEASURES})
            second = Second(organisation, period, programme)
            assert found == {name: count(second) for name, count in COUNTED.items()}


def test_the_histories_have_hours_that_were_served_and_reversed() -> None:
    made = history(1)
    city = made.organisations[0]
    frame = Frame.of(city, PERIODS[0], NOW)
    assert totals(city, {"n": ("minutes", frame)})["n"] > 0
    assert ServiceRecord.objects.filter(minutes__lt=0).exists()


@pytest.mark.parametrize("seed", [4, 5])
def test_a_part_counts_what_its_own_report_says(seed: int) -> None:
    made = history(seed)
    for organisation in made.organisations[:3]:
        frame = Frame.of(organisation, PERIODS[0], NOW)
        for share in parts_of(organisation, {name: (name, frame) for name in MEASURES}):
            own = Frame.of(share.organisation, PERIODS[0], NOW)
            alone = totals(share.organisation, {name: (name, own) for name in MEASURES})
            assert share.numbers == alone


@pytest.mark.parametrize("seed", [6])
def test_the_rows_behind_a_number_add_up_to_it(seed: int) -> None:
    made = history(seed)
    city = made.organisations[0]
    frame = Frame.of(city, PERIODS[0], NOW)
    found = totals(city, {name: (name, frame) for name in MEASURES})
    for name, measure in MEASURES.items():
        listed = list(rows_of(frame, name))
        assert len({row.pk for row in listed}) == len(listed)
        summed = sum(getattr(row, measure.of) for row in listed) if measure.of else len(listed)
        assert summed == found[name]


def test_a_session_that_two_counties_run_counts_for_both_and_once_together() -> None:
    made = history(7)
    city, first, second = (made.organisations[n] for n in (0, 1, 6))
    Session.objects.all().update(state="cancelled")
    session = make_session(
        rota=make_rota(organisation=first), starts_at=at("2026-11-02 09:00"), county_code="350102"
    )
    session.organisers.set([first, second])
    frame = Frame.of(city, PERIODS[0], NOW)
    shares = parts_of(city, {"sessions": ("sessions", frame)})
    assert [share.numbers["sessions"] for share in shares] == [1, 1]
    assert totals(city, {"n": ("sessions", frame)}) == {"n": 1}


def test_weeks_are_those_of_the_sessions() -> None:
    rota = make_rota()
    make_session(rota=rota, starts_at=at("2026-11-15 23:30"), minutes=20)  # a Sunday, late
    make_session(rota=rota, starts_at=at("2026-11-16 09:00"))
    found = weeks(Frame.of(rota.organisation, PERIODS[0], NOW))
    assert [(w.monday, w.sessions, w.short) for w in found if w.sessions] == [
        (date(2026, 11, 9), 1, 1),
        (date(2026, 11, 16), 1, 1),
    ]
