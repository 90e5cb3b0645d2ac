"""The linear relaxation of a program, as a whole or in parts that are mended at their borders."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.people import Mask
from matching.arrays.rows import Floats, Ints
from matching.program.bound import SCALE, dual_bound, reduced_costs, scaled
from matching.program.partition import column_parts, glued, neighbours
from matching.program.program import Program
from matching.progress import Progress
from matching.search.dispatch import Dispatch, Stopped
from matching.search.incumbent import Incumbent
from matching.search.tuning import Tuning


@dataclass(frozen=True, eq=False)
class Relaxation:
    """The columns' values and the rows' prices; `left` is what these leave of each column's own
    price, `bound` what they prove."""

    program: Program
    values: Floats
    duals: Floats
    left: Floats
    bound: int

    @classmethod
    def of(cls, program: Program, values: Floats, duals: Floats) -> Relaxation:
        # Reckoned anew from the prices in whole numbers: a solver's own bound may be off by more
        # than the 1 by which two plans differ, and a plan would be called proven that is not.
        y = scaled(program, duals)
        left = np.asarray(reduced_costs(program, y) / SCALE, float)
        return cls(program, values, duals, left, dual_bound(program, y))

    def in_question(self, candidates: int) -> Mask:
        """Candidates, which are the first columns, that the relaxation splits or, if it was made in
        parts, overbooks or would rather have."""
        rows = self.program.rows
        activity = rows.activity(self.values)
        overbooked = (activity > rows.high + 1e-6) | (activity < rows.low - 1e-6)
        unsure = (np.abs(self.values - np.rint(self.values)) > 1e-6) | (
            (self.left < -1e-3) & (self.values < self.program.high - 0.5)
        )
        # Glued parts may each have sent the same person to work at the border.
        unsure[rows.column[overbooked[rows.row]]] = True
        unsure[candidates:] = False
        return unsure


def relax(
    columns: Columns, program: Program, dispatch: Dispatch, state: Incumbent, tuning: Tuning
) -> Generator[Progress, None, Relaxation]:
    """Solve the relaxation; the bounds that it proves on the way are told to `state`. Raises
    Stopped if it cannot be solved."""
    label = np.zeros(len(columns.sessions), np.int64)
    siftings = 0
    if program.size > tuning.relax_columns:
        label = neighbours(columns, tuning.relax_part)
        siftings = tuning.siftings
    parts = int(label.max(initial=0)) + 1
    of_column = column_parts(columns, program, label, np.zeros(program.size))
    pieces: list[Ints] = [np.flatnonzero(of_column == part) for part in range(parts)]
    cut = [program.part(piece, cut=True) for piece in pieces]
    answers = yield from dispatch.relaxed([part for part, _ in cut])
    solved = []
    for piece, (_, rows), answer in zip(pieces, cut, answers, strict=True):
        if answer.values is None or answer.duals is None:
            raise Stopped  # what is at hand is handed over
        solved.append((piece, rows, answer.values, answer.duals))
    values, duals = glued(program, solved)
    relaxation = Relaxation.of(program, values, duals)
    state.raise_bound(relaxation.bound, exact=True)
    inside = np.zeros(program.size, bool)
    for _ in range(siftings):
        inside |= (relaxation.left < tuning.sift) | (relaxation.values > 1e-9)
        inside[len(columns.x) :] = True
        relaxation = yield from _sifted(relaxation, inside, dispatch)
        state.raise_bound(relaxation.bound, exact=True)
        yield dispatch.done()
    return relaxation


def _sifted(
    relaxation: Relaxation, inside: Mask, dispatch: Dispatch
) -> Generator[Progress, None, Relaxation]:
    """Mend a relaxation that was made in parts: relax as a whole what is `inside`, that is what the
    parts use or nearly use, and all seats.

    What a candidate outside would save counts against the bound; seats of closed sessions would,
    their rows being outside too.
    """
    program = relaxation.program
    reduced = program.reduced(program.low, np.where(inside, program.high, program.low))
    (answer,) = yield from dispatch.relaxed([reduced.program])
    if answer.values is None or answer.duals is None:
        return relaxation
    duals = np.zeros(program.rows.size)
    duals[reduced.rows] = answer.duals
    return Relaxation.of(program, reduced.whole(answer.values), duals)
