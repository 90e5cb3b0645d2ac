"""Addresses of pairs."""

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
    volunteers,
)

HER_PAIR = volunteers(OK, volunteer2=MISSING)
HER_ANSWER = volunteers(SEE_OTHER, volunteer2=MISSING)


def who_acts(status: int) -> Answers:
    """Not who only looks on."""
    return coordinators(status, viewer=FORBIDDEN, officer=FORBIDDEN)


def who_sees_her(status: int, **others: int) -> Answers:
    """The child is the county's: whoever coordinates it or stands above; who only looks on sees
    figures, and no child."""
    beside = ("county2", "street", "village", "village2", "far", "viewer")
    return coordinators(status, **(dict.fromkeys(beside, MISSING) | others))


PAIRS: list[Line] = [
    shows("coordinator:pairs", coordinators(OK)),
    shows("coordinator:pairs_fragment", coordinators(OK)),
    page("coordinator:new_pair", who_acts(OK), who_acts(REFUSED)),
    page(
        "coordinator:pair",
        who_sees_her(OK),
        who_sees_her(SEE_OTHER, officer=FORBIDDEN),
        pk="paired_child",
    ),
    shows("coordinator:pair_fragment", who_sees_her(OK), pk="paired_child"),
    shows(
        "coordinator:pair_words",
        who_sees_her(FORBIDDEN, officer=OK),
        pk="paired_child",
    ),
    page("volunteer:pair", HER_PAIR, HER_ANSWER, pk="pair"),
    shows("volunteer:pair_fragment", HER_PAIR, pk="pair"),
]
