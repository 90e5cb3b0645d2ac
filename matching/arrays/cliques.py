"""Which of one owner's candidate sessions exclude each other, gathered into as few rows as a greedy
hand can.

An owner is a volunteer or a request. Rows of whole cliques (at most one of these five) bound the
relaxation far better than one row per pair (at most one of these two).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.people import Mask
from matching.arrays.rows import Ints, Rows
from matching.problem import Session

Clash = Callable[[Session, Session], bool]

BEYOND_ANY_MINUTE = 1 << 40  # owners laid end to end on one line of time never meet


def not_together(
    c: Columns,
    columns: Ints,
    owner: Ints,
    session: Ints,
    clash: Clash,
    implied: Callable[[Ints, Ints, Ints], Mask],
    reach: int = 0,
) -> Rows:
    """Rows that keep an owner out of clashing sessions.

    `clash(a, b)` is asked for sessions that start on the same day, overlap or have less than
    `reach` minutes between them, the earlier first; `implied(owners, a, b)` says for which pairs
    another rule's row does the work already.
    """
    where = np.lexsort((session, c.start[session], owner))
    columns = columns[where]
    owner = owner[where]
    session = session[where]
    first = np.flatnonzero(np.diff(owner, prepend=-1) | np.diff(session, prepend=-1))
    a, b = _near_pairs(c, owner[first], session[first], reach)
    if c.lean:
        keep = ~implied(owner[first][a], session[first][a], session[first][b])
        a = a[keep]
        b = b[keep]
    keep = _clashing(c, session[first][a], session[first][b], clash)
    flat = columns.tolist()
    begin = [*first.tolist(), len(flat)]

    def columns_of(clique: Iterable[int]) -> list[int]:
        return list(chain.from_iterable(flat[begin[k] : begin[k + 1]] for k in clique))

    return c.together((columns_of(clique), 1) for clique in _cliques(a[keep], b[keep]))


def _near_pairs(c: Columns, owner: Ints, session: Ints, reach: int) -> tuple[Ints, Ints]:
    """Positions (a, b) of one owner's sessions, a before b, that start on the same day, overlap or
    have less than `reach` minutes between them."""
    start = c.start[session]
    end = c.end[session] + reach
    day = c.day[session]
    timed = c.timed[session]
    apart = owner * BEYOND_ANY_MINUTE  # so that the latest end of one owner hides no other's
    latest = np.maximum.accumulate(np.where(timed, end, -1) + apart)
    nothing = np.zeros(0, np.int64)
    found = [(nothing, nothing)]
    alive = np.arange(len(owner) - 1)
    step = 1
    while len(alive):
        alive = alive[alive + step < len(owner)]
        b = alive + step
        alive = alive[
            (owner[alive] == owner[b])
            & ((day[alive] == day[b]) | (start[b] < latest[alive] - apart[alive]))
        ]
        b = alive + step
        near = timed[alive] & timed[b] & ((day[alive] == day[b]) | (start[b] < end[alive]))
        found.append((alive[near], b[near]))
        step += 1
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def _clashing(c: Columns, a: Ints, b: Ints, clash: Clash) -> Mask:
    """`clash` for every pair of session numbers, asked once per distinct pair."""
    code, number = np.unique(a * len(c.sessions) + b, return_inverse=True)
    answers = [
        clash(c.sessions[i], c.sessions[j])
        for i, j in zip(
            (code // len(c.sessions)).tolist(), (code % len(c.sessions)).tolist(), strict=True
        )
    ]
    return np.array(answers, bool)[number]


def _cliques(a: Ints, b: Ints) -> Iterator[list[int]]:
    """Cliques that cover all edges (a, b): each uncovered edge grows greedily into the neighbours
    its ends share."""
    neighbours: defaultdict[int, set[int]] = defaultdict(set)
    edges = list(zip(a.tolist(), b.tolist(), strict=True))
    for i, j in edges:
        neighbours[i].add(j)
        neighbours[j].add(i)
    covered: set[tuple[int, int]] = set()
    for i, j in sorted(edges):
        if (i, j) in covered:
            continue
        clique = [i, j]
        # In the order of their numbers: equal problems have to give equal rows, or equal seeds
        # would not give equal plans.
        for k in sorted(neighbours[i] & neighbours[j]):
            if all(k in neighbours[m] for m in clique):
                clique.append(k)
        clique.sort()
        covered.update((m, n) for x, m in enumerate(clique) for n in clique[x + 1 :])
        yield clique
