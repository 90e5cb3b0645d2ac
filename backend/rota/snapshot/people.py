"""Volunteers with all that the rules ask about them, in one query, and as matching.Volunteer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Lookup, OuterRef, Q, QuerySet

import matching
from backend.common.clock import local_midnight, minute_of
from backend.rota.models import Assignment, Offer
from backend.rota.snapshot.facts import PersonFacts
from backend.rota.snapshot.horizon import Horizon
from backend.rota.snapshot.ids import volunteer_id
from backend.rota.snapshot.rows import Lists, Row, Rows
from backend.rota.states import HELD
from backend.volunteers.models import (
    Availability,
    TimeOff,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
    Wish,
)
from matching import DAY, WEEK, Interval, Point, Travel, travel_minutes

FIELDS = (
    "pk",
    "state",
    "latitude",
    "longitude",
    "max_travel",
    "max_per_day",
    "max_per_week",
    "max_total",
    "max_open",
    "services_before",
)
NEWEST = ("-requested_at", "-pk")
TRAVEL = Travel()
Whose = Q | Lookup  # a condition on rows


def facts_of(volunteers: QuerySet[Volunteer], first: date, last: date) -> QuerySet[Any, Any]:
    """One dict a volunteer: her limits, and lists of what hangs on her from `first` to before
    `last`.

    Nothing sealed is read.
    """
    hers = Q(volunteer=OuterRef("pk"))
    rows: QuerySet[Any, Any] = volunteers.values(
        *FIELDS,
        certificates=Rows(certificates(hers)),
        checks=Rows(checks(hers).order_by(*NEWEST)[:1]),
        weekly=Lists(Availability.objects.filter(hers).values(row=Row("weekday", "start", "end"))),
        off=Rows(days_off(hers, first, last)),
        likes=Rows(likes(hers)),
        commitments=Rows(commitments(hers, first, last)),
        asked=Rows(asked(hers)),
    )
    return rows


def certificates(whose: Whose, *also: str) -> QuerySet[Any, Any]:
    """Those that a person has checked. `whose` names the volunteers, here and below; `also` are
    further fields of each row."""
    held = VolunteerCredential.objects.filter(
        whose, checked_at__isnull=False, kind__is_vetting=False
    )
    return held.values(*also, "valid_from", "valid_until", code=F("kind__code"))


def checks(whose: Whose, *also: str) -> QuerySet[Any, Any]:
    """Answers of the authority; the newest one counts."""
    answered = VettingCheck.objects.filter(whose).exclude(result=VettingCheck.Result.PENDING)
    return answered.values(*also, "result", "valid_until")


def days_off(whose: Whose, first: date, last: date, *also: str) -> QuerySet[Any, Any]:
    hers = TimeOff.objects.filter(whose, from_date__lt=last, to_date__gte=first)
    return hers.values(*also, "from_date", "to_date")


def likes(whose: Whose, *also: str) -> QuerySet[Any, Any]:
    return Wish.objects.filter(whose).values(*also, "liking", code=F("programme__code"))


def commitments(whose: Whose, first: date, last: date, *also: str) -> QuerySet[Any, Any]:
    """What she has promised in these days, a day more on either side, and every open-ended
    engagement."""
    before = minute_of(local_midnight(first - timedelta(days=1)))
    after = minute_of(local_midnight(last + timedelta(days=1)))
    near = Q(start_minute__isnull=True, state=Assignment.State.ACTIVE) | Q(
        start_minute__lt=after, end_minute__gt=before, state__in=HELD
    )
    return Assignment.objects.filter(near, whose).values(
        *also,
        "shift",
        "session",
        assignment=F("pk"),
        rota=F("session__rota"),
        start=F("start_minute"),
        end=F("end_minute"),
        latitude=F("session__latitude"),
        longitude=F("session__longitude"),
        programme=F("session__programme__code"),
    )


def asked(whose: Whose, *also: str) -> QuerySet[Any, Any]:
    """Offers that she has not answered."""
    return Offer.objects.filter(whose, state=Offer.State.PENDING).values(
        *also,
        "shift",
        "session",
        offer=F("pk"),
        rota=F("session__rota"),
        starts_at=F("session__starts_at"),
        ends_at=F("session__ends_at"),
        latitude=F("session__latitude"),
        longitude=F("session__longitude"),
        programme=F("session__programme__code"),
    )


def person_from(
    facts: PersonFacts,
    horizon: Horizon,
    today: date,
    vetting: Iterable[str],
    beside: Elsewhere | None = None,
    days: Collection[int] | None = None,
) -> matching.Volunteer:
    """`vetting` holds the codes that a clear vetting stands for, `beside` is what other rotas take
    from her, `days` are the days of the horizon on which her free time is asked for (None: all)."""
    off = taken_off(facts)
    return matching.Volunteer(
        id=volunteer_id(facts["pk"]),
        home=(facts["latitude"], facts["longitude"]),
        max_travel=facts["max_travel"],
        qualifications=_qualifications(facts, horizon, today, vetting),
        available=horizon.spans(facts["weekly"], off, beside.busy if beside else (), days),
        max_per_day=beside.per_day if beside else facts["max_per_day"],
        max_per_week=beside.per_week if beside else facts["max_per_week"],
        max_total=facts["max_total"],
        max_open=beside.open_ended if beside else facts["max_open"],
        load_before=facts["services_before"],
        likes={w["code"]: w["liking"] for w in facts["likes"]},
    )


def taken_off(facts: PersonFacts) -> list[tuple[date, date]]:
    """What she has taken off, each with its first and last day."""
    return [
        (date.fromisoformat(o["from_date"]), date.fromisoformat(o["to_date"])) for o in facts["off"]
    ]


def _qualifications(
    facts: PersonFacts, horizon: Horizon, today: date, vetting: Iterable[str]
) -> dict[str, int | None]:
    """Codes and the minute each lapses.

    A certificate that starts later than today and than the rota is not held yet.
    """
    begun = max(today, horizon.starts_on).isoformat()
    held = {
        c["code"]: horizon.lapse(_day(c["valid_until"]))
        for c in facts["certificates"]
        if c["valid_from"] <= begun
    }
    if (
        facts["checks"] and facts["checks"][0]["result"] == VettingCheck.Result.CLEAR
    ):  # a later refusal outweighs an earlier clearance
        held |= dict.fromkeys(vetting, horizon.lapse(_day(facts["checks"][0]["valid_until"])))
    return held


@dataclass(frozen=True)
class Elsewhere:
    """What a person's word in other rotas leaves of her for this one: minutes that are taken, and
    how much a day and a week may bring.

    The solver knows one limit for all days and one for all weeks, so the tightest that is left
    counts everywhere; a day or week with nothing left is taken as a whole. That is never too much
    for her; the claim asks exactly (see excerpt.py).
    """

    busy: tuple[Interval, ...]
    per_day: int
    per_week: int
    open_ended: int


def elsewhere(facts: PersonFacts, rota_id: int, horizon: Horizon) -> Elsewhere:
    """Assignments and unanswered offers both count: an offer may still become a yes.

    Each takes its time and the way on both sides.
    """
    home = (facts["latitude"], facts["longitude"])
    taken: list[Interval] = []
    days: Counter[int] = Counter()
    weeks: Counter[int] = Counter()
    for start, end, place in _timed_elsewhere(facts, rota_id, horizon):
        way = travel_minutes(TRAVEL, home, place)
        taken.append((start - way, end + way))
        days[start // DAY] += 1
        weeks[start // WEEK] += 1
    taken += [(d * DAY, (d + 1) * DAY) for d, n in days.items() if n >= facts["max_per_day"]]
    taken += [(w * WEEK, (w + 1) * WEEK) for w, n in weeks.items() if n >= facts["max_per_week"]]
    return Elsewhere(
        tuple(taken),
        _least_left(facts["max_per_day"], (n for d, n in days.items() if 0 <= d < horizon.days)),
        _least_left(
            facts["max_per_week"], (n for w, n in weeks.items() if 0 <= w * 7 < horizon.days)
        ),
        max(0, facts["max_open"] - _open_elsewhere(facts, rota_id)),
    )


def _open_elsewhere(facts: PersonFacts, rota_id: int) -> int:
    """Open-ended engagements that she has, or is asked for, in other rotas."""
    return sum(c["start"] is None for c in facts["commitments"] if c["rota"] != rota_id) + sum(
        o["starts_at"] is None for o in facts["asked"] if o["rota"] != rota_id
    )


def _timed_elsewhere(
    facts: PersonFacts, rota_id: int, horizon: Horizon
) -> Iterator[tuple[int, int, Point]]:
    """(start, end, place) in minutes of the horizon of what she has promised, or may still promise,
    in other rotas."""
    for c in facts["commitments"]:
        start = c["start"]
        end = c["end"]
        if c["rota"] != rota_id and start is not None and end is not None:
            yield start - horizon.epoch, end - horizon.epoch, (c["latitude"], c["longitude"])
    for o in facts["asked"]:
        begins = o["starts_at"]
        ends = o["ends_at"]
        if o["rota"] != rota_id and begins is not None and ends is not None:
            yield (
                minute_of(datetime.fromisoformat(begins)) - horizon.epoch,
                minute_of(datetime.fromisoformat(ends)) - horizon.epoch,
                (o["latitude"], o["longitude"]),
            )


def _least_left(limit: int, used: Iterable[int]) -> int:
    return min((limit - n for n in used if n < limit), default=limit)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
