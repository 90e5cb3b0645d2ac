"""Other days, times and places beside the session that a family looks at."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from backend.bookings.queries import Found, found_for, streams_of_plans
from backend.common.clock import local_day
from backend.families.models import Child, Family
from backend.web.components import Day, DayStrip, SlotTile, VenueOption
from backend.web.family.cards import away, place_of, seats_in_words
from backend.web.family.guard import is_agreed
from backend.words.moments import long_day, when

DAYS = 7  # in the strip
VENUES = 3  # other places


def elsewhere(family: Family, child: Child, found: Found, now: datetime) -> dict[str, Any]:
    """Other times and places of the days around, and the streams that all of it hangs on."""
    session_id = found.session.pk
    assert found.session.starts_at is not None
    first = found.day - timedelta(days=3)
    if (found.day - local_day(now)).days < DAYS:
        first = min(local_day(now), found.day)
    around: list[Found] = []
    if is_agreed(child):
        around = found_for(family, child, first, first + timedelta(days=DAYS), now)
    same_day = [f for f in around if f.day == found.day and f.session.pk != session_id]
    times = sorted(
        [found, *(f for f in same_day if f.session.venue_id == found.session.venue_id)],
        key=lambda f: (f.session.starts_at, f.session.pk),
    )
    return {
        "strip": _strip(around, found, first, child),
        "day": long_day(found.session.starts_at),
        "slots": [_tile(f, session_id, now) for f in times],
        "venues": _venues(found, same_day, now),
        "streams": " ".join(
            [
                f"family.{family.pk}",
                *(f"session.{f.session.pk}" for f in around),
                f"session.{session_id}",
                *streams_of_plans(found.day),
            ]
        ),
    }


def _strip(around: list[Found], found: Found, first: date, child: Child) -> DayStrip:
    """Each day leads to its session that is most like this one: the same title, then the same
    place, then the nearest."""
    seats: Counter[date] = Counter()
    best: dict[date, Found] = {}
    for one in around:
        seats[one.day] += one.free
        if one.day not in best or _likeness(one, found) > _likeness(best[one.day], found):
            best[one.day] = one
    best[found.day] = found
    days = []
    for day in (first + timedelta(days=n) for n in range(DAYS)):
        href = list_of_day(day, child)
        if day in best:
            href = f"{reverse('family:session', args=[best[day].session.pk])}?child={child.pk}"
        days.append(
            Day(
                date=day,
                count=seats[day],
                href=href,
                selected=day == found.day,
                few=seats[day] <= 3,
            )
        )
    return DayStrip(unit=_("位"), days=tuple(days))


def list_of_day(day: date, child: Child) -> str:
    return f"{reverse('family:book')}?child={child.pk}&day={day.isoformat()}"


def _likeness(one: Found, other: Found) -> tuple[bool, bool, float]:
    return (
        one.session.title == other.session.title,
        one.session.venue_id == other.session.venue_id,
        -one.kilometres,
    )


def _tile(found: Found, chosen: int, now: datetime) -> SlotTile:
    session = found.session
    assert session.starts_at is not None
    return SlotTile(
        name="session",
        value=str(session.pk),
        starts_at=session.starts_at,
        seats=found.free,
        waiting=found.waiting,
        words="" if found.free else seats_in_words(found, now)[0],
        checked=session.pk == chosen,
    )


def _venues(found: Found, same_day: list[Found], now: datetime) -> list[VenueOption]:
    """This place, and the nearest others of that day: each with its session that is most like this
    one."""
    others: dict[int | None, Found] = {}
    for one in same_day:
        venue = one.session.venue_id
        if venue != found.session.venue_id and (
            venue not in others or _likeness(one, found) > _likeness(others[venue], found)
        ):
            others[venue] = one
    near = sorted(others.values(), key=lambda one: one.kilometres)[:VENUES]
    return [_option(found, True, now), *(_option(one, False, now) for one in near)]


def _option(found: Found, chosen: bool, now: datetime) -> VenueOption:
    session = found.session
    seats, _tone = seats_in_words(found, now)
    facts = [away(found.kilometres)]
    if session.venue:
        facts = [_("，").join((session.venue.where, facts[0])), session.venue.facilities]
    if not chosen and session.starts_at:
        facts.append(_("，").join((f"{when(session.starts_at)} {session.title}", seats)))
    return VenueOption(
        name="session",
        value=str(session.pk),
        title=place_of(session),
        facts=[fact for fact in facts if fact],
        checked=chosen,
    )
