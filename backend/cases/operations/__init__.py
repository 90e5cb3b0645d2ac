"""Every write of a case. Its helpers are locked first, then the case: a case has one writer."""

from backend.cases.operations.choosing import (
    CaseChoiceRefused,
    CaseHelperUnfit,
    accept_case,
    choose_helpers,
    decline_case,
    expire_case_questions,
    propose_helper,
)
from backend.cases.operations.closing import (
    CaseEndRefused,
    close_case,
    end_cases_of,
    forget_cases,
    hand_over_case,
)
from backend.cases.operations.holding import CaseMoved, CaseNotHers
from backend.cases.operations.opening import (
    CaseRefused,
    CaseWords,
    PartyWords,
    note_case_consent,
    open_case,
    withdraw_case_consent,
)
from backend.cases.operations.working import (
    CaseWorkRefused,
    set_case_meeting,
    tell_case_meeting,
    write_case_note,
    write_own_note,
)

__all__ = [
    "CaseChoiceRefused",
    "CaseEndRefused",
    "CaseHelperUnfit",
    "CaseMoved",
    "CaseNotHers",
    "CaseRefused",
    "CaseWords",
    "CaseWorkRefused",
    "PartyWords",
    "accept_case",
    "choose_helpers",
    "close_case",
    "decline_case",
    "end_cases_of",
    "expire_case_questions",
    "forget_cases",
    "hand_over_case",
    "note_case_consent",
    "open_case",
    "propose_helper",
    "set_case_meeting",
    "tell_case_meeting",
    "withdraw_case_consent",
    "write_case_note",
    "write_own_note",
]
