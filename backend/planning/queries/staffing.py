"""One session as its coordinator sees it: every shift with its people, the families by number, who could be asked."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Sum

from backend.bookings.models import Booking
from backend.outbox.models import Event
from backend.planning.models import Proposal
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.volunteers.models import Volunteer


@dataclass(frozen=True)
class Face:
    """One person of a shift. state: assigned, pending, new (proposed), declined, expired, withdrawn. `row`: assignment or offer."""

    volunteer: int
    name: str
    state: str
    row: int = 0
    until: datetime | None = None


@dataclass
class Crew:
    """One shift and its people, those who come first."""

    shift: Shift
    people: list[Face] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """People below the minimum, those counted whom the open proposal would add."""
        proposed = sum(face.state == "new" for face in self.people)
        return max(0, self.shift.minimum - self.shift.taken - self.shift.held - proposed)


@dataclass(frozen=True)
class Attendance:
    """Bookings of a session: how many families and children, by state."""

    families: dict[str, int]
    children: dict[str, int]


def crews(session: Session, proposal: Proposal | None = None) -> list[Crew]:
    """Three statements, four with an open proposal."""
    found = {shift.pk: Crew(shift) for shift in session.shifts.select_related("role").order_by("pk")}
    sitting: set[tuple[int, int]] = set()
    for a in Assignment.objects.filter(session=session).exclude(state="released").select_related("volunteer").order_by("made_at", "pk"):
        state = "assigned" if a.state in ("active", "done") else "withdrawn"
        found[a.shift_id].people.append(Face(a.volunteer_id, a.volunteer.name, state, a.pk))
        sitting.add((a.volunteer_id, a.shift_id))
    for o in Offer.objects.filter(session=session).exclude(state="withdrawn").select_related("volunteer").order_by("made_at", "pk"):
        if (o.volunteer_id, o.shift_id) not in sitting:
            found[o.shift_id].people.append(Face(o.volunteer_id, o.volunteer.name, o.state, o.pk, o.answer_by))
            sitting.add((o.volunteer_id, o.shift_id))
    _add_proposed(found, session, proposal)
    return list(found.values())


def attendance(session: Session) -> Attendance:
    """Numbers only: a coordinator does not see children here. One statement."""
    rows = Booking.objects.filter(session=session).values("state").annotate(families=Count("pk"), children=Sum("seats"))
    families, children = defaultdict(int), defaultdict(int)
    for row in rows:
        families[row["state"]], children[row["state"]] = row["families"], row["children"]
    return Attendance(dict(families), dict(children))


def last_editor(session_id: int) -> int | None:
    """Who changed the session last, from the event log (kept for a day); None if nobody is known."""
    change = Event.objects.filter(kind="session_changed", streams__contains=[f"session.{session_id}"]).order_by("-pk").first()
    return change.actor_id if change else None


def _add_proposed(found: dict[int, Crew], session: Session, proposal: Proposal | None) -> None:
    if proposal is None:
        return
    rows = proposal.lines.filter(session_id=session.pk, change="new", volunteer_id__isnull=False).values_list("volunteer_id", "shift_id")
    lines = {volunteer: shift for volunteer, shift in rows if volunteer and shift}
    for pk, name in Volunteer.objects.filter(pk__in=lines).order_by("sort_key").values_list("pk", "name"):
        if lines[pk] in found:
            found[lines[pk]].people.append(Face(pk, name, "new"))
