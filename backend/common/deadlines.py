"""Until when somebody may answer: the one policy for volunteers' offers and families' seats.

A question is worth asking only when the person can answer it: awake, and before it is too late to
ask somebody else.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from backend.common.clock import LOCAL

DAY_BEGINS = time(8)  # nobody has to answer between DAY_ENDS and DAY_BEGINS
DAY_ENDS = time(21)
MORNING = time(10)  # what would run out in the night runs out here: two waking hours to answer in
DAYS_AWAY = timedelta(hours=48)  # from here on everybody has a day or more
A_DAY = timedelta(hours=24)
FAR = (  # begins in more than so long → how long one has at least
    (timedelta(days=14), timedelta(hours=72)),
    (timedelta(days=7), timedelta(hours=48)),
)
MARGIN = timedelta(hours=1)  # before the start, to ask somebody else
LEAST_MARGIN = timedelta(minutes=15)
JUST_UNDER_A_MINUTE = timedelta(minutes=1) - timedelta(microseconds=1)  # _floor() then rounds up


def answer_by(
    now: datetime, starts_at: datetime | None, *, hours: int, urgent: bool = False
) -> datetime | None:
    """When an offer made now for something that begins then (None: open-ended) has to be answered;
    a whole minute of the waking day, later than now and earlier than the start.

    `hours`: the time that one has at least for what is days away, never under a day (a setting of
    less is refused at the start); two days for what is more than a week away, three for more than
    two, because a plan of a month is not answered in a day. For what is near it is half of the time
    that is left, a quarter when it is `urgent` (others wait for the same place, and far away, too,
    two days are enough). None when nobody could answer in time: then it is not offered, and holds
    no place.
    """
    given = max(timedelta(hours=hours), A_DAY)
    if starts_at is None:
        return _awake(now, now + given)
    lead = starts_at - now
    given = max(given, _far(lead, urgent=urgent))
    if lead < DAYS_AWAY:
        given = min(given, lead / (4 if urgent else 2))
    latest = starts_at - min(MARGIN, lead / 4)
    by = min(_awake(now, now + given), _floor(latest))
    if not _is_waking(by):
        by = _before_the_night(by, starts_at)
    return by if by > now else None


def _far(lead: timedelta, *, urgent: bool) -> timedelta:
    """What is far enough away leaves more than a day."""
    found = next((given for beyond, given in FAR if lead > beyond), A_DAY)
    shortest = FAR[-1][1]
    return min(found, shortest) if urgent else found


def next_waking(moment: datetime) -> datetime:
    """The moment itself, or the beginning of the next day when it lies in the night."""
    local = moment.astimezone(LOCAL)
    if DAY_BEGINS <= local.time() < DAY_ENDS:
        return moment
    day = local.date() + timedelta(days=local.time() >= DAY_ENDS)
    return datetime.combine(day, DAY_BEGINS, LOCAL)


def _is_waking(moment: datetime) -> bool:
    """Whether somebody may answer until then: the last moment of the day is one of it."""
    return DAY_BEGINS <= moment.astimezone(LOCAL).time() <= DAY_ENDS


def _awake(now: datetime, moment: datetime) -> datetime:
    """The moment itself, rounded up; nothing that a night comes before runs out early next
    morning."""
    local = moment.astimezone(LOCAL)
    same_day = _is_waking(now) and local.date() == now.astimezone(LOCAL).date()
    if _is_waking(moment) and (same_day or local.time() >= MORNING):
        return _floor(moment + JUST_UNDER_A_MINUTE)
    day = local.date() + timedelta(days=local.time() > DAY_ENDS)
    return datetime.combine(day, MORNING, LOCAL)


def _before_the_night(moment: datetime, starts_at: datetime) -> datetime:
    """The end of the evening before, or the first waking minute where that precedes the start."""
    local = moment.astimezone(LOCAL)
    night = local.date() if local.time() > DAY_ENDS else local.date() - timedelta(days=1)
    morning = datetime.combine(night + timedelta(days=1), DAY_BEGINS, LOCAL)
    if morning <= starts_at - LEAST_MARGIN:
        return morning
    return datetime.combine(night, DAY_ENDS, LOCAL)


def _floor(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
