"""What ends a pair, or has it pause: its mentor, a coordinator, whoever takes her data back."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import PairEnded, PairRested, PairResumed
from backend.pairs.events import tell
from backend.pairs.models import Pair
from backend.pairs.operations.holding import PairNotHers, hold_pair, require_state
from backend.pairs.policy import next_due
from backend.pairs.states import CHOSEN_ENDS, LIVE_PAIRS, TOGETHER, PairEnd, PairState

SAID = 100  # characters


class PairEndRefused(Refusal):
    """Somebody has to say why, in a word of CHOSEN_ENDS."""

    code = "pair_end_refused"


@operation
def end_pair(*, pair_id: int, reason: str, actor: User, now: datetime) -> Pair:
    """It is over, and with it a question whether somebody takes it over. Raises PairEndRefused,
    PairMoved; Pair.DoesNotExist."""
    if reason not in CHOSEN_ENDS:
        raise PairEndRefused
    pair = hold_pair(pair_id)
    require_state(pair, *TOGETHER)
    end_row(pair, reason, actor=actor, now=now)
    return pair


@operation
def leave_pair(
    *, pair_id: int, volunteer_id: int, said: str = "", actor: User, now: datetime
) -> Pair:
    """Its mentor cannot go on, and need not say why. Raises PairNotHers, PairMoved;
    Pair.DoesNotExist."""
    pair = hold_pair(pair_id)
    if pair.mentor_id != volunteer_id:
        raise PairNotHers
    require_state(pair, *TOGETHER)
    end_row(pair, PairEnd.MENTOR, said=said, actor=actor, now=now)
    return pair


@operation
def end_pairs_of(*, volunteer_id: int, actor: User | None, now: datetime) -> None:
    """She takes her data back: nobody is her child's any more, and what she was asked is not open
    to her. What she wrote goes with her."""
    rows = Pair.objects.filter(mentor=volunteer_id)
    for pk in (
        rows.filter(state__in=LIVE_PAIRS).order_by("child", "-pk").values_list("pk", flat=True)
    ):
        pair = hold_pair(pk)
        if pair.state in LIVE_PAIRS:
            end_row(pair, PairEnd.MENTOR, actor=actor, now=now)
    rows.update(said=None)


@operation
def rest_pair(*, pair_id: int, actor: User, now: datetime) -> Pair:
    """Nobody expects a visit for a while. Repeating it is nothing. Raises PairMoved;
    Pair.DoesNotExist."""
    pair = hold_pair(pair_id)
    if pair.is_paused:
        return pair
    require_state(pair, PairState.STANDING)
    pair.state = PairState.PAUSED
    pair.rested_at = now
    pair.next_at = None
    pair.save()
    tell(PairRested, pair, actor=actor, now=now)
    return pair


@operation
def resume_pair(*, pair_id: int, actor: User, now: datetime) -> Pair:
    """It goes on, and its rhythm begins anew. Repeating it is nothing. Raises PairMoved;
    Pair.DoesNotExist."""
    pair = hold_pair(pair_id)
    if pair.is_standing:
        return pair
    require_state(pair, PairState.PAUSED)
    pair.state = PairState.STANDING
    pair.rested_at = None
    pair.due_on = next_due(pair, local_day(now))
    pair.save()
    tell(PairResumed, pair, actor=actor, now=now)
    return pair


def end_row(pair: Pair, reason: str, *, said: str = "", actor: User | None, now: datetime) -> None:
    """Under the locks of its mentors and its child; a question about what comes after it ends
    first."""
    for after in pair.followed_by.filter(state=PairState.ASKED):
        after.child = pair.child
        end_row(after, PairEnd.BACK, actor=actor, now=now)
    pair.state = PairState.ENDED
    pair.end_reason = reason
    pair.said = line(said)[:SAID] or None
    pair.next_at = None
    pair.ended_at = now
    pair.save()
    tell(PairEnded, pair, actor=actor, now=now)
