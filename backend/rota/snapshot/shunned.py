"""Whom a volunteer must not meet, and where those people and families are.

Who they are hangs on her row and costs next to nothing; where they are is asked only when there are
any. In one statement with her row it was for the planner to choose where to begin, and before it
had counted the tables it began with everybody's assignments.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet

from backend.common.bulk import among
from backend.families.models import Avoid
from backend.rota.models import Assignment, Offer, Session
from backend.rota.snapshot.facts import PersonFacts, There
from backend.rota.snapshot.rows import JsonRows
from backend.rota.snapshot.seated import seated
from backend.rota.states import HELD
from backend.volunteers.models import Apart


@dataclass(frozen=True)
class Whereabouts:
    """`places`: a person's key → her {"volunteer", "shift", "session"}; `seats`: a family's key →
    the sessions in which it has seats."""

    places: Mapping[int, list[There]]
    seats: Mapping[int, list[int]]

    def met_by(self, facts: PersonFacts, sessions: Collection[int]) -> list[There]:
        """Where in these sessions she would meet somebody from whom she is kept apart."""
        apart = facts["apart_first"] + facts["apart_second"]
        return [
            place
            for other in apart
            for place in self.places.get(other["volunteer"], ())
            if place["session"] in sessions
        ]

    def served_by(self, facts: PersonFacts, sessions: Collection[int]) -> list[tuple[int, int]]:
        """(family, session) of the families among these sessions that she is not to meet."""
        families = (row["family"] for row in facts["avoided"])
        return [
            (family, session)
            for family in families
            for session in self.seats.get(family, ())
            if session in sessions
        ]


def with_shunned(volunteers: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Rows of volunteers with the keys of those whom each must not meet."""
    return volunteers.annotate(
        apart_first=JsonRows(
            Apart.objects.filter(first=OuterRef("pk")).values(volunteer=F("second"))
        ),
        apart_second=JsonRows(
            Apart.objects.filter(second=OuterRef("pk")).values(volunteer=F("first"))
        ),
        avoided=JsonRows(Avoid.objects.filter(volunteer=OuterRef("pk")).values("family")),
    )


def shunned(
    sessions: QuerySet[Session] | Collection[int], movable: Collection[tuple[int, int]]
) -> list[tuple[int, int]]:
    """(volunteer, session) where a family that she is not to meet has seats that are not the plan's
    to move: it booked them itself, so the rule about the two does not see it. `movable`: (request,
    session) of seats that are the plan's."""
    rows = seated().seats_of_shunned(sessions)
    return sorted({(her, session) for her, session, q in rows if (q, session) not in movable})


def whereabouts_of(rows: Iterable[PersonFacts], sessions: Collection[int]) -> Whereabouts:
    """Where they are among these sessions, also with a place that is kept for them until they
    answer whether they still can: at most two statements, none when nobody is shunned."""
    persons = {
        other["volunteer"]
        for facts in rows
        for other in facts["apart_first"] + facts["apart_second"]
    }
    families = {row["family"] for facts in rows for row in facts["avoided"]}
    places: defaultdict[int, list[There]] = defaultdict(list)
    seats: defaultdict[int, list[int]] = defaultdict(list)
    if persons:
        those = (among("volunteer", persons), among("session", sessions))
        place = ("volunteer", "shift", "session")
        there = Assignment.objects.filter(*those, state__in=HELD).order_by()
        kept = Offer.objects.filter(
            *those, state=Offer.State.PENDING, before__promised=True
        ).order_by()
        for row in there.values(*place).union(kept.values(*place)):
            places[row["volunteer"]].append(row)
    if families:
        for family, session in seated().seats_of(families, sessions):
            seats[family].append(session)
    return Whereabouts(places, seats)
