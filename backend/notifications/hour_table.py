"""Who is told what of the hours that somebody served and of what proves them, statements and stars:
the part of `table.py` that is about it."""

from __future__ import annotations

from backend.notifications.shape import (
    BETWEEN,
    DESK,
    HERSELF,
    NO_SMS,
    ON_THE_PAGE,
    MessageKind,
    Row,
)
from backend.outbox import kinds
from backend.outbox.shape import Kind

MESSAGES: dict[str, MessageKind] = {
    # to whoever served
    "hours_confirmed": MessageKind("hours_noted", "volunteer:hours", channels=NO_SMS),
    "hours_corrected": MessageKind("hours_noted", "volunteer:hours", optional=False),
    "was_away": MessageKind("noted_away", "volunteer:hours", optional=False),
    "objection_answered": MessageKind("objection_closed", "volunteer:hours", optional=False),
    "statement_ready": MessageKind("statement_holds", "volunteer:statements", channels=NO_SMS),
    "star_changed": MessageKind("star_stands", "volunteer:hours", channels=NO_SMS),
    "statement_displayed": MessageKind(
        "statement_displays", "volunteer:statements", channels=NO_SMS
    ),
    "statement_denied": MessageKind("statement_off", "volunteer:statements", optional=False),
    "statement_revoked": MessageKind("statement_off", "volunteer:statements", optional=False),
    # to a coordinator
    "objection_made": MessageKind("objection_open", "coordinator:hours", channels=DESK),
    "back_entry_asked": MessageKind("back_entry_open", "coordinator:hours", channels=DESK),
    "statement_doubted": MessageKind(
        "doubt_open",
        "coordinator:statements",
        one="coordinator:statement",
        channels=DESK,
    ),
    "statement_requested": MessageKind(
        "statement_waits",
        "coordinator:statements",
        one="coordinator:statement",
        channels=DESK,
    ),
}

TOLD: dict[type[Kind], tuple[Row, ...]] = {
    kinds.HoursConfirmed: (Row("who_served", "hours_confirmed"),),
    kinds.HoursCorrected: (Row("who_served", "hours_corrected"),),
    kinds.VolunteerWasAway: (Row("who_served", "was_away"),),
    kinds.ObjectionMade: (Row("who_answers_objections", "objection_made"),),
    kinds.ObjectionAnswered: (Row("who_objected", "objection_answered"),),
    kinds.BackEntryAsked: (Row("who_decides_entries", "back_entry_asked"),),
    kinds.BackEntryDecided: (Row("who_served_after_all", "hours_confirmed"),),
    kinds.StatementRequested: (Row("who_issues", "statement_requested"),),
    kinds.StatementDisplayed: (Row("whose_statement", "statement_displayed"),),
    kinds.StatementDoubted: (Row("who_handles", "statement_doubted"),),
    kinds.StarOnDisplay: (Row("whose_star", "star_changed"),),
    kinds.StarAwarded: (Row("whose_star", "star_changed"),),
    kinds.StarEnded: (Row("whose_star", "star_changed"),),
    kinds.StatementDenied: (Row("whose_statement", "statement_denied"),),
    kinds.StatementPrinted: (Row("whose_statement", "statement_ready"),),
    kinds.StatementRevoked: (Row("whose_statement", "statement_revoked"),),
}

NOBODY: dict[type[Kind], str] = {
    kinds.StatementDropped: HERSELF,
    kinds.DoubtAnswered: ON_THE_PAGE,
    kinds.BatchMade: BETWEEN,
    kinds.BatchReported: "her page of hours shows how many are reported; it is between offices",
    kinds.BatchVoided: "as if it had not been made",
    kinds.StatementIssued: "she is told when its PDF is made, a moment later",
}
