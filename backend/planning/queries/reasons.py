"""Why her: what speaks for and against one person in one session, in the points that the plan is
scored in."""

from __future__ import annotations

from dataclasses import dataclass

from backend.common.clock import now
from backend.rota.models import Session
from backend.rota.snapshot.corner import Corner, corners_of
from backend.rota.snapshot.ids import session_id, volunteer_id
from backend.volunteers.models import Volunteer
from matching.problem import Problem, Weights
from matching.travel import travel_minutes

AVERAGE_MINUTES = 20  # a journey that speaks neither for nor against


@dataclass(frozen=True)
class Part:
    """One contribution: travel, load or liking, its points (above zero speaks for her) and the
    figure behind it."""

    kind: str
    points: int
    figure: int


@dataclass(frozen=True)
class Why:
    volunteer: Volunteer
    parts: tuple[Part, ...]
    services: int  # that she has in this rota, this one included

    @property
    def score(self) -> int:
        return sum(part.points for part in self.parts)


def why(session: Session, volunteer: int) -> Why | None:
    """Three statements."""
    person = Volunteer.objects.select_related("street").filter(pk=volunteer).first()
    if person is None:
        return None
    corner = corners_of({volunteer: [session]}, now=now())[volunteer, session.rota_id]
    return Why(
        person,
        parts_of(corner, session.pk, Weights()),
        len(corner.problem.current.assignments) if corner.problem.current else 0,
    )


def parts_of(corner: Corner, session: int, weights: Weights) -> tuple[Part, ...]:
    """The parts of the cost that she herself decides, turned round: what is cheap for the plan
    speaks for her."""
    problem: Problem = corner.problem
    her, place = (
        problem.volunteer_of[volunteer_id(corner.volunteer_pk)],
        problem.session_of[session_id(session)],
    )
    minutes = travel_minutes(problem.travel, her.home, place.place)
    given = her.load_before + len([s for s in problem.sessions if s.id != place.id])
    liking = her.liking(place.programme)
    return (
        Part("travel", weights.travel * (AVERAGE_MINUTES - minutes), minutes),
        Part("liking", weights.wish * liking, liking),
        Part("load", -weights.load * given, given),
    )
