"""A case under its locks: the helpers, then the case. What is written of a case is written under
that of the case."""

from __future__ import annotations

from backend.cases.models import CareCase, CaseHelper
from backend.common.locking import hold, lock_one
from backend.common.refusal import Refusal
from backend.volunteers.models import Volunteer


class CaseMoved(Refusal):
    """It is not any more what it was when somebody looked at it. Facts: state."""

    code = "case_moved"


class CaseNotHers(Refusal):
    """She is not asked about it, and does not help in it."""

    code = "case_not_hers"


def hold_case(case_id: int, *volunteers: int) -> CareCase:
    """Fresh, with its organisation and its kind, and the volunteers before it. Raises
    CareCase.DoesNotExist."""
    if volunteers:
        hold(Volunteer, sorted(volunteers))
    lock_one(CareCase, case_id)
    return CareCase.objects.select_related("organisation", "engagement__programme").get(pk=case_id)


def hold_helper(helper_id: int) -> CaseHelper:
    """With her and the case. Raises CaseHelper.DoesNotExist."""
    case, her = CaseHelper.objects.values_list("case", "volunteer").get(pk=helper_id)
    held = hold_case(case, her)
    row = CaseHelper.objects.select_related("volunteer__organisation").get(pk=helper_id)
    row.case = held
    return row


def hold_hers(helper_id: int, volunteer_id: int, *states: str) -> CaseHelper:
    """Raises CaseNotHers, CaseMoved; CaseHelper.DoesNotExist."""
    row = hold_helper(helper_id)
    if row.volunteer_id != volunteer_id:
        raise CaseNotHers
    if row.state not in states:
        raise CaseMoved(state=row.state)
    return row


def require_open(case: CareCase, *states: str) -> None:
    """Raises CaseMoved."""
    if case.is_closed or (states and case.state not in states):
        raise CaseMoved(state=case.state)
