"""What was told of a visit is put right: by its mentor, as long as she remembers it, or its minutes
by a coordinator who says why. What it said before is kept."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import line
from backend.outbox.kinds import PairVisitCorrected
from backend.pairs.events import tell
from backend.pairs.models import Pair, PairMeeting, PairMeetingChange
from backend.pairs.operations.children import require_agreement
from backend.pairs.operations.holding import PairNotHers, hold_pair, require_state
from backend.pairs.operations.meeting import (
    WORDS,
    MeetingRefused,
    MeetingWords,
    count_on,
    require_free,
    require_possible,
)
from backend.pairs.policy import LONGEST, SHORTEST
from backend.pairs.states import TOGETHER
from backend.records.operations import confirm_hours, correct_hours, say_afterwards
from backend.records.queries import minutes_of_assignments
from backend.rota.operations import move_served

REASON = 100  # characters
NOTED = (
    "结对记录里改过"  # what her hours say: why it was is about a child, and goes with its consent
)


@operation
def correct_visit(
    *, meeting_id: int, volunteer_id: int, said: MeetingWords, actor: User, now: datetime
) -> PairMeeting | None:
    """Its mentor says it anew. When it was and how long stays once somebody has confirmed her
    minutes. Saying the same changes nothing (None).

    Raises MeetingRefused, PairNotHers, PairMoved, ConsentGone; PairMeeting.DoesNotExist.
    """
    pair, meeting = _held(meeting_id)
    if pair.mentor_id != volunteer_id:
        raise PairNotHers
    require_state(pair, *TOGETHER)
    require_possible(pair, said, now, besides=meeting)
    moved = (meeting.began_at, meeting.minutes) != (said.began_at, said.minutes)
    if moved and meeting.place.attended is not None:
        raise MeetingRefused(field="minutes", why="settled", low=SHORTEST, high=LONGEST)
    if moved:
        require_free(pair, said.began_at, said.minutes, besides=meeting)
    words = line(said.words)[:WORDS] or None
    if not moved and (meeting.felt, meeting.words) == (said.felt, words):
        return None
    _keep(meeting, "", actor, now)
    meeting.began_at, meeting.minutes = said.began_at, said.minutes
    meeting.felt, meeting.words = said.felt, words
    meeting.save()
    if moved:
        move_served(assignment_id=meeting.place_id, starts_at=said.began_at, minutes=said.minutes)
        say_afterwards(
            assignment_id=meeting.place_id,
            came_at=said.began_at,
            left_at=said.left_at,
            actor=actor,
            now=now,
        )
        count_on(pair, said.began_at)
    tell(PairVisitCorrected, pair, actor=actor, now=now)
    return meeting


@operation
def correct_minutes(
    *, meeting_id: int, child_id: int, minutes: int, reason: str, actor: User, now: datetime
) -> PairMeeting | None:
    """A coordinator knows that it took so long. That is the second word for the mentor's minutes,
    or corrects them where it was said before; she reads why. Where so many count already, nothing
    changes (None).

    Raises MeetingRefused, PairNotHers for a visit to another child, ConsentGone, and what
    confirm_hours() and correct_hours() raise; PairMeeting.DoesNotExist.
    """
    pair, meeting = _held(meeting_id)
    if pair.child_id != child_id:
        raise PairNotHers
    if not SHORTEST <= minutes <= LONGEST:
        raise MeetingRefused(field="minutes", why="range", low=SHORTEST, high=LONGEST)
    because = line(reason)[:REASON]
    if not because:
        raise MeetingRefused(field="reason", why="empty", low=SHORTEST, high=LONGEST)
    place = meeting.place
    counted = minutes_of_assignments([place.pk]).get(place.pk, 0)
    if meeting.minutes == minutes == counted:
        return None
    require_free(pair, meeting.began_at, minutes, besides=meeting)
    if place.attended is not None or meeting.minutes != minutes:
        _keep(meeting, because, actor, now)
        tell(PairVisitCorrected, pair, actor=actor, now=now)
    meeting.minutes = minutes
    meeting.save()
    move_served(assignment_id=place.pk, starts_at=meeting.began_at, minutes=minutes)
    if place.attended is None:
        confirm_hours(assignment_id=place.pk, minutes=minutes, actor=actor, now=now)
    else:
        correct_hours(assignment_id=place.pk, minutes=minutes, reason=NOTED, actor=actor, now=now)
    return meeting


def _held(meeting_id: int) -> tuple[Pair, PairMeeting]:
    """Under the locks of its pair; the guardian agrees still."""
    pair = hold_pair(PairMeeting.objects.values_list("pair", flat=True).get(pk=meeting_id))
    require_agreement(pair.child)
    return pair, PairMeeting.objects.select_related("place").get(pk=meeting_id)


def _keep(meeting: PairMeeting, because: str, actor: User, now: datetime) -> None:
    """What it said until now."""
    PairMeetingChange(
        meeting=meeting,
        began_at=meeting.began_at,
        minutes=meeting.minutes,
        felt=meeting.felt,
        words=meeting.words,
        because=because or None,
        changed_by=actor,
        changed_at=now,
    ).save()
