"""Helpers are proposed, the parties choose among them or want none of them, and whoever is chosen
is asked and not told (人民调解法 art. 19, 23; 志愿服务条例 art. 25)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backend.accounts.models import User
from backend.cases.events import tell_of_case, tell_of_helper
from backend.cases.models import CareCase, CaseHelper
from backend.cases.operations.closing import leave_row
from backend.cases.operations.holding import (
    CaseMoved,
    CaseNotHers,
    hold_case,
    hold_helper,
    hold_hers,
    require_open,
)
from backend.cases.policy import ANSWER_HOURS, MOST_PROPOSED
from backend.cases.queries.finding import why_not_proposed
from backend.cases.states import (
    READING_HELPERS,
    CaseState,
    HelperState,
    Relation,
)
from backend.common.clock import local_day
from backend.common.deadlines import answer_by
from backend.common.locking import operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.refusal import Refusal
from backend.outbox.kinds import CaseHelperAnswered, CaseHelperAsked
from backend.volunteers.models import Volunteer

MAY_FIND = (CaseState.AGREED, CaseState.HELD)


class CaseHelperUnfit(Refusal):
    """Facts: why ("state", "programme", "minor", "certificate", "full", "barred", "party",
    "village", "other"), of whom (`name`)."""

    code = "case_helper_unfit"


class CaseChoiceRefused(Refusal):
    """Facts: why ("consent": not everybody agrees; "many": so many are proposed already; "enough":
    so many help already; "twice"; "choose": nobody was chosen; "relation": she has to say whether
    she knows them), most."""

    code = "case_choice_refused"


@operation
def propose_helper(*, case_id: int, volunteer_id: int, actor: User, now: datetime) -> CaseHelper:
    """She is not told: the parties choose first. Raises CaseChoiceRefused, CaseHelperUnfit,
    CaseMoved; CareCase.DoesNotExist, Volunteer.DoesNotExist."""
    case = hold_case(case_id, volunteer_id)
    her = Volunteer.objects.select_related("organisation").get(pk=volunteer_id)
    _require_agreed(case)
    _require_room(case)
    live = case.helpers.filter(state__in=(HelperState.PROPOSED, *READING_HELPERS))
    if live.filter(volunteer=her).exists():
        raise CaseChoiceRefused(why="twice")
    if live.filter(state=HelperState.PROPOSED).count() >= MOST_PROPOSED:
        raise CaseChoiceRefused(why="many", most=MOST_PROPOSED)
    _require_fit(case, her, now)
    helper = CaseHelper(case=case, volunteer=her, proposed_at=now)
    helper.save()
    tell_of_case(case, actor=actor, now=now)
    return helper


@operation
def choose_helpers(
    *, case_id: int, chosen: Collection[int], actor: User, now: datetime
) -> CareCase:
    """The parties have chosen these of the proposed, as an officer writes down, or none (`chosen`
    empty). Who is chosen is asked; the others never hear of it.

    Raises CaseChoiceRefused, CaseHelperUnfit, CaseMoved; CareCase.DoesNotExist."""
    proposed = CaseHelper.objects.filter(case=case_id, state=HelperState.PROPOSED)
    hers = list(proposed.order_by("pk").values_list("volunteer", flat=True))
    case = hold_case(case_id, *hers)
    _require_agreed(case)
    rows = list(proposed.select_related("volunteer__organisation").order_by("pk"))
    if not rows or not set(chosen) <= {row.pk for row in rows}:
        raise CaseMoved(state=case.state)
    _require_room(case, len(set(chosen)))
    by = answer_by(now, None, hours=ANSWER_HOURS)
    for row in rows:
        row.case = case
        if row.pk not in chosen:
            row.state = HelperState.PASSED
            row.ended_at = now
            row.save()
            continue
        _require_fit(case, row.volunteer, now)
        row.state = HelperState.ASKED
        row.asked_at, row.answer_by = now, by
        row.save()
        tell_of_helper(CaseHelperAsked, row, actor=actor, now=now)
    tell_of_case(case, actor=actor, now=now)
    return case


@operation
def accept_case(
    *, helper_id: int, volunteer_id: int, relation: str, actor: User, now: datetime
) -> CaseHelper:
    """She says what she is to the parties, and yes. Where she is anything to them she stays away:
    the row says so, and she is not proposed for it again.

    Raises CaseChoiceRefused, CaseHelperUnfit, CaseNotHers, CaseMoved; CaseHelper.DoesNotExist."""
    helper = hold_helper(helper_id)
    if helper.volunteer_id != volunteer_id:
        raise CaseNotHers
    if helper.is_helping:
        return helper
    _require_asked(helper, now)
    if relation not in Relation.values:
        raise CaseChoiceRefused(why="relation")
    if relation != Relation.NONE:
        helper.relation = relation
        leave_row(helper, HelperState.BARRED, actor=actor, now=now)
        return helper
    case = helper.case
    _require_fit(case, helper.volunteer, now, besides=helper.pk)
    helper.state = HelperState.HELPING
    helper.since, helper.answer_by = now, None
    helper.save()
    if not case.is_held:
        case.state = CaseState.HELD
        case.save()
    tell_of_helper(CaseHelperAnswered, helper, actor=actor, now=now)
    return helper


@operation
def decline_case(*, helper_id: int, volunteer_id: int, actor: User, now: datetime) -> CaseHelper:
    """She says no, and need not say why. Repeating it is nothing. Raises CaseNotHers, CaseMoved;
    CaseHelper.DoesNotExist."""
    helper = hold_hers(helper_id, volunteer_id, HelperState.ASKED, HelperState.DECLINED)
    if helper.state == HelperState.DECLINED:
        return helper
    _declined(helper, actor, now)
    return helper


def expire_case_questions(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """End the questions whose time to answer ran out; how many. One transaction each."""
    rows = CaseHelper.objects.filter(state=HelperState.ASKED, answer_by__lte=now)
    found = list(rows.order_by("answer_by", "pk").values_list("pk", flat=True))
    return work_off((_expire(pk, now) for pk in found), go_on)


@operation
def _expire(helper_id: int, now: datetime) -> int:
    helper = hold_helper(helper_id)
    if not helper.is_asked or helper.answer_by is None or helper.answer_by > now:
        return 0
    _declined(helper, None, now)
    return 1


def _declined(helper: CaseHelper, actor: User | None, now: datetime) -> None:
    helper.state = HelperState.DECLINED
    helper.ended_at = now
    helper.answer_by = None
    helper.save()
    tell_of_helper(CaseHelperAnswered, helper, actor=actor, now=now)


def _require_agreed(case: CareCase) -> None:
    """Everybody agrees, and still does: before that nobody is even proposed."""
    require_open(case)
    if case.state not in MAY_FIND or not all(one.agrees for one in case.parties.all()):
        raise CaseChoiceRefused(why="consent")


def _require_room(case: CareCase, more: int = 1) -> None:
    there = case.helpers.filter(state__in=READING_HELPERS).count()
    if there + more > case.helpers_wanted:
        raise CaseChoiceRefused(why="enough", most=case.helpers_wanted)


def _require_asked(helper: CaseHelper, now: datetime) -> None:
    if not helper.is_asked:
        raise CaseMoved(state=helper.state)
    require_open(helper.case)
    if helper.answer_by is None or helper.answer_by <= now:
        raise CaseMoved(state=HelperState.DECLINED)


def _require_fit(case: CareCase, her: Volunteer, now: datetime, besides: int | None = None) -> None:
    why = why_not_proposed(case, her, local_day(now), besides=besides)
    if why:
        raise CaseHelperUnfit(why=why, name=her.name)
