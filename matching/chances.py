"""What it costs that people who are asked may say no, or not come: whole numbers, in plain data.

Somebody's chance of coming counts in whole per cent, rounded down; the rest is her absence. A place
that a shift needs costs `price_of` when nobody fills it. What a shift is feared to leave empty,
beyond the places for which nobody is asked, is never less than what is truly expected:

one place      all must stay away at once: the product of their absences, as e to the minus of a
               length that adds up, along chords of it; and no less than if all came in part
several        no more people than needed: each leaves a hole of her absence. More of them give
               relief: the fewest who stay away beyond what can be spared are expected when all are
               alike (Hoeffding 1956, theorem 3), along chords of it over the sum of absences

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
FINEST = 40  # parts of a unit of length; fewer where a place is so cheap that slopes would vanish
SURE = 20  # units of length of somebody who comes for certain
SHARES = (0, 0.08, 0.16, 0.24, 0.34, 0.46, 0.6, 1)  # of people who stay away: where chords meet
LENGTHS = (0, 0.3, 0.7, 1.2, 1.8, 2.5, 3.3, 4.2, 5.2, 6.2)  # the same for the lengths of one place

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
    if not need or not price or not absences:
        return 0
    if need == 1:
        along = sum(lengths(price)[absent] for absent in absences)
        mean = price - sum(price - charge(price, absent) for absent in absences)
        return max(0, mean, *(begin - slope * along for slope, begin in alone_lines(price)))
    total = sum(charge(price, absent) for absent in absences)
    beyond = len(absences) - need
    if beyond <= 0:
        return total
    step = min(beyond, FURTHER)
    away = sum(absences)
    spared = min(slope * away + begin for slope, begin in relief_lines(need, step, price))
    return total - min(price * step, spared)


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


def _beyond(asked: int, spare: int, away: float) -> float:
    """How many more than can be spared are expected to stay away, of people who are all alike."""
    return sum(
        (n - spare) * math.comb(asked, n) * away**n * (1 - away) ** (asked - n)
        for n in range(spare + 1, asked + 1)
    )


def parts(price: int) -> int:
    """How many parts a unit of length has where a place costs so much."""
    return min(FINEST, max(1, price // 20))


@cache
def lengths(price: int) -> tuple[int, ...]:
    """The length of everybody who may come, by absence in per cent."""
    unit = parts(price)
    some = (math.floor(unit * math.log(CENT / away) + 1e-9) for away in range(1, CENT + 1))
    return (SURE * unit, *some)


@cache
def alone_lines(price: int) -> tuple[Line, ...]:
    """What is feared for one place: the most of these lines, falling with the sum of lengths."""
    unit = parts(price)
    ends = sorted({round(unit * length) for length in LENGTHS})
    heights = [price * math.exp(-at / unit) for at in ends]
    falls = [
        max(1, math.floor((low - high) / (to - at)))
        for (at, low), (to, high) in itertools.pairwise(zip(ends, heights, strict=True))
    ]
    falls.append(max(1, math.ceil(heights[-1] / (SURE * unit - ends[-1]))))  # to nothing, if sure
    return tuple(
        (slope, math.ceil(low + slope * at - 1e-6))
        for slope, at, low in zip(falls, ends, heights, strict=True)
    )


def spread(chances: Iterable[float]) -> list[float]:
    """How likely it is that nobody, one, two … of these people come."""
    found = [1.0]
    for one in chances:
        there = [*found, 0.0]
        more = [0.0, *found]
        found = [a * (1 - one) + b * one for a, b in zip(there, more, strict=True)]
    return found
