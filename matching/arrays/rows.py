"""Linear rows: what the joint rules and the goals say, as sparse arrays.

The relaxation and the exact search are built from these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Term = tuple[
    ArrayLike, ArrayLike, ArrayLike
]  # row numbers, column numbers, coefficients (broadcast)


@dataclass(frozen=True, slots=True)
class Rows:
    """A block of rows `low ≤ Σ coefficient · column ≤ high`, its entries sorted by row: row k owns
    `begin[k]:begin[k + 1]`."""

    begin: Ints
    column: Ints
    coefficient: Floats
    low: Floats
    high: Floats

    @property
    def size(self) -> int:
        """How many rows."""
        return len(self.low)

    @property
    def row(self) -> Ints:
        """The row number of every entry."""
        return np.repeat(np.arange(self.size), np.diff(self.begin))

    def only(self, keep: NDArray[np.bool_]) -> Rows:
        """The rows where `keep` is true."""
        lengths = np.diff(self.begin)
        entries = keep[self.row]
        begin = np.concatenate([[0], np.cumsum(lengths[keep])]).astype(np.int64)
        return Rows(
            begin, self.column[entries], self.coefficient[entries], self.low[keep], self.high[keep]
        )

    def activity(self, values: Floats) -> Floats:
        """Σ coefficient · value of every row."""
        return np.asarray(
            np.bincount(self.row, self.coefficient * values[self.column], self.size), np.float64
        )


def block(
    size: int, terms: Sequence[Term], low: ArrayLike = -np.inf, high: ArrayLike = np.inf
) -> Rows:
    """`size` rows made of terms; rows without any entry are left out unless they can never hold."""
    parts = [
        np.broadcast_arrays(np.asarray(r), np.asarray(c), np.asarray(a, float)) for r, c, a in terms
    ]
    row = np.concatenate([np.asarray(p[0], np.int64).ravel() for p in parts])
    column = np.concatenate([np.asarray(p[1], np.int64).ravel() for p in parts])
    coefficient = np.concatenate([p[2].ravel() for p in parts])
    order = np.argsort(row, kind="stable")
    counts = np.bincount(row, minlength=size)
    begin = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    whole = Rows(
        begin,
        column[order],
        coefficient[order],
        np.broadcast_to(np.asarray(low, float), size),
        np.broadcast_to(np.asarray(high, float), size),
    )
    return whole.only((counts > 0) | (whole.low > 0) | (whole.high < 0))


def stack(blocks: Sequence[Rows]) -> Rows:
    """All blocks as one, in order."""
    lengths = (
        np.concatenate([np.diff(b.begin) for b in blocks]) if blocks else np.zeros(0, np.int64)
    )
    begin = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    empty = np.zeros(0)
    return Rows(
        begin,
        np.concatenate([np.zeros(0, np.int64), *(b.column for b in blocks)]),
        np.concatenate([empty, *(b.coefficient for b in blocks)]),
        np.concatenate([empty, *(b.low for b in blocks)]),
        np.concatenate([empty, *(b.high for b in blocks)]),
    )


def numbered(keys: Sequence[ArrayLike]) -> tuple[int, Ints, list[Ints]]:
    """Number the distinct key tuples: how many, the number of each entry, and the distinct keys by
    number."""
    table = [np.asarray(k, np.int64) for k in keys]
    code = np.zeros(len(table[0]), np.int64)
    for k in table:
        low = k.min(initial=0)
        code = code * (k.max(initial=0) - low + 1) + (k - low)
    _, first, number = np.unique(code, return_index=True, return_inverse=True)
    return len(first), number, [k[first] for k in table]
