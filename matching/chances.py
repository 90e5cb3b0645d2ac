"""What it costs that people who are asked may say no, or not come: whole numbers, in plain data.

Somebody's chance of coming counts in whole per cent, rounded down; the rest is her absence. A place
that a shift needs costs `price_of` when nobody fills it. Of a shift with no more people than it
needs, each is expected to leave a hole of her absence. More people than it needs give relief, which
is reckoned so that it is never more than truly expected:

one place      all must stay away at once: the product of their absences, as e to the minus of a
               length that adds up, along chords of it
several        the fewest who stay away beyond what can be spared are expected when all are alike
               (Hoeffding 1956, theorem 3), along chords of it over the sum of their absences

Both are straight lines with whole slopes, so that a program can have them as rows and no rounding
parts it from this page.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from functools import cache

from matching.problem import Problem, Session, Shift, Volunteer

CENT = 100
FURTHER = 4  # people beyond the need who are told apart; more of them count as these
EXACT_FROM = 1000  # of a price: below it, whole slopes would not follow the product of absences
NAT = 20  # parts of a unit of length
SURE = 20 * NAT  # the length of somebody who comes for certain
SHARES = (0, 0.08, 0.16, 0.24, 0.34, 0.46, 0.6, 1)  # of people who stay away: where chords meet
LENGTHS = (0, 6, 14, 24, 36, 50, 66, 84, 104, 124)  # the same for the lengths of one place

Line = tuple[int, int]  # slope and what it begins with


def chance(volunteer: Volunteer, shift: str) -> float:
    """How likely she says yes to a shift and comes."""
    return (volunteer.asks_of or {}).get(shift, volunteer.asks)


def absence(chance: float) -> int:
    """The other side of a chance, in whole per cent."""
    return CENT - math.floor(CENT * chance + 1e-9)


def price_of(problem: Problem, session: Session, shift: Shift) -> int:
    """What a needed place costs that stays empty, however many were asked."""
    if not shift.min:
        return 0
    if session.required:
        return problem.weights.short * session.priority
    return problem.weights.fall


def charge(price: int, absence: int) -> int:
    """What one person may leave empty, if nobody stands by."""
    return -(-price * absence // CENT)


def feared(need: int, price: int, absences: Sequence[int]) -> int:
    """What is to be feared beyond the places that nobody was asked for."""
    if not need or not price:
        return 0
    total = sum(charge(price, absent) for absent in absences)
    beyond = len(absences) - need
    if beyond <= 0:
        return total
    if one_place(need, price):
        along = sum(LENGTH[absent] for absent in absences)
        lines = alone_lines(price)
        return min(total, max(0, *(begin - slope * along for slope, begin in lines)))
    step = min(beyond, FURTHER)
    away = sum(absences)
    spared = min(slope * away + begin for slope, begin in relief_lines(need, step, price))
    return total - min(price * step, spared)


def one_place(need: int, price: int) -> bool:
    """One place is reckoned by the product of absences, which is exact but for rounding."""
    return need == 1 and price >= EXACT_FROM


@cache
def relief_lines(need: int, step: int, price: int) -> tuple[Line, ...]:
    """What `step` people beyond the need take from the fear: the least of these lines over the sum
    of everybody's absences in per cent."""
    asked = need + step
    ends = sorted({round(CENT * asked * share) for share in SHARES})
    heights = [price * (at / CENT - _beyond(asked, step, at / CENT / asked)) for at in ends]
    return tuple(
        (slope, math.floor(low - slope * at + 1e-6))
        for (at, low), (to, high) in itertools.pairwise(zip(ends, heights, strict=True))
        for slope in [math.floor((high - low) / (to - at) + 1e-6)]
    )


@cache
def alone_lines(price: int) -> tuple[Line, ...]:
    """What is feared for one place: the most of these lines, falling with the sum of lengths."""
    heights = [price * math.exp(-at / NAT) for at in LENGTHS]
    lines = [
        (max(1, math.floor((low - high) / (to - at))), at, low)
        for (at, low), (to, high) in itertools.pairwise(zip(LENGTHS, heights, strict=True))
    ]
    lines.append((1, LENGTHS[-1], heights[-1]))
    return tuple((slope, math.ceil(low + slope * at - 1e-6)) for slope, at, low in lines)


def _beyond(asked: int, spare: int, away: float) -> float:
    """How many more than can be spared are expected to stay away, of people who are all alike."""
    return sum(
        (n - spare) * math.comb(asked, n) * away**n * (1 - away) ** (asked - n)
        for n in range(spare + 1, asked + 1)
    )


def _length(absence: int) -> int:
    return math.floor(NAT * math.log(CENT / absence) + 1e-9) if absence else SURE


LENGTH = [_length(absence) for absence in range(CENT + 1)]


def spread(chances: Iterable[float]) -> list[float]:
    """How likely it is that nobody, one, two … of these people come."""
    found = [1.0]
    for one in chances:
        there = [*found, 0.0]
        more = [0.0, *found]
        found = [a * (1 - one) + b * one for a, b in zip(there, more, strict=True)]
    return found
