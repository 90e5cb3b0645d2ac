"""Statements, and the hours that they are about, as each of those whom it concerns may see them."""

from backend.proofs.queries.hours import issuers_of, lines_in
from backend.proofs.queries.reporting import (
    HEADINGS,
    batch_to_settle,
    batches,
    minutes_reported,
    sheet_of,
    waiting_in,
)
from backend.proofs.queries.stars import awards, eligible, star_card, volunteer_to_star
from backend.proofs.queries.statements import (
    Checked,
    checked,
    displayed,
    doubts_of,
    issued,
    left_unprinted,
    requested,
    statement_to_answer,
    statements_of,
    to_print,
)

__all__ = [
    "HEADINGS",
    "Checked",
    "awards",
    "batch_to_settle",
    "batches",
    "checked",
    "displayed",
    "doubts_of",
    "eligible",
    "issued",
    "issuers_of",
    "left_unprinted",
    "lines_in",
    "minutes_reported",
    "requested",
    "sheet_of",
    "star_card",
    "statement_to_answer",
    "statements_of",
    "to_print",
    "volunteer_to_star",
    "waiting_in",
]
