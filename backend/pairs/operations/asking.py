"""A mentor is asked, and answers; where she would take over, the mentor who is there now answers,
too. Nobody is told to (志愿服务条例 art. 25)."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.deadlines import answer_by
from backend.common.locking import lock_one, operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import (
    PairAgreed,
    PairAsked,
    PairQuestionTakenBack,
    PairStood,
    PairTurnedDown,
)
from backend.pairs.events import tell
from backend.pairs.models import Pair, PairedChild
from backend.pairs.operations.children import require_agreement
from backend.pairs.operations.ending import SAID, end_row
from backend.pairs.operations.holding import PairMoved, PairNotHers, hold_pair, require_state
from backend.pairs.policy import ANSWER_HOURS, WEEKS, next_due
from backend.pairs.queries.mentors import why_unfit
from backend.pairs.states import TOGETHER, PairEnd, PairState
from backend.programmes.models import Engagement
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import require_agreed


class MentorUnfit(Refusal):
    """Facts: why ("state", "programme", "vetting", "minor", "full", "same"), of whom (`name`)."""

    code = "mentor_unfit"


class PairAskRefused(Refusal):
    """Facts: why ("weeks", "kind", "mentor": which is missing, "asked": somebody is
    asked for the child already)."""

    code = "pair_ask_refused"


@operation
def ask_mentor(
    *,
    child_id: int,
    mentor_id: int,
    engagement: Engagement,
    weeks: int,
    actor: User,
    now: datetime,
) -> Pair:
    """Ask her. Of a child that has a mentor it asks both whether the one hands over to the other.

    Raises MentorUnfit, PairAskRefused, ConsentGone; PairedChild.DoesNotExist,
    Volunteer.DoesNotExist.
    """
    mentor = lock_one(Volunteer, mentor_id)
    child = lock_one(PairedChild, child_id)
    require_agreement(child)
    now_with = _now_with(child, mentor, weeks)
    _require_fit(mentor, engagement, now)
    by = answer_by(now, None, hours=ANSWER_HOURS)
    assert by is not None  # without a beginning there is always time to answer
    pair = Pair(
        child=child,
        mentor=mentor,
        engagement=engagement,
        follows=now_with,
        weeks=weeks,
        asked_at=now,
        answer_by=by,
    )
    pair.save()
    tell(PairAsked, pair, actor=actor, now=now)
    return pair


@operation
def take_back_question(*, pair_id: int, actor: User, now: datetime) -> Pair:
    """Nobody is asked any more; a pair that stands stays. Raises PairMoved; Pair.DoesNotExist."""
    pair = hold_pair(pair_id)
    require_state(pair, PairState.ASKED)
    _close(pair, PairEnd.BACK, "", now)
    tell(PairQuestionTakenBack, pair, actor=actor, now=now)
    return pair


@operation
def agree_to_pair(*, pair_id: int, volunteer_id: int, actor: User, now: datetime) -> Pair:
    """Whoever is asked says yes: the mentor to come, or the one who hands over. Once both have said
    it they are a pair. Repeating it is nothing.

    Raises PairNotHers, PairMoved, ConsentGone, AgreementNeeded, MentorUnfit; Pair.DoesNotExist.
    """
    pair = hold_pair(pair_id)
    is_new = _is_new(pair, volunteer_id)
    if pair.is_together and is_new:
        return pair
    _require_open(pair, now)
    require_agreement(pair.child)
    if is_new:
        require_agreed(volunteer_id, now)
        _require_fit(pair.mentor, pair.engagement, now, besides=pair.pk)
        pair.agreed_at = pair.agreed_at or now
    else:
        pair.given_at = pair.given_at or now
    if pair.agreed_at is None or (pair.follows is not None and pair.given_at is None):
        pair.save()
        tell(PairAgreed, pair, actor=actor, now=now)
        return pair
    _stand(pair, actor, now)
    return pair


@operation
def turn_down_pair(
    *, pair_id: int, volunteer_id: int, said: str = "", actor: User, now: datetime
) -> Pair:
    """Whoever is asked says no, and why if she likes: nobody holds it against her. A pair that
    stands stays. Repeating it is nothing. Raises PairNotHers, PairMoved; Pair.DoesNotExist."""
    pair = hold_pair(pair_id)
    _is_new(pair, volunteer_id)
    if pair.state == PairState.ENDED and pair.end_reason == PairEnd.DECLINED:
        return pair
    require_state(pair, PairState.ASKED)
    _close(pair, PairEnd.DECLINED, said, now)
    tell(PairTurnedDown, pair, actor=actor, now=now)
    return pair


def expire_pair_questions(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """End the questions whose time to answer ran out; how many. One transaction each."""
    rows = Pair.objects.filter(state=PairState.ASKED, answer_by__lte=now).order_by(
        "answer_by", "pk"
    )
    return work_off((_expire(pk, now) for pk in list(rows.values_list("pk", flat=True))), go_on)


@operation
def _expire(pair_id: int, now: datetime) -> int:
    pair = hold_pair(pair_id)
    if not pair.is_asked or pair.answer_by > now:
        return 0
    _close(pair, PairEnd.LATE, "", now)
    tell(PairTurnedDown, pair, actor=None, now=now)
    return 1


def _stand(pair: Pair, actor: User, now: datetime) -> None:
    """The older one ends first: a child has one mentor."""
    if pair.follows is not None:
        before = pair.follows
        before.child = pair.child
        require_state(before, *TOGETHER)
        pair.follows = None  # it is no question any more that would end with the older one
        pair.save()
        end_row(before, PairEnd.HANDED, actor=actor, now=now)
        pair.follows = before
    pair.state = PairState.STANDING
    pair.since = now
    pair.due_on = next_due(pair, local_day(now))
    pair.save()
    tell(PairStood, pair, actor=actor, now=now)


def _close(pair: Pair, reason: str, said: str, now: datetime) -> None:
    pair.state = PairState.ENDED
    pair.end_reason = reason
    pair.said = line(said)[:SAID] or None
    pair.ended_at = now
    pair.save()


def _is_new(pair: Pair, volunteer_id: int) -> bool:
    """Whether she is the mentor to come; False: the one who would hand over. Raises PairNotHers."""
    if pair.mentor_id == volunteer_id:
        return True
    if pair.follows is not None and pair.follows.mentor_id == volunteer_id:
        return False
    raise PairNotHers


def _require_open(pair: Pair, now: datetime) -> None:
    require_state(pair, PairState.ASKED)
    if pair.answer_by <= now:
        raise PairMoved(state=PairState.ENDED, end_reason=PairEnd.LATE)


def _now_with(child: PairedChild, mentor: Volunteer, weeks: int) -> Pair | None:
    """The pair that the question would take over from. Raises PairAskRefused, MentorUnfit."""
    if weeks not in WEEKS:
        raise PairAskRefused(why="weeks")
    if child.pairs.filter(state=PairState.ASKED).exists():
        raise PairAskRefused(why="asked")
    found = child.pairs.filter(state__in=TOGETHER).first()
    if found is not None and found.mentor_id == mentor.pk:
        raise MentorUnfit(why="same", name=mentor.name)
    return found


def _require_fit(
    mentor: Volunteer, engagement: Engagement, now: datetime, besides: int | None = None
) -> None:
    why = why_unfit(mentor, engagement, local_day(now), besides=besides)
    if why:
        raise MentorUnfit(why=why, name=mentor.name)
