"""A week of a rota: its sessions with their shifts, and who is where.

Statements do not grow with the city.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils.functional import cached_property

from backend.common.clock import local_day, local_midnight
from backend.planning.models import Proposal, ProposalLine
from backend.planning.queries.heads import Head, asked_so_far, children, live_lines
from backend.rota.models import Assignment, Offer, Rota, Session, Shift
from backend.rota.policy import SEATS, takes_place
from backend.rota.states import TO_COME


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
    room: int | None  # children who fit with those who are there now (rota.policy.capacity)
    seats_taken: int
    children: int  # the same, as the open proposal would leave it
    staffable: bool = True  # somebody can still be found for it
    heads: list[Head] = field(default_factory=list)

    @cached_property
    def day(self) -> date | None:
        if self.starts_at:
            return local_day(self.starts_at)
        return None

    @cached_property
    def arranged(self) -> int:
        return sum(h.arranged for h in self.heads)

    @cached_property
    def target(self) -> int:
        return sum(h.target for h in self.heads)

    @cached_property
    def going_ahead(self) -> bool:
        return takes_place(self.required, people=self.arranged, children=self.children)

    @cached_property
    def missing(self) -> int:
        """People without whom it cannot be held; none where nobody can be found any more."""
        if not self.staffable or not self.going_ahead:
            return 0
        return sum(h.short for h in self.heads)


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


def in_county(sessions: QuerySet[Session], county: str) -> QuerySet[Session]:
    """Those in one county; all when none is named. No statement of its own."""
    return sessions.filter(county_code=county) if county else sessions


def without_a_time(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Those that people agree on the time of. No statement of its own."""
    return sessions.filter(starts_at__isnull=True)


OF_CARD = (
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


def cards(
    sessions: QuerySet[Session],
    posts: Iterable[Post] = (),
    proposal: Proposal | None = None,
    *,
    now: datetime,
) -> list[Card]:
    """All sessions of a selection, by time, with their shifts and what the open proposal would add;
    cancelled ones are left out.

    Two statements.
    """
    chosen = sessions.exclude(state=Session.State.CANCELLED)
    rows = chosen.order_by("starts_at", "pk").values(
        *OF_CARD, room=SEATS, children=children(proposal)
    )
    found = {row["pk"]: _card(row, now) for row in rows}
    changed = Counter((post.shift, post.state) for post in posts)
    shifts = Shift.objects.filter(session__in=chosen, target__gt=0).order_by("pk")
    for session, pk, role, minimum, target, taken, held in shifts.values_list(
        "session_id", "pk", "role__name", "minimum", "target", "taken", "held"
    ):
        if session in found:
            new = changed[pk, "new"]
            gone = changed[pk, ProposalLine.Change.GONE]
            head = Head(pk, role, minimum, target, taken, held, new, gone)
            found[session].heads.append(head)
    return list(found.values())


def with_asked(cards: list[Card]) -> list[Card]:
    """The cards, with how many people were asked for what they lack. One statement."""
    heads = {head.pk: head for card in cards for head in card.heads if head.short}
    counted = Shift.objects.filter(pk__in=heads).values_list("pk", asked_so_far())
    for pk, asked in counted:
        heads[pk].asked = asked
    return cards


def posts(sessions: QuerySet[Session], proposal: Proposal | None = None) -> list[Post]:
    """Who is where in a selection of sessions, and who would be by an open proposal: an offer that
    it would take back is "gone" alone.

    One statement.
    """
    fields = ("volunteer_id", "session_id", "shift_id", "word")
    assigned = (
        Assignment.objects.filter(session__in=sessions, state=Assignment.State.ACTIVE)
        .annotate(word=Value("assigned"))
        .values_list(*fields)
    )
    asked = (
        Offer.objects.filter(session__in=sessions, state=Offer.State.PENDING)
        .annotate(word=Value("offered"))
        .values_list(*fields)
    )
    found = assigned.union(asked, all=True)
    if proposal:
        lines = live_lines(proposal, sessions).annotate(word=F("change"))
        found = found.union(lines.values_list(*fields), all=True)
    rows = [Post(*row) for row in found]
    gone = {(post.volunteer, post.shift) for post in rows if post.state == ProposalLine.Change.GONE}
    return [
        post for post in rows if post.state != "offered" or (post.volunteer, post.shift) not in gone
    ]


def proposed_posts(sessions: QuerySet[Session], proposal: Proposal | None) -> list[Post]:
    """Only what the open proposal would change. One statement, none without a proposal."""
    if proposal is None:
        return []
    lines = live_lines(proposal, sessions).values_list(
        "volunteer_id", "session_id", "shift_id", "change"
    )
    # live lines name a volunteer and a shift
    return [Post(*row) for row in lines]  # type: ignore[arg-type]


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
        row["room"],
        row["seats_taken"],
        row["children"],
        staffable=row["state"] in TO_COME and (row["starts_at"] is None or row["starts_at"] > now),
    )
