"""Lower bounds that are truly lower: any row prices give one, computed in whole numbers, so no
rounding can lift it too high.

For row prices y the cost of every plan is at least

    offset + Σ_rows (y > 0 ? y · low : y · high) + Σ_columns min over [low, high] of (price - Σ y ·
    coefficient) · column

whatever y is; the relaxation's own prices make it as good as the relaxation. y is rounded to
multiples of 1 / SCALE first, and prices and coefficients are whole, so every term is a whole number
of 1 / SCALE. Sums that an int64 might not hold are made of Python's own integers instead: slower,
and as exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.arrays.rows import Floats, Ints
from matching.program.program import Program

SCALE = 1 << 20
ROOM = 2.0**62  # what an int64 holds with room to spare for the rounding of an estimate
STRONGEST = 2.0**41  # of a row price: dearer than any problem's whole cost, and exact in 1 / SCALE
Whole = NDArray[Any]  # of int64, or of Python's integers where those would not hold the numbers


def scaled(program: Program, duals: Floats) -> Ints:
    """Row prices as whole numbers of 1 / SCALE, zero where their sign leans on a side without a
    limit."""
    strong = np.clip(np.nan_to_num(duals), -STRONGEST, STRONGEST)
    y = np.rint(strong * SCALE).astype(np.int64)
    # A solver's price may be a hair on the wrong side of zero; times an endless limit that hair
    # would prove anything.
    y[(y > 0) & ~np.isfinite(program.rows.low)] = 0
    y[(y < 0) & ~np.isfinite(program.rows.high)] = 0
    return y


def reduced_costs(program: Program, y: Ints) -> Whole:
    """What is left of each column's price after paying the rows, in 1 / SCALE."""
    rows = program.rows
    prices = y[rows.row]
    size = np.abs(program.price) * SCALE
    size += np.bincount(rows.column, np.abs(rows.coefficient * prices), program.size)
    kind = _kind(float(size.max(initial=0)))
    paid: Whole = np.zeros(program.size, kind)
    np.add.at(paid, rows.column, _whole(rows.coefficient, kind) * prices.astype(kind))
    return np.asarray(_whole(program.price, kind) * SCALE - paid)


def row_values(program: Program, y: Ints) -> Whole:
    """What each row's limit is worth at these prices, in 1 / SCALE."""
    rows = program.rows
    limit = np.where(y > 0, rows.low, np.where(y < 0, rows.high, 0))
    return times(y, limit)


def dual_bound(program: Program, y: Ints) -> int:
    """The bound that scaled row prices prove: a whole number no plan can cost less than."""
    left = reduced_costs(program, y)
    at_best = np.where(left > 0, program.low, program.high)
    proven = program.offset * SCALE + total(row_values(program, y)) + total(times(left, at_best))
    return -(-proven // SCALE)


def times(numbers: Whole, by: Floats) -> Whole:
    """Each product of whole numbers, exactly."""
    size = np.abs(numbers.astype(float) * np.maximum(1, np.abs(by))).max(initial=0)
    kind = _kind(float(size))
    return np.asarray(numbers.astype(kind) * _whole(by, kind))


def total(numbers: Whole) -> int:
    """The exact sum."""
    size = float(np.abs(numbers.astype(float)).sum())
    return int(numbers.astype(_kind(size)).sum())


def _kind(size: float) -> type:
    """What holds whole numbers up to this size."""
    return np.int64 if size < ROOM else object


def _whole(numbers: Floats, kind: type) -> Whole:
    if kind is object:
        return np.array([round(number) for number in numbers.tolist()], object)
    return np.rint(numbers).astype(np.int64)
