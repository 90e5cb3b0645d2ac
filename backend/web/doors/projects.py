"""Addresses of projects, their books and partners, and of reports."""

from __future__ import annotations

from backend.web.doors.line import Line, form, page, shows
from backend.web.doors.roles import (
    NOT_ALLOWED,
    OK,
    REFUSED,
    SEE_OTHER,
    changed,
    coordinators,
    seen,
)

NO_GET_C = coordinators(NOT_ALLOWED)
ASKED = coordinators(OK, viewer=403, officer=403)
EMPTY = coordinators(REFUSED, viewer=403, officer=403)
HERS = changed(OK, whose="village")
REFUSES = changed(REFUSED, whose="village")
WRITES = changed(SEE_OTHER, whose="village")
READ = seen(OK, whose="village")

PROJECTS: list[Line] = [
    shows("coordinator:projects", coordinators(OK)),
    shows("coordinator:projects_fragment", coordinators(OK)),
    page("coordinator:new_project", ASKED, EMPTY),
    shows("coordinator:project", READ, pk="project"),
    shows("coordinator:project_fragment", READ, pk="project"),
    page("coordinator:edit_project", HERS, REFUSES, pk="project"),
    form("coordinator:close_project", NO_GET_C, WRITES, pk="project"),
    page("coordinator:project_money", HERS, REFUSES, pk="project"),
    page("coordinator:project_reach", HERS, REFUSES, pk="project"),
    page("coordinator:project_parts", HERS, REFUSES, pk="project"),
    page("coordinator:project_sessions", HERS, WRITES, pk="project"),
    page("coordinator:reverse_money", HERS, REFUSES, pk="money"),
    page("coordinator:reverse_reach", HERS, REFUSES, pk="reach"),
    page("coordinator:partners", coordinators(OK), EMPTY),
    page("coordinator:partner", HERS, REFUSES, pk="partner"),
    page("coordinator:stations", coordinators(OK), EMPTY),
    form("coordinator:close_station", NO_GET_C, WRITES, pk="station"),
    shows("coordinator:reports", coordinators(OK)),
    shows("coordinator:report_rows", coordinators(OK), figure="=sessions"),
    page("coordinator:report_documents", coordinators(OK), coordinators(SEE_OTHER)),
    shows("coordinator:report_document", READ, pk="report"),
]
