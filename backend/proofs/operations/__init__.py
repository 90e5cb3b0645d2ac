"""Every write to statements, and to what is reported."""

from backend.proofs.operations.changes import AnsweredMeanwhile, OwnStatement
from backend.proofs.operations.doubting import answer_doubt, doubt_statement
from backend.proofs.operations.forgetting import forget_holder
from backend.proofs.operations.issuing import (
    NotLawfulIssuer,
    deny_statement,
    display_statement,
    issue_displayed,
    issue_statement,
    revoke_statement,
)
from backend.proofs.operations.printing import keep_print
from backend.proofs.operations.reporting import (
    NothingToReport,
    make_batch,
    mark_reported,
    void_batch,
)
from backend.proofs.operations.requesting import (
    NothingServed,
    PeriodRefused,
    drop_statement,
    request_statement,
)
from backend.proofs.operations.stars import (
    StarRefused,
    approve_star,
    award_displayed,
    end_star,
)

__all__ = [
    "AnsweredMeanwhile",
    "NotLawfulIssuer",
    "NothingServed",
    "NothingToReport",
    "OwnStatement",
    "PeriodRefused",
    "StarRefused",
    "answer_doubt",
    "approve_star",
    "award_displayed",
    "deny_statement",
    "display_statement",
    "doubt_statement",
    "drop_statement",
    "end_star",
    "forget_holder",
    "issue_displayed",
    "issue_statement",
    "keep_print",
    "make_batch",
    "mark_reported",
    "request_statement",
    "revoke_statement",
    "void_batch",
]
