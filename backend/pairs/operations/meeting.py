"""The mentor's own side of a pair: when she goes next, and how it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import PairVisitSet, PairVisitTold
from backend.pairs.events import tell
from backend.pairs.models import Pair, PairMeeting
from backend.pairs.operations.asking import MentorUnfit
from backend.pairs.operations.children import require_agreement
from backend.pairs.operations.holding import PairNotHers, hold_pair, require_state
from backend.pairs.policy import LONGEST, SHORTEST, latest_next, may_report, next_due
from backend.pairs.queries.mentors import role_of, what_lacks
from backend.pairs.states import TOGETHER, PairFelt, PairState
from backend.records.operations import say_afterwards
from backend.records.queries import spent_between
from backend.rota.models import Assignment
from backend.rota.operations import Served, note_served

WORDS = 200  # characters
TITLE = "结对陪伴"  # of the session that keeps the minutes: no child's name


class NextVisitRefused(Refusal):
    """Facts: why ("past", "far"), latest (the last moment that may be chosen)."""

    code = "next_visit_refused"


class MeetingRefused(Refusal):
    """Facts: field ("began_at", "minutes", "felt", "reason"), why ("when", "range", "choose",
    "twice", "overlap", "settled", "empty"), low, high (minutes); of "overlap" begins, ends (of
    what she did meanwhile)."""

    code = "meeting_refused"


@dataclass(frozen=True, kw_only=True)
class MeetingWords:
    """What she says of a visit: two taps and, if she likes, a sentence."""

    began_at: datetime
    minutes: int
    felt: str
    words: str

    @property
    def left_at(self) -> datetime:
        return self.began_at + timedelta(minutes=self.minutes)


@operation
def set_next_visit(
    *, pair_id: int, volunteer_id: int, at: datetime, actor: User, now: datetime
) -> Pair:
    """She chooses when she goes next, while what she must hold holds on that day.

    Raises NextVisitRefused, MentorUnfit, PairNotHers, PairMoved, ConsentGone; Pair.DoesNotExist.
    """
    pair = _hers(pair_id, volunteer_id)
    require_state(pair, PairState.STANDING)
    latest = latest_next(pair, now)
    if not now < at <= latest:
        why = "past" if at <= now else "far"
        raise NextVisitRefused(why=why, latest=latest)
    lacks = what_lacks(pair.mentor, pair.engagement, local_day(at))
    if lacks:
        raise MentorUnfit(why=lacks, name=pair.mentor.name)
    pair.next_at = at
    pair.due_on = local_day(at)
    pair.save()
    tell(PairVisitSet, pair, actor=actor, now=now)
    return pair


@operation
def tell_visit(
    *, pair_id: int, volunteer_id: int, said: MeetingWords, actor: User, now: datetime
) -> PairMeeting:
    """She was there. Hers is the first word for the minutes; a second person confirms them like
    those of any session.

    Raises MeetingRefused, PairNotHers, PairMoved, ConsentGone; Pair.DoesNotExist.
    """
    pair = _hers(pair_id, volunteer_id)
    require_state(pair, *TOGETHER)
    require_possible(pair, said, now)
    require_free(pair, said.began_at, said.minutes)
    place = _place(pair, said, now)
    say_afterwards(
        assignment_id=place.pk, came_at=said.began_at, left_at=said.left_at, actor=actor, now=now
    )
    meeting = PairMeeting(
        pair=pair,
        place=place,
        began_at=said.began_at,
        minutes=said.minutes,
        felt=said.felt,
        words=line(said.words)[:WORDS] or None,
        told_at=now,
    )
    meeting.save()
    count_on(pair, said.began_at)
    tell(PairVisitTold, pair, actor=actor, now=now)
    return meeting


def _place(pair: Pair, said: MeetingWords, now: datetime) -> Assignment:
    """The session that keeps her minutes."""
    role = role_of(pair.engagement)
    if role is None:
        raise MeetingRefused(field="minutes", why="role", low=SHORTEST, high=LONGEST)
    served = Served(
        engagement=pair.engagement,
        role=role,
        title=TITLE,
        starts_at=said.began_at,
        minutes=said.minutes,
        mark=f"pair-{pair.pk}",
    )
    keeper = pair.child.organisation
    return note_served(organisation=keeper, volunteer=pair.mentor, served=served, now=now)


def count_on(pair: Pair, began_at: datetime) -> None:
    """The rhythm goes on from the last visit; a day that she has chosen already stays."""
    if pair.next_at is not None and local_day(pair.next_at) > local_day(began_at):
        return
    pair.next_at = None
    newest = pair.meetings.order_by("-began_at").values_list("began_at", flat=True)[0]
    pair.due_on = next_due(pair, local_day(newest))
    pair.save()


def _hers(pair_id: int, volunteer_id: int) -> Pair:
    pair = hold_pair(pair_id)
    if pair.mentor_id != volunteer_id:
        raise PairNotHers
    require_agreement(pair.child)
    return pair


def require_possible(
    pair: Pair, said: MeetingWords, now: datetime, besides: PairMeeting | None = None
) -> None:
    """`besides`: the visit that it is, which is told of already. Raises MeetingRefused."""
    others = pair.meetings.exclude(pk=besides.pk if besides else 0)
    over = said.left_at <= now
    wrong = {
        ("minutes", "range"): not SHORTEST <= said.minutes <= LONGEST,
        ("felt", "choose"): said.felt not in PairFelt.values,
        ("began_at", "when"): not over or not may_report(pair, said.began_at, now),
        ("began_at", "twice"): others.filter(began_at=said.began_at).exists(),
    }
    for (field, why), is_so in wrong.items():
        if is_so:
            raise MeetingRefused(field=field, why=why, low=SHORTEST, high=LONGEST)


def require_free(
    pair: Pair, began_at: datetime, minutes: int, besides: PairMeeting | None = None
) -> None:
    """What one person does at one time counts once: no other visit, and no session. Raises
    MeetingRefused."""
    left_at = began_at + timedelta(minutes=minutes)
    own = besides.place_id if besides else None
    other = spent_between(pair.mentor_id, began_at, left_at, besides=own)
    if other is not None:
        begins, ends = other
        facts = {"low": SHORTEST, "high": LONGEST, "begins": begins, "ends": ends}
        raise MeetingRefused(field="began_at", why="overlap", **facts)
