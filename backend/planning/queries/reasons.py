"""Why her: what speaks for and against one person in one session, in the points that the plan is
scored in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backend.planning.models import Proposal
from backend.planning.queries.desk import SessionDesk, desk_of_one
from backend.rota.models import Session, Shift
from backend.rota.snapshot.ids import shift_id, volunteer_id
from backend.volunteers.models import Volunteer
from matching import Candidate, Desk

AVERAGE_MINUTES = 20  # a journey that speaks neither for nor against


@dataclass(frozen=True)
class Reason:
    """One contribution: travel, liking, load, continuity or changes; its points (above zero speaks
    for her) and the figure behind it."""

    kind: str
    points: int
    figure: int


def score_of(parts: Iterable[Reason]) -> int:
    return sum(part.points for part in parts)


@dataclass(frozen=True)
class Why:
    volunteer: Volunteer
    parts: tuple[Reason, ...]

    @property
    def score(self) -> int:
        return score_of(self.parts)


def why(
    session: Session, shift: Shift, volunteer: int, proposal: Proposal | None, now: datetime
) -> Why | None:
    """What her place is worth in the plan of the page, as if she were to get it now. A constant
    number of statements."""
    person = Volunteer.objects.select_related("street").filter(pk=volunteer).first()
    if person is None:
        return None
    asked = desk_of_one(session, volunteer, proposal, now)
    return Why(person, hers(asked, shift.pk, volunteer))


def hers(asked: SessionDesk, shift: int, volunteer: int) -> tuple[Reason, ...]:
    """The parts of somebody who has the shift, seen from the plan without her; none of whom the
    plan does not know (any more)."""
    problem = asked.desk.problem
    found = problem.shift_of.get(shift_id(shift))
    person = problem.volunteer_of.get(volunteer_id(volunteer))
    if found is None or person is None:
        return ()
    session, place = found
    desk = asked.without(volunteer, shift)
    return parts_of(desk, desk.candidate(person, session, place))


def parts_of(desk: Desk, candidate: Candidate) -> tuple[Reason, ...]:
    """What she herself decides of the cost, turned round: what is cheap for the plan speaks for
    her. Two people's sums differ by what the plan's cost would differ."""
    weights = desk.problem.weights
    costs = candidate.parts
    liked = 3 * weights.wish - costs.get("wishes", 0)
    return (
        Reason("travel", weights.travel * (AVERAGE_MINUTES - candidate.minutes), candidate.minutes),
        Reason("liking", liked, liked // weights.wish if weights.wish else 0),
        Reason("load", -costs.get("load", 0), candidate.services),
        Reason("continuity", -costs.get("continuity", 0), 0),
        Reason("changes", -costs.get("changes", 0), 0),
    )
