"""Pins that cannot all be kept: which are the most that can."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.rows import Floats, stack
from matching.program.program import Program, rule_rows, tidy
from matching.rules import pin


def pins_program(c: Columns, program: Program) -> Program:
    """The program without the rule `pin` and with one aim: keep as many pins as possible."""
    price = np.zeros(program.size)
    wanted = c.assignments(c.problem.pins)
    price[wanted[wanted >= 0]] = -1
    others = rule_rows(c, without=pin.RULE)
    return replace(program, price=price, rows=tidy(stack(others)), offset=0)


def kept_pins(c: Columns, values: Floats | None) -> set[tuple[str, str]]:
    """The pins that a vector keeps; none if there is no vector."""
    if values is None:
        return set()
    columns = c.assignments(c.problem.pins).tolist()
    return {
        pin for pin, k in zip(c.problem.pins, columns, strict=True) if k >= 0 and values[k] > 0.5
    }
