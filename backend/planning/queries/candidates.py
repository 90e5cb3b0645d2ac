"""Who could be asked for a shift, best first, and why nobody else: the rules of matching, person by
person."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from backend.planning.queries.reasons import Part, parts_of
from backend.programmes.models import CredentialKind
from backend.rota.models import Shift
from backend.rota.snapshot.corner import corners_of
from backend.volunteers.models import Volunteer
from matching.problem import Problem, Travel, Weights
from matching.rules import RULES, Violation

SHOWN = 30
NEARLY = 5  # people whom one rule alone keeps out
KM_A_DEGREE = 111.0


@dataclass(frozen=True)
class Candidate:
    volunteer: int
    name: str
    parts: tuple[Part, ...]
    problem: Problem
    violations: tuple[Violation, ...] = ()

    @property
    def score(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True)
class Search:
    """`funnel`: ("everyone", n), ("near", n), then how many each rule leaves over. `nearly`: one
    rule alone keeps them out."""

    able: list[Candidate]
    nearly: list[Candidate]
    funnel: list[tuple[str, int]]


def candidates(shift: Shift, now: datetime) -> Search:
    """Everyone of the rota's organisation who lives near enough, judged by the rules.

    Five statements, whatever the city's size.
    """
    session = shift.session
    everyone = Volunteer.objects.filter(
        state="active", organisation__path__startswith=session.rota.organisation.path
    )
    total = everyone.count()
    names = dict(
        everyone.filter(_near(session.latitude, session.longitude)).values_list("pk", "name")
    )
    corners = corners_of({pk: [session] for pk in names}, now=now, asking=True) if names else {}
    judged = [
        Candidate(
            pk,
            names[pk],
            parts_of(corner, session.pk, Weights()),
            corner.problem,
            corner.against(shift.pk),
        )
        for (pk, _), corner in corners.items()
    ]
    judged = [
        c for c in judged if "one_place" not in {v.rule for v in c.violations}
    ]  # she has a place in this session already
    able = sorted((c for c in judged if not c.violations), key=lambda c: (-c.score, c.volunteer))
    nearly = sorted(
        (c for c in judged if len({v.rule for v in c.violations}) == 1),
        key=lambda c: (-c.score, c.volunteer),
    )
    return Search(able[:SHOWN], nearly[:NEARLY], _funnel(total, judged))


def credential_names() -> dict[str, str]:
    """Code → what people call it, for the sentences."""
    return dict(CredentialKind.objects.values_list("code", "name"))


def _near(latitude: float, longitude: float) -> Q:
    """A square that holds everyone whom the rule `reach` can let pass: it spares the rules the far
    side of the city."""
    travel = Travel()
    degrees = F("max_travel") * (travel.kmh / 60 / travel.detour / KM_A_DEGREE)
    wide = 1 / math.cos(math.radians(latitude))
    return Q(
        latitude__gte=latitude - degrees,
        latitude__lte=latitude + degrees,
        longitude__gte=longitude - degrees * wide,
        longitude__lte=longitude + degrees * wide,
    )


def _funnel(total: int, judged: list[Candidate]) -> list[tuple[str, int]]:
    """Each person is counted out by the first rule, in the order of RULES, that she breaks."""
    out = Counter(
        next(rule.code for rule in RULES if rule.code in {v.rule for v in c.violations})
        for c in judged
        if c.violations
    )
    steps, left = [("everyone", total), ("near", len(judged))], len(judged)
    for rule in RULES:
        if out[rule.code]:
            left -= out[rule.code]
            steps.append((rule.code, left))
    return steps
