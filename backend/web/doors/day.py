"""Addresses of the day itself and of hours: signing in, who is there, what was served."""

from __future__ import annotations

from backend.web.doors.line import Line, form, page, shows
from backend.web.doors.roles import (
    MISSING,
    MOVED,
    NOT_ALLOWED,
    OK,
    REFUSED,
    SEE_OTHER,
    changed,
    coordinators,
    everybody,
    seen,
    volunteers,
)

NO_GET = everybody(NOT_ALLOWED)
NO_GET_C = coordinators(NOT_ALLOWED)
HER_FILE = volunteers(OK, volunteer2=MISSING)
HER_ROW = volunteers(SEE_OTHER, volunteer2=MISSING)
HER_REFUSED = volunteers(REFUSED, volunteer2=MISSING)

DAY: list[Line] = [
    shows("here_session", everybody(MOVED), session_id="session", code="=abc"),
    shows("here_venue", everybody(MOVED), venue_id="venue", code="=abc"),
    shows("volunteer:check_in", volunteers(OK)),
    shows("volunteer:check_in_fragment", volunteers(OK)),
    form("volunteer:check_in_now", NO_GET, HER_ROW, assignment_id="assignment"),
    form("volunteer:check_out", NO_GET, HER_ROW, assignment_id="assignment"),
    shows("volunteer:lead", HER_FILE, session_id="session"),
    shows("volunteer:lead_fragment", HER_FILE, session_id="session"),
    shows("volunteer:lead_code_fragment", HER_FILE, session_id="session"),
    page("volunteer:lead_report", HER_FILE, HER_REFUSED, session_id="session"),
    form("volunteer:lead_mark", NO_GET, HER_ROW, session_id="session"),
    shows("volunteer:hours", volunteers(OK)),
    shows("volunteer:hours_file", volunteers(OK)),
    shows("volunteer:hours_fragment", volunteers(OK)),
    page(
        "volunteer:hours_of",
        HER_FILE,
        volunteers(REFUSED, volunteer2=MISSING),
        assignment_id="assignment",
    ),
    shows("coordinator:day", changed(OK, whose="session"), pk="session"),
    shows("coordinator:day_fragment", changed(OK, whose="session"), pk="session"),
    shows("coordinator:day_code_fragment", changed(OK, whose="session"), pk="session"),
    page(
        "coordinator:day_report",
        changed(OK, whose="session"),
        changed(REFUSED, whose="session"),
        pk="session",
    ),
    form("coordinator:day_mark", NO_GET_C, changed(SEE_OTHER, whose="session"), pk="session"),
    shows("coordinator:hours", coordinators(OK)),
    shows("coordinator:hours_fragment", coordinators(OK)),
    page(
        "coordinator:hours_of",
        changed(OK, whose="session"),
        changed(SEE_OTHER, whose="session"),
        pk="assignment",
    ),
    form(
        "coordinator:look_at_missed",
        NO_GET_C,
        changed(SEE_OTHER, whose="session"),
        pk="session",
    ),
    form(
        "coordinator:answer_objection",
        NO_GET_C,
        changed(SEE_OTHER, whose="session"),
        pk="objection",
    ),
    page("volunteer:statements", volunteers(OK), volunteers(REFUSED)),
    shows("volunteer:statements_fragment", volunteers(OK)),
    shows("volunteer:ask_statement_fragment", volunteers(OK)),
    shows("volunteer:statement_file", HER_FILE, statement_id="issued_statement"),
    form("volunteer:drop_statement", NO_GET, HER_ROW, statement_id="statement"),
    shows("coordinator:statements", coordinators(OK)),
    shows("coordinator:statements_fragment", coordinators(OK)),
    page(
        "coordinator:statement",
        changed(OK, whose="village"),
        changed(SEE_OTHER, whose="village"),
        pk="statement",
    ),
    shows("coordinator:statement_fragment", changed(OK, whose="village"), pk="statement"),
    shows("coordinator:statement_file", changed(OK, whose="village"), pk="issued_statement"),
    page(
        "coordinator:organisation",
        changed(OK, whose="village"),
        changed(SEE_OTHER, whose="village"),
        pk="village_organisation",
    ),
    page(
        "coordinator:agreement",
        changed(OK, whose="village", officer=OK),
        changed(REFUSED, whose="village", officer=REFUSED),
        pk="village_organisation",
    ),
    form(
        "coordinator:keep_robot",
        NO_GET_C,
        changed(REFUSED, whose="village"),
        pk="village_organisation",
    ),
    form(
        "coordinator:try_robot",
        NO_GET_C,
        changed(SEE_OTHER, whose="village"),
        pk="village_organisation",
    ),
    form(
        "coordinator:remove_robot",
        NO_GET_C,
        changed(SEE_OTHER, whose="village"),
        pk="village_organisation",
    ),
    form(
        "coordinator:doubt_statement",
        NO_GET_C,
        seen(SEE_OTHER, whose="village"),
        pk="displayed_statement",
    ),
    form("coordinator:answer_doubt", NO_GET_C, changed(SEE_OTHER, whose="village"), pk="doubt"),
    page("coordinator:batches", coordinators(OK), coordinators(MISSING)),
    shows("coordinator:batches_fragment", coordinators(OK)),
    shows("coordinator:batch_file", changed(OK, whose="village"), pk="batch"),
    form("coordinator:settle_batch", NO_GET_C, changed(SEE_OTHER, whose="village"), pk="batch"),
    shows("coordinator:stars", coordinators(OK)),
    shows("coordinator:stars_fragment", coordinators(OK)),
    form("coordinator:approve_star", NO_GET_C, changed(SEE_OTHER, whose="village"), pk="volunteer"),
    form("coordinator:end_star", NO_GET_C, changed(SEE_OTHER, whose="village"), pk="star"),
    # whoever holds the paper has its code
    shows("verify", everybody(MISSING), number="=M1-2026-0001", code="=abc"),
    form("coordinator:decide_entry", NO_GET_C, changed(SEE_OTHER, whose="session"), pk="entry"),
]
