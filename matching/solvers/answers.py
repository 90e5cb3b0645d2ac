"""What comes back from a solver.

Kept apart from the solvers, so that the process that asks need not load them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays.rows import Floats
from matching.program.program import Program


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear relaxation: the values of the columns and the price of each row; None if it was
    cut short."""

    values: Floats | None
    duals: Floats | None


@dataclass(frozen=True, slots=True)
class Solved:
    """An integer program: the best values found (None if none), a lower bound on its price, and
    whether there are none at all."""

    values: Floats | None
    bound: float
    infeasible: bool = False

    def price(self, program: Program) -> float:
        """What the values cost, infinite if there are none."""
        if self.values is None:
            return np.inf
        return float(program.price @ self.values) + program.offset

    def proves(self, program: Program) -> bool:
        """True if nothing can be cheaper than the values; the program's prices are whole
        numbers."""
        return self.values is not None and np.ceil(self.bound) >= round(self.price(program))

    def or_better(self, other: Solved, program: Program) -> Solved:
        """The cheaper values and the higher bound of two answers to the same program."""
        values = self.values
        if other.price(program) < self.price(program):
            values = other.values
        return Solved(values, max(self.bound, other.bound), self.infeasible and other.infeasible)
