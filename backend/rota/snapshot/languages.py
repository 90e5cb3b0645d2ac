"""What the families of a session would like to be spoken there: a wish of the plan, no demand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import matching
from backend.common.languages import speaks
from backend.families.models import Family
from backend.rota.snapshot.ids import number
from backend.rota.snapshot.seated import seated

A_FAMILY = 20  # what it costs that one person there does not speak what a family would like
MOST = 100  # of one language in one session
Prices = Mapping[int, Mapping[str, int]]  # session → code → price


def liked_in(sessions: Collection[int]) -> Prices:
    """What families with seats in these sessions would like, and what it is worth. Two statements;
    one where no family said anything."""
    said = dict(
        Family.objects.exclude(language="").filter(active=True).values_list("pk", "language")
    )
    if not said or not sessions:
        return {}
    prices: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for family, session in set(seated().seats_of(list(said), sessions)):
        code = speaks(said[family])
        prices[session][code] = min(MOST, prices[session][code] + A_FAMILY)
    return prices


def with_liked(
    problem_sessions: Iterable[matching.Session], prices: Prices
) -> list[matching.Session]:
    """The sessions in which somebody who speaks it is welcome."""
    return [_with(one, prices.get(number(one.id))) for one in problem_sessions]


def _with(session: matching.Session, liked: Mapping[str, int] | None) -> matching.Session:
    if not liked:
        return session
    shifts = tuple(replace(shift, prefers=dict(liked)) for shift in session.shifts)
    return replace(session, shifts=shifts)
