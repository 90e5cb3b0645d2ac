"""The day itself: who is expected in a session and who is there, and what is on for one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from backend.common.bulk import among
from backend.common.clock import local_day, local_midnight
from backend.records.models import Attendance
from backend.records.policy import SIGN_OUT
from backend.rota.models import Assignment, Session
from backend.rota.states import HELD, OPENED


@dataclass(frozen=True)
class Expected:
    """One person's place, with what is known of her coming; None: nothing yet."""

    assignment: Assignment
    attendance: Attendance | None

    @property
    def is_here(self) -> bool:
        return self.attendance is not None and self.attendance.came_at is not None

    @property
    def has_left(self) -> bool:
        return self.attendance is not None and self.attendance.left_at is not None

    @property
    def is_decided(self) -> bool:
        return self.assignment.attended is not None


def expected_of(assignment: Assignment) -> Expected:
    """Of an assignment that was read with its attendance."""
    return Expected(assignment, getattr(assignment, "attendance", None))


def expected_at(session: Session) -> list[Expected]:
    """Everybody who has a place there: who is missing first, then by name. One statement."""
    rows = Assignment.objects.filter(session=session, state__in=HELD).select_related(
        "volunteer", "shift__role", "attendance"
    )
    people = [expected_of(one) for one in rows.order_by("volunteer__sort_key", "pk")]
    return sorted(people, key=lambda one: one.is_here)


def today_of(volunteer_id: int, now: datetime) -> list[Expected]:
    """Her sessions of this day, and those that run into it or ended a moment ago, the earliest
    first. One statement."""
    begins = local_midnight(local_day(now))
    today = Q(session__starts_at__gte=begins, session__starts_at__lt=begins + timedelta(days=1))
    running = Q(session__starts_at__lt=begins, session__ends_at__gt=now - SIGN_OUT)
    rows = Assignment.objects.filter(
        today | running,
        volunteer=volunteer_id,
        state__in=HELD,
        session__state__in=OPENED,
    ).select_related("session__venue", "session__programme", "shift__role", "attendance")
    return [expected_of(one) for one in rows.order_by("session__starts_at", "pk")]


def leaders_of(session_ids: Collection[int]) -> dict[int, list[str]]:
    """Session → the names of those who lead it. One statement."""
    rows = Assignment.objects.filter(
        among("session", session_ids), state__in=HELD, shift__role__leads=True
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for session, name in rows.order_by("pk").values_list("session_id", "volunteer__name"):
        found[session].append(name)
    return found
