"""What the rows come to: for an organisation, and for each part of it.

A part's number is by definition the one that its own report shows, because it is the same rows
under its own frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from backend.organisations.models import Organisation, Team
from backend.reports.queries import rows
from backend.reports.queries.frames import Frame
from backend.reports.queries.shapes import statement

NUMBER = rows.NUMBER
Rows = QuerySet[Any]


@dataclass(frozen=True)
class Measure:
    """One figure: the `rows` behind it, and which of their fields is summed (`of`; "": each row is
    one). `order`: how a list of the rows begins; `beside`: what a list reads with them."""

    rows: Callable[[Frame], Rows]
    order: tuple[str, ...]
    beside: tuple[str, ...]
    of: str = ""

    def total(self, frame: Frame) -> Coalesce:
        """As an expression of one statement with others."""
        everything = self.rows(frame).order_by().annotate(all=Value(1)).values("all")
        counted = Sum(self.of, output_field=NUMBER) if self.of else Count("pk")
        summed = everything.annotate(n=counted).values("n")
        return Coalesce(Subquery(summed), 0, output_field=NUMBER)


NEWEST = ("-starts_at", "-pk")
BY_DAY = ("-on", "-pk")
MOST = ("-persons", "-pk")
BEGUN = ("-starts_on", "-pk")
KEPT = ("organisation",)
PLACE = ("venue",)
OF_SHIFT = ("session", "role")
MEASURES: Mapping[str, Measure] = {
    "incubated": Measure(rows.incubated, BEGUN, KEPT),
    "incubated_persons": Measure(rows.incubated, ("-reached", "-pk"), KEPT, "reached"),
    "projects": Measure(rows.projects, BEGUN, KEPT),
    "sessions": Measure(rows.sessions, NEWEST, PLACE),
    "persons": Measure(rows.sessions, MOST, PLACE, "persons"),
    "volunteers": Measure(rows.volunteers, ("sort_key", "pk"), KEPT),
    "teams": Measure(rows.teams, ("name", "pk"), ()),
    "stations": Measure(rows.stations, ("venue__name", "pk"), ("venue", "organisation")),
    "children": Measure(rows.children, BY_DAY, ("project", "division"), "people"),
    "minutes": Measure(rows.hours, ("-recorded_at", "-pk"), ("volunteer", "session"), "minutes"),
    "received": Measure(rows.received, BY_DAY, ("project",), "fen"),
    "spent": Measure(rows.spent, BY_DAY, ("project",), "fen"),
    "joint_teams": Measure(rows.joint_teams, ("name", "pk"), ()),
    "joint_sessions": Measure(rows.joint_sessions, NEWEST, PLACE),
    "joint_projects": Measure(rows.joint_projects, BEGUN, KEPT),
    "joint_persons": Measure(rows.joint_sessions, MOST, PLACE, "persons"),
    "shared_venues": Measure(rows.shared_venues, ("name", "pk"), ("street",)),
    "places": Measure(rows.shifts, ("pk",), OF_SHIFT, "target"),
    "arranged": Measure(rows.shifts, ("pk",), OF_SHIFT, "arranged"),
    "lacked": Measure(rows.understaffed_shifts, ("pk",), OF_SHIFT, "lacked"),
    "without_team": Measure(rows.without_team, ("path",), ("parent",)),
    "without_activity": Measure(rows.without_activity, ("path",), ("parent",)),
}


class Share(NamedTuple):
    """An organisation directly below another one, and its number of every measure."""

    organisation: Organisation
    numbers: dict[str, int]


def totals(organisation: Organisation, wanted: Mapping[str, tuple[str, Frame]]) -> dict[str, int]:
    """Every number that is wanted, name → (measure, frame), in one statement. The frames differ in
    their programme at the most."""
    if not wanted:
        return {}
    (sql, values) = statement(_totals, organisation.pk, wanted)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return {name: int(number) for name, number in zip(wanted, row, strict=True)}


def _totals(wanted: Mapping[str, tuple[str, Frame]], whose: int, frame: Frame) -> Rows:
    counted = {f"n_{name}": MEASURES[key].total(of) for name, (key, of) in wanted.items()}
    return Organisation.objects.filter(pk=whose).annotate(**counted).values_list(*counted)


def parts_of(organisation: Organisation, wanted: Mapping[str, tuple[str, Frame]]) -> list[Share]:
    """The organisations directly below it, each with every number that is wanted, name → (measure,
    frame of the whole). One statement.

    A session that two of them run jointly counts for both: their sum may be more than the total.
    """
    (sql, values) = statement(_parts, organisation.pk, wanted)
    below = Organisation.objects.raw(sql, values)
    return [Share(row, {name: int(getattr(row, f"n_{name}")) for name in wanted}) for row in below]


def _parts(wanted: Mapping[str, tuple[str, Frame]], whose: int, frame: Frame) -> Rows:
    above = Organisation(pk=whose, level=frame.level)
    counted = {
        f"n_{name}": MEASURES[key].total(of.of_parts(above)) for name, (key, of) in wanted.items()
    }
    return Organisation.objects.filter(parent=whose).annotate(**counted).order_by("path")


def rows_of(frame: Frame, measure: str) -> Rows:
    """The rows behind a number, in the order of a list."""
    found = MEASURES[measure]
    listed = found.rows(frame).order_by(*found.order)
    if listed.model is Team:
        return listed.prefetch_related("organisations")
    return listed.select_related(*found.beside)
