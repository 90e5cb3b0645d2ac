"""Addresses of cases: those who lead the county's, and who is asked or helps. Nobody above."""

from __future__ import annotations

from backend.web.doors.line import Line, page, shows
from backend.web.doors.roles import (
    FORBIDDEN,
    MISSING,
    OK,
    REFUSED,
    SEE_OTHER,
    Answers,
    coordinators,
    some,
    volunteers,
)

LEADS = some(["cases"], OK, others=FORBIDDEN)


def who_leads(status: int) -> Answers:
    """For everybody else on that side of the house there is no such case, whatever her rank."""
    return coordinators(MISSING) | {"cases": status}


def who_helps(status: int) -> Answers:
    return volunteers(status, volunteer2=MISSING)


CASES: list[Line] = [
    shows("coordinator:cases", coordinators(OK)),
    shows("coordinator:cases_fragment", coordinators(OK)),
    page("coordinator:new_case", LEADS, LEADS | {"cases": REFUSED}),
    page("coordinator:case", who_leads(OK), who_leads(SEE_OTHER), pk="case"),
    shows("coordinator:case_fragment", who_leads(OK), pk="case"),
    shows("coordinator:case_inside", who_leads(SEE_OTHER), pk="case"),
    page("volunteer:case", who_helps(OK), who_helps(SEE_OTHER), pk="case"),
    shows("volunteer:case_fragment", who_helps(OK), pk="case"),
    shows("volunteer:case_inside", who_helps(SEE_OTHER), pk="case"),
]
