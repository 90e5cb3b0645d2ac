"""Every write to statements."""

from backend.proofs.operations.changes import AnsweredMeanwhile, OwnStatement
from backend.proofs.operations.issuing import deny_statement, issue_statement, revoke_statement
from backend.proofs.operations.printing import keep_print
from backend.proofs.operations.requesting import (
    NothingServed,
    PeriodRefused,
    drop_statement,
    request_statement,
)

__all__ = [
    "AnsweredMeanwhile",
    "NothingServed",
    "OwnStatement",
    "PeriodRefused",
    "deny_statement",
    "drop_statement",
    "issue_statement",
    "keep_print",
    "request_statement",
    "revoke_statement",
]
