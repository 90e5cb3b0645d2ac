"""Volunteers with all that the rules ask about them, in one query, and as matching.Volunteer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Lookup, OuterRef, Q, QuerySet

import matching
from backend.common.clock import local_midnight, minute_of
from backend.common.languages import speaks
from backend.rota.models import Assignment, Offer
from backend.rota.snapshot import minors
from backend.rota.snapshot.facts import CommitmentFacts, PendingOffer, PersonFacts
from backend.rota.snapshot.horizon import Horizon
from backend.rota.snapshot.ids import session_id, volunteer_id
from backend.rota.snapshot.rows import JsonList, JsonLists, JsonRows
from backend.rota.states import HELD
from backend.volunteers.models import (
    Availability,
    TimeOff,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
    Wish,
)

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
    "of_age_on",
    "languages",
    "every_weeks",
    "weeks_from",
)
NEWEST = ("-requested_at", "-pk")
Whose = Q | Lookup  # a condition on rows
LOOK_BACK = timedelta(weeks=26)


def facts_of(volunteers: QuerySet[Volunteer], first: date, last: date) -> QuerySet[Any, Any]:
    """One dict a volunteer: her limits, and lists of what hangs on her from `first` to before
    `last`.

    Nothing sealed is read.
    """
    hers = Q(volunteer=OuterRef("pk"))
    rows: QuerySet[Any, Any] = volunteers.values(
        *FIELDS,
        certificates=JsonRows(certificates(hers)),
        checks=JsonRows(checks(hers).order_by(*NEWEST)[:1]),
        weekly=JsonLists(
            Availability.objects.filter(hers).values(row=JsonList("weekday", "start", "end"))
        ),
        off=JsonRows(days_off(hers, first, last)),
        likes=JsonRows(likes(hers)),
        commitments=JsonRows(commitments(hers, first, last)),
        asked=JsonRows(asked(hers)),
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


def served(whose: Whose, before: date, *also: str) -> QuerySet[Any, Any]:
    """How often each was there, by the word of two people, in the half year before that day: who
    has served less comes first. What lies in the rota itself the plan counts."""
    half_year = Assignment.objects.filter(
        whose,
        attended=True,
        start_minute__gte=minute_of(local_midnight(before - LOOK_BACK)),
        start_minute__lt=minute_of(local_midnight(before)),
    )
    counted = half_year.order_by().values("volunteer").annotate(times=Count("pk"))
    return counted.values(*also, "times")


def person_from(
    facts: PersonFacts,
    horizon: Horizon,
    today: date,
    vetting: Iterable[str],
    commitments: tuple[matching.Commitment, ...] = (),
    days: Collection[int] | None = None,
) -> matching.Volunteer:
    """`vetting` holds the codes that a clear vetting stands for, `commitments` is her word in other
    rotas, `days` are the days of the horizon on which her free time is asked for (None: all)."""
    return matching.Volunteer(
        id=volunteer_id(facts["pk"]),
        home=(facts["latitude"], facts["longitude"]),
        max_travel=facts["max_travel"],
        qualifications=_qualifications(facts, horizon, today, vetting)
        | minors.mark_of(facts, horizon)
        | dict.fromkeys(map(speaks, facts["languages"])),
        available=minors.free_time(facts, horizon, taken_off(facts), days),
        max_per_day=facts["max_per_day"],
        max_per_week=facts["max_per_week"],
        max_total=facts["max_total"],
        max_open=facts["max_open"],
        load_before=facts["services_before"] + sum(one["times"] for one in facts.get("served", ())),
        likes={w["code"]: w["liking"] for w in facts["likes"]},
        commitments=commitments,
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


def elsewhere(
    facts: PersonFacts, rota_id: int, horizon: Horizon, *, asked: bool = True
) -> tuple[matching.Commitment, ...]:
    """Her word in other rotas, in minutes of this one's horizon: what she has promised, and with
    `asked` also what waits for her answer, because it may still become a yes.

    The rules count each in its own day and week, with the way between the places. A session in
    which she has a place and is asked about again is one.
    """
    found: dict[int, matching.Commitment] = {}
    for c in facts["commitments"]:
        if c["rota"] != rota_id:
            found[c["session"]] = _beside(c, horizon.since(c["start"]), horizon.since(c["end"]))
    for o in facts["asked"] if asked else ():
        if o["rota"] != rota_id and o["session"] not in found:
            start = horizon.minute_in(o["starts_at"])
            found[o["session"]] = _beside(o, start, horizon.minute_in(o["ends_at"]))
    return tuple(found.values())


def _beside(
    row: CommitmentFacts | PendingOffer, start: int | None, end: int | None
) -> matching.Commitment:
    place = (row["latitude"], row["longitude"])
    return matching.Commitment(session_id(row["session"]), start, end, place)


def _day(text: str | None) -> date | None:
    if text:
        return date.fromisoformat(text)
    return None
