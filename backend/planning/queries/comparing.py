"""Two plans of a rota side by side: what each has that the other has not, by person and by session,
and the figures that one chooses by. A plan is what a run proposed, as it is stored, or what people
have and are asked for now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from django.db.models import QuerySet

from backend.common.bulk import among
from backend.planning.lines import present
from backend.planning.models import Proposal, ProposalLine
from backend.planning.what_if import WhatIf, what_if_of
from backend.rota.models import Rota, Session, Shift
from backend.volunteers.models import Volunteer
from matching import Travel, travel_minutes

ROWS = 40  # on one page
NEVER = datetime.max.replace(tzinfo=UTC)
Pair = tuple[int, int]
T = TypeVar("T")


class CountedShift(NamedTuple):
    """A shift of the rota as a plan is counted by it. `place`: None of one without a time."""

    session: int
    role: str
    minimum: int
    required: bool
    cancelled: bool
    place: tuple[float, float] | None


@dataclass(frozen=True)
class PlanLines:
    """(volunteer, shift) and (request, session) of one plan; `closed`: sessions that do not take
    place in it; `homes`: where people live whom only it knows; `read`: the sessions that it was
    made of, None: all that there are."""

    posts: frozenset[Pair]
    seats: frozenset[Pair]
    closed: frozenset[int] = frozenset()
    homes: Mapping[int, tuple[float, float]] | None = None
    read: frozenset[int] | None = None


@dataclass(frozen=True)
class PlanFigures:
    """What one chooses a plan by: places filled, people who have one, people missing where a
    session must take place, services of whoever has the most, minutes one way on average and of
    whoever has the farthest (None without a way), requests that have a session."""

    places: int
    people: int
    missing: int
    most: int
    minutes: int | None
    farthest: int | None
    families: int


@dataclass(frozen=True)
class TwoPlans:
    """From plan a to plan b; each pair of sets is what only a has, and what only b has. `apart`:
    how many sessions only one of them knew of, which are left out."""

    a: PlanFigures
    b: PlanFigures
    posts: tuple[frozenset[Pair], frozenset[Pair]]
    seats: tuple[frozenset[Pair], frozenset[Pair]]
    known: Mapping[int, CountedShift]
    apart: int

    @property
    def people(self) -> set[int]:
        """For whom something is different; below 0 those whom a plan made up."""
        return {volunteer for only in self.posts for volunteer, _ in only}

    @property
    def sessions(self) -> set[int]:
        of_posts = {self.known[shift].session for only in self.posts for _, shift in only}
        return of_posts | {session for only in self.seats for _, session in only}


def lines_of_proposal(proposal: Proposal) -> PlanLines:
    """One statement."""
    rows = proposal.lines.exclude(change=ProposalLine.Change.GONE).values_list(
        "volunteer_id", "shift_id", "request_id", "session_id"
    )
    posts: set[Pair] = set()
    seats: set[Pair] = set()
    for volunteer, shift, request, session in rows:
        if volunteer is not None and shift is not None:
            posts.add((volunteer, shift))
        elif request is not None:
            seats.add((request, session))
    asked = what_if_of(proposal.run) or WhatIf()
    closed = frozenset(asked.sessions)
    versions = proposal.facts.get("versions")
    read = None if versions is None else closed | {int(session) for session in versions}
    return PlanLines(frozenset(posts), frozenset(seats), closed, asked.homes, read)


def lines_now(rota: Rota) -> PlanLines:
    """What people have, and are asked for. Four statements."""
    held = present(rota.pk)
    return PlanLines(held.assigned | held.offered, held.seats)


def compare(a: PlanLines, b: PlanLines, sessions: QuerySet[Session]) -> TwoPlans:
    """In these sessions, those that the reader sees, as far as both were made of them. Two
    statements."""
    found = _posts(sessions)
    there = {post.session for post in found.values()}
    seen = {session for session in there if _knows(a, session) and _knows(b, session)}
    known = {pk: post for pk, post in found.items() if post.session in seen}
    first = _within(a, known, seen)
    second = _within(b, known, seen)
    people = {who for plan in (first, second) for who, _ in plan.posts}
    rows = Volunteer.objects.filter(among("pk", people)).values_list("pk", "latitude", "longitude")
    homes = {pk: (latitude, longitude) for pk, latitude, longitude in rows}
    return TwoPlans(
        _figures(first, known, homes),
        _figures(second, known, homes),
        (first.posts - second.posts, second.posts - first.posts),
        (first.seats - second.seats, second.seats - first.seats),
        known,
        sum(_knows(a, session) != _knows(b, session) for session in there),
    )


def _knows(plan: PlanLines, session: int) -> bool:
    return plan.read is None or session in plan.read


def _posts(sessions: QuerySet[Session]) -> dict[int, CountedShift]:
    rows = Shift.objects.filter(session__in=sessions.values("pk")).values_list(
        "pk",
        "session",
        "role__name",
        "minimum",
        "session__required",
        "session__state",
        "session__starts_at",
        "session__latitude",
        "session__longitude",
    )
    return {
        pk: CountedShift(
            session,
            role,
            minimum,
            required,
            state == Session.State.CANCELLED,
            (latitude, longitude) if starts_at else None,
        )
        for pk, session, role, minimum, required, state, starts_at, latitude, longitude in rows
    }


def _within(plan: PlanLines, known: Mapping[int, CountedShift], seen: Collection[int]) -> PlanLines:
    return PlanLines(
        frozenset(pair for pair in plan.posts if pair[1] in known),
        frozenset(pair for pair in plan.seats if pair[1] in seen),
        plan.closed,
        plan.homes,
        plan.read,
    )


def _figures(
    plan: PlanLines, known: Mapping[int, CountedShift], homes: Mapping[int, tuple[float, float]]
) -> PlanFigures:
    load = Counter(volunteer for volunteer, _ in plan.posts)
    heads = Counter(shift for _, shift in plan.posts)
    missing = sum(
        max(0, post.minimum - heads[pk])
        for pk, post in known.items()
        if post.required and not post.cancelled and post.session not in plan.closed
    )
    minutes = list(_minutes(plan, known, {**homes, **(plan.homes or {})}))
    return PlanFigures(
        places=len(plan.posts),
        people=len(load),
        missing=missing,
        most=max(load.values(), default=0),
        minutes=round(sum(minutes) / len(minutes)) if minutes else None,
        farthest=max(minutes, default=None),
        families=len({request for request, _ in plan.seats}),
    )


def _minutes(
    plan: PlanLines, known: Mapping[int, CountedShift], homes: Mapping[int, tuple[float, float]]
) -> Iterable[int]:
    travel = Travel()
    for volunteer, shift in plan.posts:
        place = known[shift].place
        if place and volunteer in homes:
            yield travel_minutes(travel, homes[volunteer], place)


# --- one page of what is different ----------------------------------------------------------------


@dataclass(frozen=True)
class HerTurn:
    """One person: sessions and roles that only the first plan gives her, and only the second.
    `number`: of one whom a plan made up, 0 of all others."""

    volunteer: int
    name: str
    number: int
    lost: list[tuple[Session, str]]
    gained: list[tuple[Session, str]]


@dataclass(frozen=True)
class SessionTurn:
    """One session: who is in it in the first plan alone, and in the second alone, by name and role;
    how many requests have a seat in one alone."""

    session: Session
    lost: list[tuple[int, str, str]]
    gained: list[tuple[int, str, str]]
    seats_lost: int
    seats_gained: int


def by_person(found: TwoPlans, page: int) -> tuple[list[HerTurn], int]:
    """One page of the people for whom something is different, made-up ones first, then by name; and
    how many pages there are. Two statements."""
    invented = sorted((pk for pk in found.people if pk < 0), reverse=True)
    rows = Volunteer.objects.filter(among("pk", [pk for pk in found.people if pk > 0]))
    named = list(rows.order_by("sort_key", "pk").values_list("pk", "name"))
    everybody = [*((pk, "") for pk in invented), *named]
    pages, shown = _page(everybody, page)
    lost = _by_volunteer(found, found.posts[0], {pk for pk, _ in shown})
    gained = _by_volunteer(found, found.posts[1], {pk for pk, _ in shown})
    wanted = {session for each in (lost, gained) for posts in each.values() for session, _ in posts}
    sessions = _sessions(wanted)
    return [
        HerTurn(
            pk,
            name,
            max(0, -pk),
            _in_time(lost[pk], sessions),
            _in_time(gained[pk], sessions),
        )
        for pk, name in shown
    ], pages


def by_session(found: TwoPlans, page: int) -> tuple[list[SessionTurn], int]:
    """One page of the sessions in which something is different, by time, and how many pages there
    are. Two statements."""
    sessions = sorted(_sessions(found.sessions).values(), key=_when)
    pages, shown = _page(sessions, page)
    keys = {one.pk for one in shown}
    lost = _by_session(found, found.posts[0], keys)
    gained = _by_session(found, found.posts[1], keys)
    people = {pk for each in (lost, gained) for who in each.values() for pk, _ in who}
    names = dict(Volunteer.objects.filter(among("pk", people)).values_list("pk", "name"))
    seats_lost = Counter(session for _, session in found.seats[0])
    seats_gained = Counter(session for _, session in found.seats[1])
    return [
        SessionTurn(
            one,
            _named(lost[one.pk], names),
            _named(gained[one.pk], names),
            seats_lost[one.pk],
            seats_gained[one.pk],
        )
        for one in shown
    ], pages


def _page(rows: list[T], page: int) -> tuple[int, list[T]]:
    pages = max(1, -(-len(rows) // ROWS))
    start = (min(page, pages) - 1) * ROWS
    return pages, rows[start : start + ROWS]


def _sessions(keys: Collection[int]) -> dict[int, Session]:
    rows = Session.objects.filter(among("pk", keys)).select_related("venue")
    return {row.pk: row for row in rows}


def _when(session: Session) -> tuple[datetime, int]:
    return session.starts_at or NEVER, session.pk


def _by_volunteer(
    found: TwoPlans, pairs: Iterable[Pair], shown: Collection[int]
) -> defaultdict[int, list[tuple[int, str]]]:
    posts: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for volunteer, shift in pairs:
        if volunteer in shown:
            posts[volunteer].append((found.known[shift].session, found.known[shift].role))
    return posts


def _by_session(
    found: TwoPlans, pairs: Iterable[Pair], shown: Collection[int]
) -> defaultdict[int, list[tuple[int, str]]]:
    people: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for volunteer, shift in pairs:
        if found.known[shift].session in shown:
            people[found.known[shift].session].append((volunteer, found.known[shift].role))
    return people


def _in_time(
    posts: Iterable[tuple[int, str]], sessions: Mapping[int, Session]
) -> list[tuple[Session, str]]:
    there = [(sessions[pk], role) for pk, role in posts if pk in sessions]
    return sorted(there, key=lambda pair: _when(pair[0]))


def _named(
    people: Iterable[tuple[int, str]], names: Mapping[int, str]
) -> list[tuple[int, str, str]]:
    return sorted(
        ((pk, names.get(pk, ""), role) for pk, role in people), key=lambda one: (one[1], one[0])
    )
