"""One row behind a figure as a line of a list: what it is, where it leads, its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from backend.organisations.models import Organisation, Team
from backend.places.models import Venue
from backend.projects.models import Money, Project, ReachEntry, Station
from backend.records.models import ServiceRecord
from backend.reports.queries import MEASURES
from backend.rota.models import Session, Shift
from backend.volunteers.models import Volunteer
from backend.words.figures import written
from backend.words.moments import when


@dataclass(frozen=True)
class RowLine:
    """`number`: what it adds to the figure; "" where each row is one."""

    title: str
    note: str
    href: str
    number: str


def line_of(figure: str, row: Any) -> RowLine:
    title, note, href = LINES[type(row)](row)
    field = MEASURES[figure].of
    return RowLine(title, note, href, written(figure, getattr(row, field)) if field else "")


def people_in(rows: Sequence[Any]) -> list[str]:
    """The volunteers whom these rows name, as subjects of the access log, each once."""
    named = [row.pk for row in rows if isinstance(row, Volunteer)]
    named += [row.volunteer_id for row in rows if isinstance(row, ServiceRecord)]
    return [f"volunteer:{pk}" for pk in dict.fromkeys(named)]


def _session(row: Session) -> tuple[str, str, str]:
    where = row.venue.name if row.venue else _("在家里")
    begins = when(row.starts_at) if row.starts_at else ""
    return row.title, f"{begins} {where}", reverse("coordinator:session", args=[row.pk])


def _project(row: Project) -> tuple[str, str, str]:
    note = f"{row.organisation.name} {row.starts_on:%Y-%m-%d}"
    return row.name, note, reverse("coordinator:project", args=[row.pk])


def _volunteer(row: Volunteer) -> tuple[str, str, str]:
    note = f"{row.number} {row.organisation.name}"
    return row.name, note, reverse("coordinator:volunteer", args=[row.pk])


def _team(row: Team) -> tuple[str, str, str]:
    return row.name, "、".join(one.name for one in row.organisations.all()), ""


def _station(row: Station) -> tuple[str, str, str]:
    return row.venue.name, f"{row.organisation.name} {row.opened_on:%Y-%m-%d}", ""


def _entry(row: Money | ReachEntry) -> tuple[str, str, str]:
    kind = row.get_purse_display() if isinstance(row, Money) else row.get_who_display()
    where = "" if isinstance(row, Money) or row.division is None else f" {row.division.name}"
    note = f"{row.on:%Y-%m-%d} {kind}{where} {row.note}"
    return row.project.name, note, reverse("coordinator:project", args=[row.project_id])


def _hours(row: ServiceRecord) -> tuple[str, str, str]:
    where = reverse("coordinator:session", args=[row.session_id])
    return row.volunteer.name, row.session.title, where


def _shift(row: Shift) -> tuple[str, str, str]:
    where = reverse("coordinator:session", args=[row.session_id])
    return row.session.title, row.role.name, where


def _venue(row: Venue) -> tuple[str, str, str]:
    return row.name, row.where, ""


def _organisation(row: Organisation) -> tuple[str, str, str]:
    return row.name, row.parent.name if row.parent else "", ""


LINES: dict[type, Callable[[Any], tuple[str, str, str]]] = {
    Session: _session,
    Project: _project,
    Volunteer: _volunteer,
    Team: _team,
    Station: _station,
    Money: _entry,
    ReachEntry: _entry,
    ServiceRecord: _hours,
    Shift: _shift,
    Venue: _venue,
    Organisation: _organisation,
}
