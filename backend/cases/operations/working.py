"""While a case goes on: what is written of it, when they meet next, and that they met."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.accounts.models import User
from backend.cases.events import tell_of_case, tell_of_helper
from backend.cases.models import CareCase, CaseHelper, CaseMeeting, CaseNote
from backend.cases.operations.holding import hold_case, hold_hers, require_open
from backend.cases.policy import FAR, LONGEST, SHORTEST, may_be_told
from backend.cases.queries.finding import role_in_cases
from backend.cases.states import CaseState, HelperState
from backend.common.locking import operation
from backend.common.reading import paragraphs
from backend.common.refusal import Refusal
from backend.outbox.kinds import CaseMeetingTold
from backend.records.operations import say_afterwards
from backend.records.queries import spent_between
from backend.rota.models import Assignment
from backend.rota.operations import Served, note_served
from backend.rota.states import AtHome

WORDS = 1000  # characters


class CaseWorkRefused(Refusal):
    """Facts: field ("words", "began_at", "minutes", "next_at"), why ("empty", "long", "when",
    "twice", "overlap", "range", "role", "past", "far"), low, high (minutes), limit."""

    code = "case_work_refused"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(field=field, why=why, low=SHORTEST, high=LONGEST, limit=WORDS)


@operation
def write_case_note(*, case_id: int, words: str, actor: User, now: datetime) -> CaseNote:
    """Whoever asks has been let in by case_led() or own_case(). Raises CaseWorkRefused, CaseMoved;
    CareCase.DoesNotExist."""
    case = hold_case(case_id)
    require_open(case)
    return _written(case, words, actor, now)


@operation
def write_own_note(
    *, helper_id: int, volunteer_id: int, words: str, actor: User, now: datetime
) -> CaseNote:
    """As write_case_note(), by a helper. Raises CaseWorkRefused, CaseNotHers, CaseMoved;
    CaseHelper.DoesNotExist."""
    helper = hold_hers(helper_id, volunteer_id, HelperState.HELPING)
    return _written(helper.case, words, actor, now)


@operation
def set_case_meeting(
    *, helper_id: int, volunteer_id: int, at: datetime, actor: User, now: datetime
) -> CareCase:
    """Raises CaseWorkRefused, CaseNotHers, CaseMoved; CaseHelper.DoesNotExist."""
    case = hold_hers(helper_id, volunteer_id, HelperState.HELPING).case
    require_open(case, CaseState.HELD)
    if not now < at <= now + FAR:
        raise CaseWorkRefused("next_at", "past" if at <= now else "far")
    case.next_at = at
    case.save()
    tell_of_case(case, actor=actor, now=now)
    return case


@operation
def tell_case_meeting(
    *,
    helper_id: int,
    volunteer_id: int,
    began_at: datetime,
    minutes: int,
    actor: User,
    now: datetime,
) -> CaseMeeting:
    """They met. Hers is the first word for the minutes; a second person confirms them like those of
    any session, which says the number of the case and no more.

    Raises CaseWorkRefused, CaseNotHers, CaseMoved; CaseHelper.DoesNotExist."""
    helper = hold_hers(helper_id, volunteer_id, HelperState.HELPING)
    case = helper.case
    require_open(case, CaseState.HELD)
    left_at = began_at + timedelta(minutes=minutes)
    _require_possible(helper, began_at, left_at, now)
    place = _place(helper, began_at, minutes, now)
    say_afterwards(assignment_id=place.pk, came_at=began_at, left_at=left_at, actor=actor, now=now)
    meeting = CaseMeeting.objects.create(
        helper=helper, place=place, began_at=began_at, minutes=minutes, told_at=now
    )
    if case.next_at is not None and case.next_at <= left_at:
        case.next_at = None
        case.save()
    tell_of_helper(CaseMeetingTold, helper, actor=actor, now=now)
    return meeting


def _place(helper: CaseHelper, began_at: datetime, minutes: int, now: datetime) -> Assignment:
    """The session that keeps her minutes."""
    case = helper.case
    role = role_in_cases(case.engagement)
    if role is None:
        raise CaseWorkRefused("minutes", "role")
    served = Served(
        engagement=case.engagement,
        role=role,
        title=title_of(case),
        starts_at=began_at,
        minutes=minutes,
        mark=f"case-{case.pk}",
        kept_as=AtHome.CASE,
    )
    keeper = case.organisation
    return note_served(organisation=keeper, volunteer=helper.volunteer, served=served, now=now)


def title_of(case: CareCase) -> str:
    """What its sessions are called: a number."""
    return f"个案 {case.pk}"


def _written(case: CareCase, words: str, actor: User, now: datetime) -> CaseNote:
    said = paragraphs(words)
    if not said or len(said) > WORDS:
        raise CaseWorkRefused("words", "long" if said else "empty")
    row = CaseNote(case=case, written_by=actor, written_at=now, words=said)
    row.save()
    tell_of_case(case, actor=actor, now=now)
    return row


def _require_possible(
    helper: CaseHelper, began_at: datetime, left_at: datetime, now: datetime
) -> None:
    minutes = (left_at - began_at) // timedelta(minutes=1)
    assert helper.since is not None  # she helps
    wrong = {
        ("minutes", "range"): not SHORTEST <= minutes <= LONGEST,
        ("began_at", "when"): left_at > now or not may_be_told(helper.since, began_at, now),
        ("began_at", "twice"): helper.meetings.filter(began_at=began_at).exists(),
    }
    for (field, why), is_so in wrong.items():
        if is_so:
            raise CaseWorkRefused(field, why)
    if spent_between(helper.volunteer_id, began_at, left_at) is not None:
        raise CaseWorkRefused("began_at", "overlap")
