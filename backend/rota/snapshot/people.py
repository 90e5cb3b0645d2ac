"""Volunteers with all that the rules ask about them, in one query, and as matching.Volunteer."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet

from backend.common.clock import local_midnight, minute_of
from backend.rota.models import Assignment, Offer
from backend.rota.snapshot.horizon import Horizon
from backend.rota.snapshot.ids import volunteer_id
from backend.rota.snapshot.rows import Lists, Row, Rows
from backend.volunteers.models import (
    Availability,
    TimeOff,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
    Wish,
)
from matching.problem import Interval, Travel
from matching.problem import Volunteer as Person
from matching.travel import travel_minutes

FIELDS = ("pk", "state", "latitude", "longitude", "max_travel", "max_per_day", "max_per_week", "max_total", "max_open", "services_before")
HELD = ("active", "done")
TRAVEL = Travel()
Facts = dict[str, Any]


def facts_of(volunteers: QuerySet[Volunteer], first: date, last: date) -> QuerySet[Volunteer, Facts]:
    """One dict a volunteer: her limits, and lists of what hangs on her from `first` to before `last`. Nothing sealed is read."""
    hers = {"volunteer": OuterRef("pk")}
    return volunteers.values(
        *FIELDS,
        certificates=Rows(
            VolunteerCredential.objects.filter(**hers, checked_at__isnull=False, kind__is_vetting=False)
            .values("valid_from", "valid_until", code=F("kind__code"))
        ),
        checks=Rows(VettingCheck.objects.filter(**hers).exclude(result="pending").order_by("-requested_at", "-pk").values("result", "valid_until")[:1]),
        weekly=Lists(Availability.objects.filter(**hers).values(row=Row("weekday", "start", "end"))),
        off=Rows(TimeOff.objects.filter(**hers, from_date__lt=last, to_date__gte=first).values("from_date", "to_date")),
        likes=Rows(Wish.objects.filter(**hers).values("liking", code=F("programme__code"))),
        commitments=Rows(_commitments(first, last)),
        asked=Rows(
            Offer.objects.filter(**hers, state="pending")
            .values("shift", "session", offer=F("pk"), rota=F("session__rota"), starts_at=F("session__starts_at"), ends_at=F("session__ends_at"),
                    latitude=F("session__latitude"), longitude=F("session__longitude"), programme=F("session__programme__code"))
        ),
    )  # fmt: skip


def _commitments(first: date, last: date) -> QuerySet[Assignment, Facts]:
    """What she has promised in these days, a day more on either side, and every open-ended engagement."""
    before, after = minute_of(local_midnight(first - timedelta(days=1))), minute_of(local_midnight(last + timedelta(days=1)))
    near = Q(start_minute__isnull=True, state="active") | Q(start_minute__lt=after, end_minute__gt=before, state__in=HELD)
    return Assignment.objects.filter(near, volunteer=OuterRef("pk")).values(
        "shift", "session", assignment=F("pk"), rota=F("session__rota"), start=F("start_minute"), end=F("end_minute"),
        latitude=F("session__latitude"), longitude=F("session__longitude"), programme=F("session__programme__code"),
    )  # fmt: skip


def person_from(facts: Facts, horizon: Horizon, today: date, vetting: Iterable[str], busy: Iterable[Interval] = ()) -> Person:
    """`vetting` holds the codes that a clear vetting stands for, `busy` minutes of the horizon that are taken from her free time."""
    off = [(date.fromisoformat(o["from_date"]), date.fromisoformat(o["to_date"])) for o in facts["off"]]
    return Person(
        id=volunteer_id(facts["pk"]),
        home=(facts["latitude"], facts["longitude"]),
        max_travel=facts["max_travel"],
        qualifications=_qualifications(facts, horizon, today, vetting),
        available=horizon.spans(facts["weekly"], off, busy),
        max_per_day=facts["max_per_day"],
        max_per_week=facts["max_per_week"],
        max_total=facts["max_total"],
        max_open=facts["max_open"],
        load_before=facts["services_before"],
        likes={w["code"]: w["liking"] for w in facts["likes"]},
    )


def _qualifications(facts: Facts, horizon: Horizon, today: date, vetting: Iterable[str]) -> dict[str, int | None]:
    """Codes and the minute each lapses. A certificate that starts later than today and than the rota is not held yet."""
    begun = max(today, horizon.starts_on).isoformat()
    held = {c["code"]: horizon.lapse(_day(c["valid_until"])) for c in facts["certificates"] if c["valid_from"] <= begun}
    if facts["checks"] and facts["checks"][0]["result"] == "clear":  # a later refusal outweighs an earlier clearance
        held |= dict.fromkeys(vetting, horizon.lapse(_day(facts["checks"][0]["valid_until"])))
    return held


def busy_elsewhere(facts: Facts, rota_id: int, horizon: Horizon) -> list[Interval]:
    """What commitments in other rotas take from her free time, for the solver's view of a whole rota.

    Each takes its time and the way home on both sides; the whole day or week where her limit for it is reached. The claim asks
    exactly (see corner.py), so an offer that this view would still allow wrongly is refused there.
    """
    home = (facts["latitude"], facts["longitude"])
    taken: list[Interval] = []
    per_day: dict[int, int] = {}
    per_week: dict[int, int] = {}
    for c in facts["commitments"]:
        if c["rota"] == rota_id or c["start"] is None:
            continue
        start, end = c["start"] - horizon.epoch, c["end"] - horizon.epoch
        way = travel_minutes(TRAVEL, home, (c["latitude"], c["longitude"]))
        taken.append((start - way, end + way))
        per_day[start // 1440] = per_day.get(start // 1440, 0) + 1
        per_week[start // 10080] = per_week.get(start // 10080, 0) + 1
    taken += [(d * 1440, (d + 1) * 1440) for d, n in per_day.items() if n >= facts["max_per_day"]]
    taken += [(w * 10080, (w + 1) * 10080) for w, n in per_week.items() if n >= facts["max_per_week"]]
    return taken


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
