"""What to set free and what to hold when only a part of the plan is solved again."""

from __future__ import annotations

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.people import Mask
from matching.arrays.rows import Floats
from matching.program.program import Program, Reduced


def touching(c: Columns, columns: Mask) -> Mask:
    """Candidate columns of every session, volunteer and request that has one of `columns`; goals'
    columns are left alone."""
    sessions = np.zeros(len(c.sessions), bool)
    sessions[c.x_session[columns[c.x]]] = True
    sessions[c.y_session[columns[c.y]]] = True
    sessions |= columns[c.open]
    volunteers = np.zeros(c.volunteers.size, bool)
    requests = np.zeros(c.families.size, bool)
    volunteers[c.x_volunteer[columns[c.x]]] = True
    requests[c.y_request[columns[c.y]]] = True
    out = of_sessions(c, len(columns), sessions)
    out[c.x] |= volunteers[c.x_volunteer]
    out[c.y] |= requests[c.y_request]
    return out


def of_sessions(c: Columns, size: int, sessions: Mask) -> Mask:
    """The candidate columns of some sessions."""
    out = np.zeros(size, bool)
    out[c.x] = sessions[c.x_session]
    out[c.y] = sessions[c.y_session]
    out[c.open] = sessions
    return out


def released(
    c: Columns, program: Program, free: Mask, values: Floats, shut: Mask | None = None
) -> Reduced:
    """The program in which `free` candidates may change and all others keep their values (rounded).

    Columns of goals follow: they are free where a row ties them to a free candidate. Columns in
    `shut` are held at their lower limit unless they are 1 now.
    """
    # Goals' columns follow: with a person free and the steps of her load held at nothing, a row
    # would refuse her a second place that every rule allows.
    loose = free.copy()
    held = np.clip(np.rint(values), program.low, program.high)
    held[c.size :] = program.low[
        c.size :
    ]  # goals' columns that are not tied cost what the check says, not what they are here
    if c.marks.size:
        c.marks.fill(held)
        _loosen(program, loose, c.size, c.size, c.marks.end)
    _loosen(program, loose, c.marks.end, c.marks.end, program.size)
    # A goal's column may be tied to nothing but another of the goal's.
    _loosen(program, loose, program.size, c.marks.end, program.size)
    low = np.where(loose, program.low, held)
    high = np.where(loose, program.high, held)
    if shut is not None:
        away = free & shut & (values < 0.5)
        high[away] = program.low[away]
    return program.reduced(low, high)


def _loosen(program: Program, loose: Mask, before: int, first: int, end: int) -> None:
    """Set free the columns from `first` to `end` that a row ties to a loose one before `before`."""
    rows = program.rows
    tied_rows = np.zeros(rows.size, bool)
    tied_rows[rows.row[loose[rows.column] & (rows.column < before)]] = True
    tied = np.zeros(program.size, bool)
    tied[rows.column[tied_rows[rows.row]]] = True
    loose[first:end] |= tied[first:end]


def holds_outside(c: Columns, program: Program, reduced: Reduced) -> bool:
    """True if the rules' rows hold that have left the reduced program because all their columns are
    fixed: with one that does not, nothing that is free can help. Rows of goals follow, whatever
    their own columns are held at."""
    rows = program.rows
    left = np.ones(rows.size, bool)
    left[reduced.rows] = False
    left[rows.row[rows.column >= c.size]] = False
    activity = rows.activity(reduced.fixed)
    fits = (activity >= rows.low - 1e-9) & (activity <= rows.high + 1e-9)
    return bool(fits[left].all())
