"""One row behind a figure as a line of a list: what it is, where it leads, its number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.organisations.models import Organisation, Team
from backend.places.models import Venue
from backend.projects.models import Money, Project, ReachEntry, Station
from backend.projects.queries import projects_seen
from backend.records.models import ServiceRecord
from backend.reports.queries import MEASURES
from backend.rota.models import Session, Shift
from backend.volunteers.models import Volunteer
from backend.words.figures import written
from backend.words.moments import when

Place = tuple[str, int]  # the name of a page and the key of its row
Written = tuple[str, str, Place | None]  # what it is, a note, where it leads


@dataclass(frozen=True)
class RowLine:
    """`href`: "" where there is no page of it, or none that the reader may open. `number`: what it
    adds to the figure; "" where each row is one."""

    title: str
    note: str
    href: str
    number: str


def lines_of(reader: access.Someone, figure: str, rows: Sequence[Any]) -> list[RowLine]:
    """The rows, all of one table, as lines. Two statements at the most."""
    written_rows = [LINES[type(row)](row) for row in rows]
    places = [place for _title, _note, place in written_rows if place]
    open_ones = _readable(reader, places)
    field = MEASURES[figure].of
    return [
        RowLine(
            title,
            note,
            reverse(place[0], args=[place[1]]) if place and place[1] in open_ones else "",
            written(figure, getattr(row, field)) if field else "",
        )
        for row, (title, note, place) in zip(rows, written_rows, strict=True)
    ]


def people_in(rows: Sequence[Any]) -> list[str]:
    """The volunteers whom these rows name, as subjects of the access log, each once."""
    named = [row.pk for row in rows if isinstance(row, Volunteer)]
    named += [row.volunteer_id for row in rows if isinstance(row, ServiceRecord)]
    return [f"volunteer:{pk}" for pk in dict.fromkeys(named)]


def _readable(reader: access.Someone, places: Sequence[Place]) -> Collection[int]:
    """Those that she may open; all lead to one page."""
    if not places:
        return ()
    page = places[0][0]
    pks = [pk for _page, pk in places]
    if page == "coordinator:volunteer":
        return access.volunteers_readable(reader, pks)
    if page == "coordinator:session":
        return access.sessions_readable(reader, pks)
    return set(projects_seen(reader).filter(pk__in=pks).values_list("pk", flat=True))


def _session(row: Session) -> Written:
    where = row.venue.name if row.venue else _("在家里")
    begins = when(row.starts_at) if row.starts_at else ""
    return row.title, f"{begins} {where}", ("coordinator:session", row.pk)


def _project(row: Project) -> Written:
    note = f"{row.organisation.name} {row.starts_on:%Y-%m-%d}"
    return row.name, note, ("coordinator:project", row.pk)


def _volunteer(row: Volunteer) -> Written:
    note = f"{row.number} {row.organisation.name}"
    return row.name, note, ("coordinator:volunteer", row.pk)


def _team(row: Team) -> Written:
    return row.name, _("、").join(one.name for one in row.organisations.all()), None


def _station(row: Station) -> Written:
    return row.venue.name, f"{row.organisation.name} {row.opened_on:%Y-%m-%d}", None


def _entry(row: Money | ReachEntry) -> Written:
    kind = _(row.get_purse_display() if isinstance(row, Money) else row.get_who_display())
    where = "" if isinstance(row, Money) or row.division is None else f" {row.division.name}"
    note = f"{row.on:%Y-%m-%d} {kind}{where} {row.note}"
    return row.project.name, note, ("coordinator:project", row.project_id)


def _hours(row: ServiceRecord) -> Written:
    leads = ("coordinator:session", row.session_id)
    return row.volunteer.name, row.session.title, leads


def _shift(row: Shift) -> Written:
    leads = ("coordinator:session", row.session_id)
    return row.session.title, row.role.name, leads


def _venue(row: Venue) -> Written:
    return row.name, row.where, None


def _organisation(row: Organisation) -> Written:
    return row.name, row.parent.name if row.parent else "", None


LINES: dict[type, Callable[[Any], Written]] = {
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
