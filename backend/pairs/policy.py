"""When a visit is expected and may be told of, and how long what is about a child is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from backend.common.clock import local_day
from backend.pairs.models import Pair

ANSWER_HOURS = 72  # a promise for long is not made in a day
WEEKS = range(1, 9)  # from visit to visit
GRACE = timedelta(days=3)  # after the day on which a visit is expected
LONG_REST = timedelta(weeks=8)  # a pause that nobody thinks of any more
FAR = 2  # so many rhythms ahead the next visit may lie
BACK = timedelta(days=30)  # a visit is reported while one remembers it
SHORTEST, LONGEST = 10, 480  # minutes of a visit
PAIR_KEPT = timedelta(days=365)  # what is sealed, after the last pair of a child has ended
CHILD = range(18)  # how old a child may be that is looked after


def next_due(pair: Pair, day: date) -> date:
    """When a visit is expected that follows one of that day."""
    return day + timedelta(weeks=pair.weeks)


def latest_next(pair: Pair, now: datetime) -> datetime:
    return now + timedelta(weeks=FAR * pair.weeks)


def is_overdue(pair: Pair, today: date) -> bool:
    return pair.is_standing and pair.due_on is not None and pair.due_on + GRACE < today


def rests_long(pair: Pair, now: datetime) -> bool:
    """It pauses, for longer than somebody remembers; also where nobody noted since when."""
    return pair.is_paused and (pair.rested_at is None or pair.rested_at <= now - LONG_REST)


def is_hers(pair: Pair, volunteer_id: int) -> bool:
    """They are a pair, and she is its mentor: not who gave it to her."""
    return pair.is_together and pair.mentor_id == volunteer_id


def may_report(pair: Pair, began_at: datetime, now: datetime) -> bool:
    """A visit since they are a pair, that has begun, and that is not long ago."""
    if pair.since is None or not pair.is_together:
        return False
    since = max(local_day(pair.since), local_day(now - BACK))
    return since <= local_day(began_at) and began_at <= now
