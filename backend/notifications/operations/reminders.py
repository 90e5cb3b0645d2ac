"""What is told because time passes and nobody did anything: what begins soon, what has to be
answered soon, a certificate that lapses; a pair's visit that nobody told of (late_pairs).

Each has a cause of its own, so that it is told once; when its moment moves, so does the cause, and
it is told anew. A turn looks back for a while: what a clock that stood still has missed by longer
is left out, because the next reminder comes sooner than a late one helps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from backend.bookings.models import ANSWERABLE, Booking
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.notifications.models import Delivery
from backend.notifications.operations.late_pairs import late_pairs
from backend.notifications.operations.planning import Told, insert_deliveries
from backend.notifications.recipients import Addressee
from backend.notifications.responsible import coordinators_of
from backend.notifications.silence import silent_places
from backend.notifications.told import HOLE, UNMINDED, newest_of
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.policy import SEATS, TAKES_PLACE
from backend.volunteers.models import VettingCheck, Volunteer, VolunteerCredential
from backend.volunteers.queries import LAPSES_SOON

BEFORE = {72: 4, 24: 2, 2: 1}  # hours before the start → how many hours late it may still be told
LAST_HOURS = timedelta(hours=3)  # of the time to answer
NOT_JUST_ASKED = timedelta(hours=3)  # who was asked a moment ago knows
HOLE_BEFORE = (72, 24)  # hours, of BEFORE
CHILDREN_BEFORE = (24, 2)  # hours, of BEFORE
DAYS_BEFORE = (LAPSES_SOON.days, 30, 7)  # that a certificate lapses


_Lack = tuple[str, int, int, datetime]  # cause, subject, rota, and since when who was told knows


@dataclass(frozen=True)
class _Due:
    """`rows` of which each is to be told to its `whose`; `name`, the row's key and the value of
    `moment` make the cause. `together`: what one person has at one moment is told at once, and the
    key is no part of the cause."""

    rows: QuerySet[Any]
    name: str
    moment: str
    message: str
    whose: str = "volunteer"
    together: bool = False

    def deliveries(self, now: datetime) -> Iterator[Told]:
        """One for each row, or for each person and moment, that has none of this cause."""
        cause = _cause(self.name, self.moment, of_row=not self.together)
        told = Delivery.objects.filter(cause=OuterRef("cause"), kind=self.message)
        if self.together:
            told = told.filter(**{self.whose: OuterRef(self.whose)})
        fresh = self.rows.annotate(cause=cause).filter(~Exists(told)).order_by("pk")
        of: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for pk, who, why in fresh.values_list("pk", f"{self.whose}_id", "cause"):
            of[who, why].append(pk)
        for (who, why), subjects in of.items():
            yield why, self.message, Addressee(**{self.whose: who}), subjects, now, now


@operation
def plan_reminders(*, now: datetime) -> int:
    """Write down what is due to be said by the clock; how many deliveries. A constant number of
    statements. Repeating adds nothing."""
    due = [*_beginning(now), *_to_be_answered(now), *_lapsing(now)]
    told = [one for those in due for one in those.deliveries(now)]
    at_desks = [*_silent(now), *_holes(now), *_unminded(now)]
    return insert_deliveries([*told, *at_desks, *late_pairs(now)])


def _beginning(now: datetime) -> Iterator[_Due]:
    for hours, late in BEFORE.items():
        soon = Q(
            session__starts_at__gt=now + timedelta(hours=hours - late),
            session__starts_at__lte=now + timedelta(hours=hours),
            session__state=Session.State.OPEN,
        )
        held = Assignment.objects.filter(soon, state=Assignment.State.ACTIVE)
        booked = Booking.objects.filter(soon, state=Booking.State.CONFIRMED)
        name = f"reminder.{hours}"
        yield _Due(held, name, "session__starts_at", "reminder")
        yield _Due(booked, name, "session__starts_at", "visit_reminder", "family")


def _silent(now: datetime) -> list[Told]:
    """To the coordinators of the rota: who has not answered the reminder of the day before."""
    told = Delivery.objects.filter(
        cause=Concat(Value("silent."), Cast(OuterRef("pk"), CharField())), kind="place_silent"
    )
    places = silent_places(now).filter(~Exists(told))
    found = list(places.values_list("pk", "session__rota_id"))
    named = [(f"silent.{pk}", pk, rota, now) for pk, rota in found]
    return _to_coordinators("place_silent", named, now)


def _holes(now: datetime) -> list[Told]:
    """To the coordinators of the rota: what lacks people and comes near, also where nobody has said
    or done anything since it was planned; who has just heard it of whoever gave a place back hears
    it of the clock no more."""
    found: list[_Lack] = []
    for hours in HOLE_BEFORE:
        near = Session.objects.filter(TAKES_PLACE, _within(hours, now), state=Session.State.OPEN)
        told = Delivery.objects.filter(cause=OuterRef("cause"), kind="hole_near")
        short = Shift.objects.filter(session__in=near, minimum__gt=F("taken") + F("held"))
        named = short.annotate(cause=_cause(f"{HOLE}.{hours}", "session__starts_at"))
        fresh = named.filter(~Exists(told)).order_by("pk")
        rows = fresh.values_list("cause", "pk", "session__rota_id", "session__starts_at")
        found += [(cause, pk, rota, _since(at, hours, now)) for cause, pk, rota, at in rows]
    return _to_coordinators("hole_near", found, now)


def _unminded(now: datetime) -> list[Told]:
    """To the coordinators of the rota: where children are to come and too few people look after
    them, the day before and once more while it can still be called off."""
    found: list[_Lack] = []
    for hours in CHILDREN_BEFORE:
        near = Session.objects.annotate(room=SEATS).filter(
            _within(hours, now), state=Session.State.OPEN, seats_taken__gt=F("room")
        )
        told = Delivery.objects.filter(cause=OuterRef("cause"), kind="lead_gone")
        named = near.annotate(cause=_cause(f"{UNMINDED}.{hours}", "starts_at"))
        fresh = named.filter(~Exists(told)).order_by("pk")
        rows = fresh.values_list("cause", "pk", "rota_id", "starts_at")
        found += [(cause, pk, rota, _since(at, hours, now)) for cause, pk, rota, at in rows]
    return _to_coordinators("lead_gone", found, now)


def _to_coordinators(message: str, found: Sequence[_Lack], now: datetime) -> list[Told]:
    """Of each to everybody who plans that rota and has not been told the same since."""
    if not found:
        return []
    of = coordinators_of({rota for _, _, rota, _ in found})
    told = newest_of(message, min(since for *_, since in found))
    return [
        (cause, message, Addressee(user=user), [pk], now, now)
        for cause, pk, rota, since in found
        for user in of[rota]
        if (user, pk) not in told or told[user, pk] < since
    ]


def _since(starts_at: datetime | None, hours: int, now: datetime) -> datetime:
    """Who was told shortly before the clock would have, or while it may, knows."""
    return (starts_at or now) - timedelta(hours=hours + BEFORE[hours])


def _within(hours: int, now: datetime) -> Q:
    """Of a session: it begins in so many hours, or a little sooner."""
    soonest = timedelta(hours=hours - BEFORE[hours])
    return Q(starts_at__gt=now + soonest, starts_at__lte=now + timedelta(hours=hours))


def _cause(name: str, moment: str, *, of_row: bool = True) -> Concat:
    """`name`, a row's key and its `moment`: when that moves, it is another cause."""
    key = (Cast("pk", CharField()), Value(".")) if of_row else ()
    return Concat(Value(f"{name}."), *key, Cast(moment, CharField()), output_field=CharField())


def _to_be_answered(now: datetime) -> Iterator[_Due]:
    soon = Q(answer_by__gt=now, answer_by__lte=now + LAST_HOURS)
    long_ago = Q(made_at__lte=now - NOT_JUST_ASKED)
    asked = Offer.objects.filter(soon, long_ago, state=Offer.State.PENDING)
    # a booking was made when she joined the line; when she was asked, her last message says
    told = Delivery.objects.filter(~long_ago, family=OuterRef("family"))
    kept = Booking.objects.filter(soon, ~Exists(told), state__in=ANSWERABLE)
    yield _Due(asked, "deadline", "answer_by", "deadline_near", together=True)
    yield _Due(kept, "deadline", "answer_by", "seat_deadline_near", "family", together=True)


def _lapsing(now: datetime) -> Iterator[_Due]:
    for days in DAYS_BEFORE:
        that_day = local_day(now) + timedelta(days=days)
        lapses = VolunteerCredential.objects.filter(
            valid_until=that_day, volunteer__state=Volunteer.State.ACTIVE
        )
        checks = VettingCheck.objects.filter(
            valid_until=that_day,
            result=VettingCheck.Result.CLEAR,
            volunteer__state=Volunteer.State.ACTIVE,
        )
        yield _Due(lapses, f"lapsing.{days}", "valid_until", "credential_lapsing")
        yield _Due(checks, f"lapsing.{days}", "valid_until", "vetting_lapsing")
