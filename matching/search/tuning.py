"""The numbers that a search goes by, in one place. None of them decides what a plan is worth or
whether it is sound: other numbers find the same plans, sooner or later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Sizes are in candidate columns, spans in seconds, distances to paying in units of cost."""

    prove_columns: int = 30_000
    """What is solved exactly as a whole; larger problems go part by part first."""
    part_columns: int = 20_000
    """Candidates of a part in the first pass; each further pass doubles it."""
    relax_columns: int = 1_500_000
    """What is relaxed as a whole; beyond that in parts of `relax_part`."""
    relax_part: int = 400_000
    round_columns: int = 100_000
    """Up to so many candidates a plan is made of the relaxation, and families are moved from seat
    to seat; beyond, the parts do as well in less time."""
    settle: tuple[int | None, ...] = (None, 5)
    """First among what the relaxation uses (None), then among all candidates whose reduced cost is
    at most so much."""
    siftings: int = 2
    """How often a relaxation made in parts is mended as a whole, among candidates whose reduced
    cost is below `sift`."""
    sift: int = 5
    close: int = 30
    """The same when a part is improved."""
    proof_patience: float = 4.0
    """After that long a second solver joins in the proof."""
    group_patience: float = 1.0
    """After that long a second solver joins in on a group that stands alone."""
    guard: float = 60.0
    """After that long an exact solve is taken as it is."""
    group_columns: int = 3_000
    """Independent small programs are bundled up to this size."""
