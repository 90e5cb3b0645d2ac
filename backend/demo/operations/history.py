"""The period before: a closed rota of 贝贝老师 sessions whose reports add up to the federation's
own figure."""

from __future__ import annotations

from datetime import timedelta

from backend.demo.city import BATCH, City
from backend.demo.operations import plans
from backend.demo.operations.plans import DrawnSession
from backend.demo.operations.staffing import Staffing
from backend.organisations.models import Organisation
from backend.records.chain import link
from backend.records.models import ServiceRecord, SessionReport
from backend.rota.models import Assignment, Rota, Session

WEEKS = 4
SMALL_SHARE = 0.15  # classes among them; the rest are large 驻点活动


def add_history(city: City, organisation: Organisation) -> Rota:
    """A closed rota of the four weeks before this one, with hours and reports."""
    first = city.this_monday - timedelta(weeks=WEEKS)
    rota = Rota.objects.create(
        organisation=organisation,
        name=f"{first.month}月{first.day}日起四周",
        starts_on=first,
        weeks=WEEKS,
        state=Rota.State.CLOSED,
        version=1,
        published_at=city.moment(first, 0) - timedelta(days=5),
    )
    staffing = Staffing(city)
    made = []
    for n in range(city.scale.past):
        kind = "class" if n < city.scale.past * SMALL_SHARE else "community"
        day, start = plans.slot(city, first, WEEKS * 7)
        made.append(
            plans.plan(
                city, rota, kind, day, start, city.r.choice(city.venues), state=Session.State.DONE
            )
        )
    for p in made:
        for shift in p.shifts:
            for _ in range(shift.target):
                staffing.fill(p, shift, Assignment.State.DONE)
    reports: list[SessionReport] = []
    records: list[ServiceRecord] = []
    for p, persons in zip(made, _persons(city, made), strict=True):
        report(city, p, persons, reports, records)
    plans.store(city, made, joint_with=city.federation)
    staffing.store()
    SessionReport.objects.bulk_create(reports, batch_size=BATCH)
    store_hours(city, records)
    return rota


def store_hours(city: City, records: list[ServiceRecord]) -> None:
    """Each behind what its volunteer has already."""
    for row in records:
        row.session_id = row.session.pk  # it had no key when the row was drawn
        city.heads[row.volunteer_id] = link(row, city.heads)
    ServiceRecord.objects.bulk_create(records, batch_size=BATCH)


def report(
    city: City,
    p: DrawnSession,
    persons: int,
    reports: list[SessionReport],
    records: list[ServiceRecord],
) -> None:
    """Note what a session that is over came to: people reached, and each volunteer's minutes."""
    session = p.session
    children = persons // 2 if session.seats_max else 0
    reports.append(
        SessionReport(
            session=session, persons_served=persons, children_served=children, made_at=p.ends_at
        )
    )
    records += [
        ServiceRecord(
            volunteer=person.row,
            session=session,
            organiser=session.rota.organisation,
            minutes=p.end - p.start,
            recorded_at=p.ends_at,
            recorded_by_id=city.checker.pk,
        )
        for _, person in p.found
    ]


def _persons(city: City, made: list[DrawnSession]) -> list[int]:
    """Person-times of each session; together exactly the scale's figure."""
    classes = [
        2 * city.r.randint(4, 9) if p.session.seats_max and p.session.seats_max <= 12 else 0
        for p in made
    ]
    left = city.scale.persons - sum(classes)
    weights = [0.0 if small else city.r.uniform(0.6, 1.4) for small in classes]
    marks = 0.0
    done = 0
    shares = []
    for small, weight in zip(classes, weights, strict=True):
        marks += weight
        reached = round(left * marks / sum(weights))
        shares.append(small or reached - done)
        done = reached
    return shares
