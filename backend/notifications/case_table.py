"""Who is told what of cases: the part of `table.py` that is about them. No group of coordinators
hears of one: it is in no channel of the desk."""

from __future__ import annotations

from backend.notifications.shape import MessageKind, Row
from backend.outbox import kinds
from backend.outbox.shape import Kind

TO_WHO_LEADS = Row("who_leads_case", "case_answered")
TO_HER = Row("helper_of_case", "case_over")

MESSAGES: dict[str, MessageKind] = {
    "case_asked": MessageKind("case_waits", "volunteer:mine", one="volunteer:case", optional=False),
    "case_over": MessageKind("case_is_over_for_her", "volunteer:mine", optional=False),
    "case_answered": MessageKind(
        "case_answered_so",
        "coordinator:cases",
        one="coordinator:case",
        channels=("email",),
        optional=False,
    ),
}
TOLD: dict[type[Kind], tuple[Row, ...]] = {
    kinds.CaseHelperAsked: (Row("helper_of_case", "case_asked"),),
    kinds.CaseHelperAnswered: (TO_WHO_LEADS,),
    kinds.CaseHelperEnded: (TO_HER, TO_WHO_LEADS),
}
NOBODY: dict[type[Kind], str] = {
    kinds.CaseChanged: "whoever works on it sees it on the page, and nobody else may",
    kinds.CaseMeetingTold: "her minutes wait with the others of that day",
}
