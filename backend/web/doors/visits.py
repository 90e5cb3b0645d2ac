"""Addresses of visits at home, and of reports of harm."""

from __future__ import annotations

from backend.web.doors.line import Line, form, page, shows
from backend.web.doors.roles import (
    FORBIDDEN,
    MISSING,
    MOVED,
    NOT_ALLOWED,
    OK,
    REFUSED,
    SEE_OTHER,
    Answers,
    coordinators,
    everybody,
    families,
    some,
    volunteers,
)

NO_GET = everybody(NOT_ALLOWED)
HER_FILE = volunteers(OK, volunteer2=MISSING)
HER_ROW = volunteers(SEE_OTHER, volunteer2=MISSING)
THEIR_ROW = families(OK, family2=MISSING)
OFFICER = some(["officer"], OK, others=FORBIDDEN)


def planners(status: int) -> Answers:
    """Who coordinates the family's street, its villages, its county or the city; for who only looks
    on, a wish for a visit does not exist."""
    return coordinators(status, county2=MISSING, far=MISSING, viewer=MISSING, officer=MISSING)


VISITS: list[Line] = [
    # whose only child has a wish under way is led back to it
    page("family:ask_visit", families(MOVED, family2=OK), families(REFUSED)),
    shows("family:visit", THEIR_ROW, request_id="visit_request"),
    page(
        "family:change_visit",
        THEIR_ROW,
        families(REFUSED, family2=MISSING),
        request_id="visit_request",
    ),
    shows("family:visit_fragment", THEIR_ROW, request_id="visit_request"),
    form(
        "family:cancel_visit",
        NO_GET,
        families(SEE_OTHER, family2=MISSING),
        request_id="visit_request",
    ),
    shows("volunteer:visit", HER_FILE, assignment_id="visit_place"),
    shows("volunteer:visit_fragment", HER_FILE, assignment_id="visit_place"),
    # before its hours she is led back
    shows("volunteer:visit_address", HER_ROW, assignment_id="visit_place"),
    form("volunteer:visit_begin", NO_GET, HER_ROW, assignment_id="visit_place"),
    form("volunteer:visit_finish", NO_GET, HER_ROW, assignment_id="visit_place"),
    form("volunteer:visit_nobody_home", NO_GET, HER_ROW, assignment_id="visit_place"),
    page("volunteer:harm", HER_FILE, HER_ROW, session_id="session"),
    shows("coordinator:visits", coordinators(OK)),
    shows("coordinator:visits_fragment", coordinators(OK)),
    page("coordinator:visit", planners(OK), planners(REFUSED), pk="visit_request"),
    shows("coordinator:visit_fragment", planners(OK), pk="visit_request"),
    form("coordinator:decline_visit", NO_GET, planners(SEE_OTHER), pk="visit_request"),
    form("coordinator:visited", NO_GET, planners(SEE_OTHER), pk="visit_request"),
    shows("coordinator:visit_alarm", planners(OK), pk="visit"),
    shows("coordinator:visit_alarm_fragment", planners(OK), pk="visit"),
    form("coordinator:visit_safe", NO_GET, planners(SEE_OTHER), pk="visit"),
    shows("coordinator:harm_reports", OFFICER),
    shows("coordinator:harm_reports_fragment", OFFICER),
    shows("coordinator:harm_report", OFFICER, pk="harm_report"),
]
