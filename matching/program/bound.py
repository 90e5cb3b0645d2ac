"""Lower bounds that are truly lower: any row prices give one, computed in whole numbers, so no
rounding can lift it too high.

For row prices y the cost of every plan is at least

    offset + Σ_rows (y > 0 ? y · low : y · high) + Σ_columns min over [low, high] of (price - Σ y ·
    coefficient) · column

whatever y is; the relaxation's own prices make it as good as the relaxation. y is rounded to
multiples of 1 / SCALE first, and prices and coefficients are whole, so every term is a whole number
of 1 / SCALE and int64 arithmetic is exact.
"""

from __future__ import annotations

import numpy as np

from matching.arrays.rows import Floats, Ints
from matching.program.program import Program

SCALE = 1 << 20


def scaled(program: Program, duals: Floats) -> Ints:
    """Row prices as whole numbers of 1 / SCALE, zero where their sign leans on a side without a
    limit."""
    y = np.rint(np.nan_to_num(duals) * SCALE).astype(np.int64)
    y[(y > 0) & ~np.isfinite(program.rows.low)] = 0
    y[(y < 0) & ~np.isfinite(program.rows.high)] = 0
    return y


def reduced_costs(program: Program, y: Ints) -> Ints:
    """What is left of each column's price after paying the rows, in 1 / SCALE."""
    rows = program.rows
    paid = np.zeros(program.size, np.int64)
    np.add.at(paid, rows.column, rows.coefficient.astype(np.int64) * y[rows.row])
    return np.rint(program.price).astype(np.int64) * SCALE - paid


def row_value(program: Program, y: Ints) -> int:
    """What the rows' limits are worth at these prices, in 1 / SCALE."""
    rows = program.rows
    limit = np.where(y > 0, rows.low, np.where(y < 0, rows.high, 0)).astype(np.int64)
    return int((y * limit).sum())


def dual_bound(program: Program, y: Ints) -> int:
    """The bound that scaled row prices prove: a whole number no plan can cost less than."""
    left = reduced_costs(program, y)
    at_best = np.where(left > 0, program.low, program.high).astype(np.int64)
    total = program.offset * SCALE + row_value(program, y) + int((left * at_best).sum())
    return -(-total // SCALE)
