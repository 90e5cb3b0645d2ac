"""A week of a rota: its sessions with their shifts, and who is where.

Statements do not grow with the city.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import cached_property

from backend.common.clock import local_day, local_midnight
from backend.planning.models import Proposal, ProposalLine
from backend.rota.models import Assignment, Offer, Rota, Session, Shift


@dataclass
class Head:
    """One shift: how many it needs, how many it has (`taken`), asks (`held`), and would get from
    the open proposal."""

    pk: int
    role: str
    minimum: int
    target: int
    taken: int
    held: int
    proposed: int = 0
    asked: int = 0  # people who were asked for it, whatever they answered; with with_asked()

    @property
    def filled(self) -> int:
        return self.taken + self.held + self.proposed

    @property
    def missing(self) -> int:
        return max(0, self.minimum - self.filled)

    @property
    def wanted(self) -> int:
        return max(0, self.target - self.filled)


@dataclass
class Card:
    """One session on the board, complete when it is first asked: what follows from its shifts is
    counted once."""

    pk: int
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    state: str
    required: bool
    place_key: str
    place: str
    street: str
    county: str
    seats_max: int | None
    seats_taken: int
    begun: bool = False  # nobody can be found for it any more
    heads: list[Head] = field(default_factory=list)

    @cached_property
    def day(self) -> date | None:
        return local_day(self.starts_at) if self.starts_at else None

    @cached_property
    def filled(self) -> int:
        return sum(h.filled for h in self.heads)

    @cached_property
    def target(self) -> int:
        return sum(h.target for h in self.heads)

    @cached_property
    def going_ahead(self) -> bool:
        """A required session, or an optional one that someone is in or has booked."""
        return self.required or self.filled > 0 or self.seats_taken > 0

    @cached_property
    def missing(self) -> int:
        """People without whom it cannot be held; none once it has begun."""
        if self.begun or not self.going_ahead:
            return 0
        return sum(h.missing for h in self.heads)

    @cached_property
    def places(self) -> int:
        return self.filled + self.missing


@dataclass(frozen=True)
class Post:
    """One person in one shift: assigned, offered (asked), new (proposed) or gone (proposed to be
    let go)."""

    volunteer: int
    session: int
    shift: int
    state: str


def week_of(rota: Rota, day: date) -> date:
    """The Monday of that day's week, kept inside the rota."""
    monday = day - timedelta(days=day.weekday())
    return min(max(monday, rota.starts_on), rota.ends_on - timedelta(days=7))


def in_week(sessions: QuerySet[Session], monday: date) -> QuerySet[Session]:
    return sessions.filter(
        starts_at__gte=local_midnight(monday),
        starts_at__lt=local_midnight(monday + timedelta(days=7)),
    )


def cards(sessions: QuerySet[Session], posts: Iterable[Post] = (), *, now: datetime) -> list[Card]:
    """All sessions of a selection, by time, with their shifts and what the open proposal would add;
    cancelled ones are left out.

    Two statements.
    """
    chosen = sessions.exclude(state="cancelled")
    rows = chosen.order_by("starts_at", "pk").values(
        "pk",
        "title",
        "starts_at",
        "ends_at",
        "state",
        "required",
        "venue_id",
        "venue__name",
        "venue__street__name",
        "county_code",
        "engagement__name",
        "seats_max",
        "seats_taken",
    )
    found = {row["pk"]: _card(row, now) for row in rows}
    proposed = Counter(p.shift for p in posts if p.state == "new")
    proposed.subtract(p.shift for p in posts if p.state == "gone")
    shifts = Shift.objects.filter(session__in=chosen).order_by("pk")
    for session, pk, role, minimum, target, taken, held in shifts.values_list(
        "session_id", "pk", "role__name", "minimum", "target", "taken", "held"
    ):
        if session in found:
            found[session].heads.append(Head(pk, role, minimum, target, taken, held, proposed[pk]))
    return list(found.values())


def holes(
    sessions: QuerySet[Session], proposal: Proposal | None = None, *, now: datetime
) -> list[tuple[int, int]]:
    """(session, people without whom it cannot be held) wherever somebody is missing and can still
    be found, by time; what `Card.missing` says.

    One statement.
    """
    has = _has(proposal)
    ahead = sessions.filter(Q(starts_at__isnull=True) | Q(starts_at__gt=now))
    shifts = Shift.objects.filter(session__in=ahead.exclude(state="cancelled")).annotate(has=has)
    by_session = shifts.values("session").annotate(
        missing=Sum(Greatest(F("minimum") - F("has"), 0)), filled=Sum("has")
    )
    going = Q(session__required=True) | Q(filled__gt=0) | Q(session__seats_taken__gt=0)
    lacking = by_session.filter(going, missing__gt=0).order_by("session__starts_at", "session")
    return list(lacking.values_list("session", "missing"))


def lacking(sessions: Iterable[int], proposal: Proposal | None = None) -> list[Shift]:
    """The shifts of these sessions that lack people, by time, each with `missing` and with how many
    people were `asked` so far. One statement."""
    rows = Shift.objects.filter(session__in=sessions).annotate(
        missing=F("minimum") - _has(proposal), asked=asked_so_far()
    )
    shown = rows.filter(missing__gt=0).select_related("role", "session__venue")
    return list(shown.order_by("session__starts_at", "session", "pk"))


def with_asked(cards: list[Card]) -> list[Card]:
    """The cards, with how many people were asked for what they lack. One statement."""
    heads = {head.pk: head for card in cards for head in card.heads if head.missing}
    counted = Shift.objects.filter(pk__in=heads).values_list("pk", asked_so_far())
    for pk, asked in counted:
        heads[pk].asked = asked
    return cards


def asked_so_far() -> Coalesce:
    """Beside a shift: how many people were asked for it, whatever they answered."""
    offers = Offer.objects.filter(shift=OuterRef("pk")).exclude(state="withdrawn").order_by()
    counted = offers.values("shift").annotate(n=Count("volunteer", distinct=True)).values("n")
    return Coalesce(Subquery(counted), 0)


def _has(proposal: Proposal | None) -> Combinable:
    """Who is on a shift, was asked for it, or would be by the open proposal."""
    has: Combinable = F("taken") + F("held")
    if proposal:
        lines = ProposalLine.objects.filter(
            proposal=proposal, session_id=OuterRef("session"), shift_id=OuterRef("pk")
        ).order_by()
        more = Sum(Case(When(change="new", then=1), When(change="gone", then=-1), default=0))
        has = has + Coalesce(
            Subquery(lines.values("shift_id").annotate(more=more).values("more")), 0
        )
    return has


def posts(sessions: QuerySet[Session], proposal: Proposal | None = None) -> list[Post]:
    """Who is where in a selection of sessions, and who would be by an open proposal.

    One statement.
    """
    fields = ("volunteer_id", "session_id", "shift_id", "word")
    assigned = (
        Assignment.objects.filter(session__in=sessions, state="active")
        .annotate(word=Value("assigned"))
        .values_list(*fields)
    )
    asked = (
        Offer.objects.filter(session__in=sessions, state="pending")
        .annotate(word=Value("offered"))
        .values_list(*fields)
    )
    found = assigned.union(asked, all=True)
    if proposal:
        found = found.union(
            _proposed(sessions, proposal).annotate(word=F("change")).values_list(*fields), all=True
        )
    return [Post(*row) for row in found]


def proposed_posts(sessions: QuerySet[Session], proposal: Proposal | None) -> list[Post]:
    """Only what the open proposal would change. One statement, none without a proposal."""
    if proposal is None:
        return []
    lines = _proposed(sessions, proposal).values_list(
        "volunteer_id", "session_id", "shift_id", "change"
    )
    # _proposed has only lines that name a volunteer and a shift
    return [Post(*row) for row in lines]  # type: ignore[arg-type]


def _proposed(sessions: QuerySet[Session], proposal: Proposal) -> QuerySet[ProposalLine]:
    return ProposalLine.objects.filter(
        proposal=proposal, session_id__in=sessions.values("pk"), shift_id__isnull=False
    ).exclude(change="kept")


def by_day(chosen: Iterable[Card]) -> dict[date, list[Card]]:
    days: dict[date, list[Card]] = defaultdict(list)
    for card in chosen:
        if card.day:
            days[card.day].append(card)
    return dict(days)


def _card(row: Mapping[str, Any], now: datetime) -> Card:
    home = row["venue_id"] is None
    place = row["engagement__name"] if home else row["venue__name"]
    key = (
        f"home-{row['county_code']}-{row['engagement__name']}"
        if home
        else f"venue-{row['venue_id']}"
    )
    return Card(
        row["pk"],
        row["title"],
        row["starts_at"],
        row["ends_at"],
        row["state"],
        row["required"],
        key,
        place,
        row["venue__street__name"] or "",
        row["county_code"],
        row["seats_max"],
        row["seats_taken"],
        begun=row["starts_at"] is not None and row["starts_at"] <= now,
    )
