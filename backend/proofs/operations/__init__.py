"""Every write to statements."""

from backend.proofs.operations.changes import AnsweredMeanwhile, OwnStatement
from backend.proofs.operations.doubting import answer_doubt, doubt_statement
from backend.proofs.operations.issuing import (
    NotLawfulIssuer,
    deny_statement,
    display_statement,
    issue_displayed,
    issue_statement,
    revoke_statement,
)
from backend.proofs.operations.printing import keep_print
from backend.proofs.operations.requesting import (
    NothingServed,
    PeriodRefused,
    drop_statement,
    request_statement,
)

__all__ = [
    "AnsweredMeanwhile",
    "NotLawfulIssuer",
    "NothingServed",
    "OwnStatement",
    "PeriodRefused",
    "answer_doubt",
    "deny_statement",
    "display_statement",
    "doubt_statement",
    "drop_statement",
    "issue_displayed",
    "issue_statement",
    "keep_print",
    "request_statement",
    "revoke_statement",
]
