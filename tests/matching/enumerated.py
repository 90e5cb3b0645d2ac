"""Every plan that the candidate columns of a small problem can make, as vectors and as plans."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.rows import Floats, Rows
from matching.plan import Plan


def every_vector(c: Columns) -> Iterator[tuple[Floats, Plan]]:
    """All 0/1 vectors over assignments and seats, `open` columns and marks set as the plan means,
    with the plan."""
    candidates = len(c.x) + len(c.y)
    for number in range(2**candidates):
        values = np.zeros(c.marks.end)
        values[:candidates] = (number >> np.arange(candidates)) & 1
        on = c.required.copy()
        on[c.x_session[values[c.x] > 0]] = True
        on[c.y_session[(values[c.y] > 0) & (c.y_children > 0)]] = True
        values[c.open] = on
        c.marks.fill(values)
        yield values, c.plan(values)


def holds(rows: Rows, values: Floats) -> bool:
    """True if the vector satisfies every row."""
    activity = rows.activity(values)
    return bool(((activity >= rows.low - 1e-9) & (activity <= rows.high + 1e-9)).all())
