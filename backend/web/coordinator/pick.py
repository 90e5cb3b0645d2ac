"""The session that was picked on the board, beside it; with one of its people picked, why her."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backend.planning.queries import reasons, runs, sight, staffing
from backend.planning.queries.staffing import Attendance, Crew
from backend.rota.models import Rota, Session
from backend.web.components import Contribution, WhyPanel
from backend.web.coordinator import words
from backend.web.coordinator.choice import Choice, chosen
from backend.web.coordinator.door import coordinator


@dataclass(frozen=True)
class Picked:
    """What the panel shows. `why` only when a person is picked."""

    session: Session
    crews: list[Crew]
    attendance: Attendance
    changes: bool
    why: reasons.Why | None = None
    parts: list[Contribution] = field(default_factory=list)

    @property
    def bars(self) -> list[tuple[Contribution, float, float]]:
        return WhyPanel(title="", detail="", contributions=self.parts).bars


def picked(user: Any, row: Rota, choice: Choice) -> Picked | None:
    """None when nothing, or something that is not hers to see, is picked."""
    if not choice.pick:
        return None
    session = sight.sessions_seen(user, row).filter(pk=choice.pick).select_related("rota__organisation", "venue__street", "engagement").first()
    if session is None:
        return None
    crews = staffing.crews(session, runs.open_proposal(row))
    people = {face.volunteer for crew in crews for face in crew.people}
    why = reasons.why(session, choice.who) if choice.who in people else None
    parts = [Contribution(label=words.part(part), points=part.points) for part in why.parts] if why else []
    return Picked(session, crews, staffing.attendance(session), sight.may_change(user, session), why, parts)


@coordinator
def pick_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel alone: fetched again when its session changes."""
    row = sight.rota_or_404(request.user, pk)
    choice = chosen(request, row)
    return render(request, "coordinator/_pick.html", {"picked": picked(request.user, row, choice), "choice": choice, "rota": row})
