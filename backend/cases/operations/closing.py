"""What ends a case, a helper's part in it, and what is sealed of it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from backend.accounts.models import User
from backend.cases.events import tell_of_case, tell_of_helper
from backend.cases.models import CareCase, CaseHelper, CaseNote
from backend.cases.operations.holding import CaseNotHers, hold_case, hold_helper, require_open
from backend.cases.policy import CASE_KEPT, LEFT_OPEN, is_over_long
from backend.cases.states import (
    CHOSEN_OUTCOMES,
    LIVE_HELPERS,
    CaseOutcome,
    CaseState,
    HelperState,
)
from backend.common.locking import operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.refusal import Refusal
from backend.outbox.kinds import CaseHelperEnded

ENDS_AS = {
    HelperState.PROPOSED: HelperState.PASSED,
    HelperState.ASKED: HelperState.PASSED,
    HelperState.HELPING: HelperState.DONE,
}


class CaseEndRefused(Refusal):
    """Somebody has to say how it ended, in a word of CHOSEN_OUTCOMES; without a helper it can have
    ended by violence, or in no talk at all. Facts: why ("choose", "helper")."""

    code = "case_end_refused"


@operation
def close_case(*, case_id: int, outcome: str, actor: User, now: datetime) -> CareCase:
    """Raises CaseEndRefused, CaseMoved; CareCase.DoesNotExist."""
    if outcome not in CHOSEN_OUTCOMES:
        raise CaseEndRefused(why="choose")
    case = hold_case(case_id)
    require_open(case)
    if not case.is_held and outcome not in (CaseOutcome.VIOLENCE, CaseOutcome.UNSETTLED):
        raise CaseEndRefused(why="helper")
    close_row(case, outcome, actor=actor, now=now)
    return case


@operation
def hand_over_case(
    *, helper_id: int, volunteer_id: int | None = None, actor: User, now: datetime
) -> CaseHelper:
    """A helper gives it back, or (without `volunteer_id`) an officer takes it from her: she reads
    nothing of it any more, and somebody else may be proposed. Repeating it is nothing.

    Raises CaseNotHers, CaseMoved; CaseHelper.DoesNotExist."""
    helper = hold_helper(helper_id)
    if volunteer_id is not None and helper.volunteer_id != volunteer_id:
        raise CaseNotHers
    if helper.state == HelperState.LEFT:
        return helper
    require_open(helper.case)
    leave_row(helper, HelperState.LEFT, actor=actor, now=now)
    return helper


@operation
def end_cases_of(*, volunteer_id: int, actor: User | None, now: datetime) -> None:
    """She takes her data back: others go on with her cases, and what she said of herself goes."""
    rows = CaseHelper.objects.filter(volunteer=volunteer_id)
    for pk in rows.filter(state__in=LIVE_HELPERS).order_by("case").values_list("pk", flat=True):
        leave_row(hold_helper(pk), HelperState.LEFT, actor=actor, now=now)
    rows.update(relation=None)


def forget_cases(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """What is sealed of cases whose days are over; how many. One transaction each."""
    left = Q(closed_at=None, opened_at__lte=now - LEFT_OPEN)
    rows = CareCase.objects.filter(Q(closed_at__lte=now - CASE_KEPT) | left, forgotten_at=None)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    return work_off((_forget_old(pk, now) for pk in found), go_on)


@operation
def _forget_old(case_id: int, now: datetime) -> int:
    case = hold_case(case_id)
    if case.forgotten_at is not None or not is_over_long(case, now):
        return 0
    if not case.is_closed:
        close_row(case, CaseOutcome.UNSETTLED, actor=None, now=now)
    forget_row(case, actor=None, now=now)
    return 1


def leave_row(helper: CaseHelper, state: HelperState, *, actor: User | None, now: datetime) -> None:
    """Under the lock of its case, which looks for somebody else where nobody is left."""
    helper.state = state
    helper.ended_at = now
    helper.answer_by = None
    helper.save()
    case = helper.case
    helping = case.helpers.filter(state=HelperState.HELPING)
    if case.is_held and not helping.exists():
        case.state = CaseState.AGREED
        case.next_at = None
        case.save()
    tell_of_helper(CaseHelperEnded, helper, actor=actor, now=now)


def close_row(case: CareCase, outcome: str, *, actor: User | None, now: datetime) -> None:
    """Under its lock: everybody's part ends with it."""
    live = case.helpers.filter(state__in=LIVE_HELPERS).select_related("volunteer")
    for helper in live.order_by("pk"):
        helper.case = case
        helper.state = ENDS_AS[HelperState(helper.state)]
        helper.ended_at = now
        helper.answer_by = None
        helper.save()
        if helper.asked_at is not None:
            tell_of_helper(CaseHelperEnded, helper, actor=actor, now=now)
    case.state = CaseState.CLOSED
    case.outcome = outcome
    case.closed_at = now
    case.next_at = None
    case.save()
    tell_of_case(case, actor=actor, now=now)


def forget_row(case: CareCase, *, actor: User | None, now: datetime) -> None:
    """That there was a case, of which kind and how it ended stays as a figure."""
    case.about = None
    case.forgotten_at = now
    case.save()
    case.parties.update(name=None, phone=None, village=None)
    case.helpers.update(relation=None)
    CaseNote.objects.filter(case=case).delete()
    tell_of_case(case, "erase", actor=actor, now=now)
