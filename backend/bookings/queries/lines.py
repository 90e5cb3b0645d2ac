"""Lines, seats that are waited for, a family's own list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from backend.bookings.models import ANSWERABLE, LIVE, Booking
from backend.bookings.states import MAY_COME
from backend.common.bulk import among
from backend.families.models import Avoid, Child, Family
from backend.families.queries import agreed_to_booking
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.policy import not_begun, not_over, over


def avoided_people(
    families: Iterable[int], sessions: Iterable[int]
) -> dict[tuple[int, int], list[int]]:
    """(family, session) → people assigned or asked there whom the family never meets."""
    families = list(families)
    sessions = list(sessions)
    pairs = Avoid.objects.filter(among("family", families)).values_list("family_id", "volunteer_id")
    avoids: dict[int, list[int]] = defaultdict(list)
    for family_id, volunteer_id in pairs:
        avoids[volunteer_id].append(family_id)
    if not avoids:
        return {}
    assigned = Assignment.objects.filter(
        among("volunteer", avoids), among("session", sessions), state=Assignment.State.ACTIVE
    ).values_list("session_id", "volunteer_id")
    asked = Offer.objects.filter(
        among("volunteer", avoids), among("session", sessions), state=Offer.State.PENDING
    ).values_list("session_id", "volunteer_id")
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for session_id, volunteer_id in assigned.union(asked):
        for family_id in avoids[volunteer_id]:
            found[family_id, session_id].append(volunteer_id)
    return dict(found)


def seats_waited_for(sessions: Iterable[int]) -> dict[int, int]:
    """Session → the seats that its waiting line needs, where there is a line."""
    line = Booking.objects.filter(
        among("session", sessions), state=Booking.State.WAITING
    ).order_by()
    return dict(line.values_list("session").annotate(n=Sum("seats")))


def without_minder(sessions: Iterable[int]) -> set[int]:
    """Sessions in which nobody who looks after children has said yes (a minder: her role carries
    seats; who leads is another question, `Role.leads`), whether or not somebody was asked: their
    seats are kept, and until somebody has said yes they may still be called off."""
    ids = set(sessions)
    minded = Shift.objects.filter(among("session", ids), carries_seats=True, taken__gt=0)
    return ids - set(minded.values_list("session_id", flat=True)) if ids else ids


def minders_missing(sessions: Iterable[int]) -> dict[int, bool]:
    """Session without_minder() → whether somebody who had said yes is asked again, because it has
    changed. A statement more where there are any."""
    missing = without_minder(sessions)
    if not missing:
        return {}
    asked = Offer.objects.filter(
        among("session", missing),
        shift__carries_seats=True,
        state=Offer.State.PENDING,
        before__promised=True,
    )
    again = set(asked.values_list("session_id", flat=True))
    return {pk: pk in again for pk in missing}


def with_waiting(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """The sessions, each with `waiting`: how many families stand in its line."""
    line = (
        Booking.objects.filter(session=OuterRef("pk"), state=Booking.State.WAITING)
        .order_by()
        .values("session")
        .annotate(n=Count("*"))
        .values("n")
    )
    return sessions.annotate(waiting=Coalesce(Subquery(line, output_field=IntegerField()), 0))


def positions(bookings: Iterable[Booking]) -> dict[int, int]:
    """Waiting booking → its place in its session's line, 1 for the head; the same order as
    `policy.in_order`."""
    sessions = {
        booking.session_id for booking in bookings if booking.state == Booking.State.WAITING
    }
    if not sessions:
        return {}
    place = Window(RowNumber(), partition_by=[F("session_id")], order_by=[F("made_at"), F("pk")])
    line = Booking.objects.filter(session__in=sessions, state=Booking.State.WAITING).annotate(
        place=place
    )
    return dict(line.values_list("pk", "place"))


def heads_of(sessions: Collection[int]) -> list[Booking]:
    """Who stands first in the line of each of these sessions that has one."""
    line = Booking.objects.filter(among("session", sessions), state=Booking.State.WAITING)
    return list(line.order_by("session_id", "made_at", "pk").distinct("session_id"))


def live_bookings_of(family: Family) -> QuerySet[Booking]:
    """What the family waits for, is offered, or has: the next session first."""
    return _listed(family).filter(state__in=LIVE).order_by("session__starts_at", "pk")


def coming_bookings_of(child: Child, now: datetime) -> QuerySet[Booking]:
    """What the child waits for, is offered or has, and has not begun: the next session first."""
    return (
        _listed(child.family)
        .filter(not_begun(now, "session__"), state__in=LIVE, children=child)
        .order_by("session__starts_at", "pk")
    )


def past_bookings_of(family: Family, now: datetime) -> QuerySet[Booking]:
    """The newest booking of each session that is over: the latest session first."""
    past = _last_words(family).filter(over(now, "session__"))
    return past.order_by("-session__starts_at", "-pk")


def bookings_ahead_of(family: Family, now: datetime) -> QuerySet[Booking]:
    """The newest booking of each session that is not over, whether or not it still counts: the
    next session first."""
    ahead = _last_words(family).filter(not_over(now, "session__"))
    return ahead.order_by("session__starts_at", "pk")


def seats_lost_by(family: Family, now: datetime) -> QuerySet[Booking]:
    """Offers that a new plan took back before she answered, of sessions to come; none once she has
    booked or was offered something since. The next session first."""
    since = Booking.objects.filter(
        family=OuterRef("family"), state__in=LIVE, made_at__gte=OuterRef("ended_at")
    )
    lost = _last_words(family).filter(
        ~Exists(since),
        not_begun(now, "session__"),
        end_reason=Booking.EndReason.REPLANNED,
        session__state=Session.State.OPEN,
    )
    return lost.select_related("request").order_by("session__starts_at", "pk")


def _last_words(family: Family) -> QuerySet[Booking]:
    """Of a session that was given up and booked again only what counts."""
    newer = Booking.objects.filter(
        family=OuterRef("family"), session=OuterRef("session"), pk__gt=OuterRef("pk")
    )
    return _listed(family).filter(~Exists(newer))


def _listed(family: Family) -> QuerySet[Booking]:
    return (
        Booking.objects.filter(family=family)
        .select_related("session__venue__street", "session__programme", "session__rota")
        .prefetch_related("children")
    )


def at_the_door(session: Session) -> list[Booking]:
    """Who is to come, who came and who was absent, by the codes of their tickets. One statement."""
    rows = Booking.objects.filter(session=session, state__in=MAY_COME).select_related("family")
    return list(rows.order_by("code", "pk"))


def seats_to_answer(family: Family, now: datetime) -> QuerySet[Booking]:
    """What waits for its answer: a freed seat, a changed session."""
    return Booking.objects.filter(
        family=family,
        state__in=ANSWERABLE,
        answer_by__gt=now,
        session__state=Session.State.OPEN,
    )


def children_agreed_to(booking: Booking) -> QuerySet[Child]:
    """Those of a booking whose data may be read to look for another time. One statement."""
    return booking.children.filter(agreed_to_booking())
