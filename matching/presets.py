"""Prices for what matters most to whoever plans: a name each, and the numbers behind it.

Every preset changes the usual weights in one respect and leaves the rest, so people who are missing
on required sessions stay dearest whatever is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from matching.agreements import Limit
from matching.problem import Problem, Weights

USUAL = Weights()
PRESETS: Mapping[str, Weights] = MappingProxyType(
    {
        "usual": USUAL,
        "fair": replace(USUAL, load=5 * USUAL.load),
        "near": replace(USUAL, travel=4 * USUAL.travel),
        "steady": replace(USUAL, change=4 * USUAL.change, know=2 * USUAL.know),
        "families": replace(USUAL, serve=tuple(2 * price for price in USUAL.serve)),
    }
)
BEYOND = 1000  # of each service, or weekend, beyond what a planner wishes: below a missing person


def with_preset(
    problem: Problem,
    preset: str,
    *,
    per_week: int | None = None,
    weekends: int | None = None,
) -> Problem:
    """The problem with the preset's prices, and with a price on what nobody should be asked for
    where it can be helped: more than `per_week` services in a week (weeks stand side by side from
    minute 0 on), or services on more than `weekends` weekends of the problem.

    What a seat costs that is taken back (`change_seat`) stays as it is, and so do the limits that
    volunteers have already. Nothing is forbidden, so every plan that kept the rules still does.
    KeyError: there is no such preset.
    """
    weights = replace(PRESETS[preset], change_seat=problem.weights.change_seat)
    wished = _wished(per_week, weekends)
    volunteers = problem.volunteers
    if wished:
        volunteers = tuple(replace(her, limits=her.limits + wished) for her in volunteers)
    return replace(problem, weights=weights, volunteers=volunteers)


def _wished(per_week: int | None, weekends: int | None) -> tuple[Limit, ...]:
    found = []
    if per_week is not None:
        found.append(Limit("services", max=per_week, window=7, rolling=False, price=BEYOND))
    if weekends is not None:
        found.append(Limit("weekends", max=weekends, price=BEYOND))
    return tuple(found)
