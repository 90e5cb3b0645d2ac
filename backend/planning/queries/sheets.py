"""What is printed for a day outside: who signs in to a session, and a rota with its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from backend.accounts import phones
from backend.planning.queries.board import in_week
from backend.rota.models import Assignment, Session
from backend.rota.states import HELD


@dataclass(frozen=True)
class SignedLine:
    """One person of a sign-in sheet; of her telephone only what tells two of a name apart."""

    name: str
    role: str
    team: str
    phone: str


def sign_in_lines(session: Session) -> list[SignedLine]:
    """Everybody who has a place, by name. Two statements."""
    rows = Assignment.objects.filter(session=session, state__in=HELD)
    found = rows.select_related("volunteer", "shift__role").prefetch_related("volunteer__teams")
    return [
        SignedLine(
            row.volunteer.name,
            row.shift.role.name,
            "、".join(sorted(team.name for team in row.volunteer.teams.all())),
            phones.masked(str(row.volunteer.phone or "")),
        )
        for row in found.order_by("volunteer__sort_key", "pk")
    ]


@dataclass(frozen=True)
class RotaLine:
    """A session of a rota sheet: its people by role."""

    session: Session
    people: Sequence[tuple[str, str]]


def rota_lines(sessions: QuerySet[Session]) -> list[RotaLine]:
    """These sessions with who has a place in them, in their order. Two statements."""
    shown = list(sessions.select_related("venue__street"))
    rows = Assignment.objects.filter(session__in=[row.pk for row in shown], state__in=HELD)
    by_session: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    found = rows.order_by("shift", "volunteer__sort_key", "pk")
    for session, role, name in found.values_list(
        "session_id", "shift__role__name", "volunteer__name"
    ):
        by_session[session][role].append(name)
    return [
        RotaLine(row, [(role, "、".join(names)) for role, names in by_session[row.pk].items()])
        for row in shown
    ]


def on_the_sheet(sessions: QuerySet[Session], monday: date) -> QuerySet[Session]:
    """Of these what is on a sheet of one week: nothing that was called off, in order of time. No
    statement of its own."""
    week = in_week(sessions, monday).exclude(state=Session.State.CANCELLED)
    return week.order_by("starts_at", "pk")
