"""Pins that cannot all be kept: which are the most that can."""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.columns import Columns
from matching.model import Program
from matching.rows import Floats, stack
from matching.rules import RULES, pin


def pins_program(c: Columns, program: Program) -> Program:
    """The program without the rule `pin` and with one aim: keep as many pins as possible."""
    price = np.zeros(program.size)
    for wanted in c.problem.pins:
        if wanted in c.assignment_column:
            price[c.assignment_column[wanted]] = -1
    others = [rows for rule in RULES if rule.rows and rule is not pin.RULE for rows in rule.rows(c)]
    from matching.model import tidy

    return replace(program, price=price, rows=tidy(stack(others)), offset=0)


def kept_pins(c: Columns, values: Floats | None) -> set[tuple[str, str]]:
    """The pins that a vector keeps; none if there is no vector."""
    if values is None:
        return set()
    return {wanted for wanted in c.problem.pins if wanted in c.assignment_column and values[c.assignment_column[wanted]] > 0.5}
