"""Making the PDFs of statements: after the event of each, and by the clock for those whose worker
died before it was done."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from backend.common import clock
from backend.common.pieces import GoOn, work_off
from backend.proofs.operations import keep_print
from backend.proofs.queries import left_unprinted, to_print

LATE = timedelta(seconds=30)  # the event's own task has had its turn
log = logging.getLogger(__name__)


def print_one(statement: int) -> int:
    """Make and keep the PDF of one that has none; how many that was."""
    # the typesetter is large, and most workers never print
    from backend.proofs.printing import print_statement

    row = to_print(statement)
    if row is None:
        return 0
    pdf, missing = print_statement(row)
    return int(keep_print(statement_id=row.pk, pdf=pdf, missing=missing, now=clock.now()))


def print_forgotten(go_on: GoOn) -> int:
    """Print what has waited too long; one that cannot be printed does not stop the others."""
    return work_off(_each(left_unprinted(clock.now() - LATE)), go_on)


def _each(statements: list[int]) -> Iterator[int]:
    for pk in statements:
        try:
            yield print_one(pk)
        except Exception:  # whatever it is, the next turn tries again, and the log says why
            log.exception("statement %s cannot be printed", pk)
            yield 0
