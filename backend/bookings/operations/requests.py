"""Seats that a published proposal gives to families' wishes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from backend.accounts.models import User
from backend.bookings.admission import broken_rules, in_doubt
from backend.bookings.events import record_bookings, record_offered
from backend.bookings.models import LIVE, Booking
from backend.bookings.operations.line import end, serve_line
from backend.bookings.policy import free_seats, has_lapsed, is_bookable, last_word_by
from backend.bookings.queries import avoided_people, seats_waited_for
from backend.common.bulk import among, create, insert, write_back
from backend.common.locking import hold, operation
from backend.common.refusal import Refusal
from backend.families.models import Child, Family, Request
from backend.families.queries import bookable_children
from backend.outbox.kinds import SeatExpired, SeatTakenBack
from backend.rota.models import Session
from backend.rota.snapshot import Party


@dataclass(frozen=True, slots=True)
class StaleSeat:
    """A line of the proposal that can no longer be kept:

    `reason` is "request", "session", "booked", "seats" or a rule's code.
    """

    request_id: int
    session_id: int
    reason: str


class SeatsStale(Refusal):
    """Some of the seats are gone since the plan was made; nothing was written.

    Facts: lines (a StaleSeat for every one of them).
    """

    code = "seats_stale"


@dataclass(frozen=True, slots=True)
class SeatsGiven:
    """What came of seating requests: their bookings, those that were there before among them; and
    the lines that can no longer be kept."""

    bookings: tuple[Booking, ...]
    stale: tuple[StaleSeat, ...]


@operation
def seat_requests(
    *, seats: Sequence[tuple[int, int]], actor: User | None, now: datetime
) -> list[Booking]:
    """Offer seats to the children for whom each request is, where their guardian agrees: pairs of
    (request id, session id), all of them or none (SeatsStale).

    A family answers each one; until then the seats are hers. Pairs that have been offered before
    are returned as they are. The yearly quota is not asked: it limits what a family takes for
    itself, a wish was weighed against all others.
    """
    hall = _hall(seats, now)
    seated = hall.seat_all(seats)
    if seated.stale:
        raise SeatsStale(lines=seated.stale)
    fresh = hall.write()
    if fresh:
        record_offered(list(hall.sessions.values()), fresh, actor=actor, now=now)
    return list(seated.bookings)


@operation
def seat_requests_that_fit(*, seats: Sequence[tuple[int, int]], now: datetime) -> SeatsGiven:
    """As seat_requests, for the lines of a proposal: those that can be kept are, and the others are
    named in the answer.

    Records no event: whoever publishes the proposal tells everybody at once. Families and sessions
    must be locked beforehand if that operation locks rows which come later.
    """
    hall = _hall(seats, now)
    seated = hall.seat_all(seats)
    hall.write()
    return seated


@operation
def take_back_seats(
    *, seats: Iterable[tuple[int, int]], actor: User | None, now: datetime
) -> list[Booking]:
    """End the offers of these seats, pairs of (request id, session id), that a plan does not hold
    any more: the bookings that ended. A family that has said yes meanwhile keeps hers, and one
    whose time to answer was over did not answer.

    What is freed is offered to the line.
    """
    wanted = set(seats)
    rows = Booking.objects.filter(
        among("request", {request for request, _ in wanted}), state=Booking.State.OFFERED
    )
    hold(Family, rows.values_list("family_id", flat=True))
    hold(Session, {session for _, session in wanted})
    there = Session.objects.select_related("rota").in_bulk({session for _, session in wanted})
    gone: defaultdict[int, list[Booking]] = defaultdict(list)
    for booking in rows.order_by("pk"):
        if (booking.request_id, booking.session_id) in wanted:
            gone[booking.session_id].append(booking)
    for pk, bookings in sorted(gone.items()):
        _take_back(there[pk], bookings, actor, now)
    return [booking for bookings in gone.values() for booking in bookings]


def _take_back(
    session: Session, bookings: Sequence[Booking], actor: User | None, now: datetime
) -> None:
    late = [booking for booking in bookings if has_lapsed(booking, now)]
    early = [booking for booking in bookings if booking not in late]
    end(late, session, Booking.State.EXPIRED, now)
    end(early, session, Booking.State.CANCELLED, now, Booking.EndReason.REPLANNED)
    offered = serve_line(session, now)
    if late:
        record_bookings(SeatExpired, [session], late, actor=actor, now=now)
    if early:
        record_bookings(SeatTakenBack, [session], early, actor=actor, now=now)
    if offered:
        record_offered([session], offered, actor=actor, now=now)


def _hall(seats: Sequence[tuple[int, int]], now: datetime) -> _Hall:
    """The rows that these lines touch, locked, with what the rules say to all at once."""
    requests = _wishes(request_id for request_id, _ in seats).in_bulk()
    families = {request.family_id for request in requests.values()}
    wanted = {session_id for _, session_id in seats}
    hold(Family, families)
    hold(Session, wanted)
    hall = _Hall(requests, families, wanted, now)
    hall.ask_all(seats)
    return hall


def _wishes(ids: Iterable[int]) -> QuerySet[Request]:
    """Each with `named`, the children for whom alone it is; none: for all."""
    rows = Request.children.through.objects.filter(request=OuterRef("pk")).order_by()
    named = ArraySubquery(rows.values("child"))
    wishes = Request.objects.filter(among("pk", ids)).annotate(named=named)
    return wishes.only("family_id", "state", "group")


class _Hall:
    """The locked rows while seats are given out one after another, so that each question sees the
    answers before it."""

    def __init__(
        self, requests: dict[int, Request], families: set[int], sessions: set[int], now: datetime
    ) -> None:
        self.requests = requests
        self.now = now
        self.families = {
            f.pk: f
            for f in Family.objects.filter(among("pk", families)).only("latitude", "longitude")
        }
        self.sessions = {
            s.pk: s for s in Session.objects.filter(among("pk", sessions)).select_related("rota")
        }
        self.children: defaultdict[int, list[Child]] = defaultdict(list)
        for child in (
            bookable_children().filter(among("family", families)).only("family_id", "birth_month")
        ):
            self.children[child.family_id].append(child)
        self.live: defaultdict[int, list[Booking]] = defaultdict(list)
        for booking in Booking.objects.filter(
            among("family", families), state__in=LIVE
        ).select_related("session"):
            self.live[booking.family_id].append(booking)
        self.avoided = avoided_people(families, sessions)
        self.waiting = seats_waited_for(sessions)
        self.passed: set[int] = (
            set()
        )  # families whose seats break no rule, however many of these they get
        self.fresh: list[Booking] = []

    def ask_all(self, seats: Sequence[tuple[int, int]]) -> None:
        """Ask the rules about everybody at once: a city's families are thousands, and hardly one
        breaks a rule."""
        wanted: defaultdict[int, list[Session]] = defaultdict(list)
        special = {family for family, _ in self.avoided}
        for request_id, session_id in seats:
            request = self.requests.get(request_id)
            session = self.sessions.get(session_id)
            if request and session:
                wanted[request.family_id].append(session)
                if request.group or request.named:  # type: ignore[attr-defined]  # annotated
                    special.add(request.family_id)
        parties = [
            Party(self.families[pk], self.children[pk], self._beside(pk), hers)
            for pk, hers in wanted.items()
            if pk not in special
        ]
        self.passed = {party.family.pk for party in parties} - in_doubt(parties)

    def coming(self, request: Request) -> list[Child]:
        """The children for whom the wish is, where the guardian agrees."""
        hers = self.children[request.family_id]
        named: list[int] = request.named  # type: ignore[attr-defined]  # annotated
        return [child for child in hers if not named or child.pk in named]

    def _beside(self, family_id: int) -> list[Session]:
        return [
            self.sessions.get(booking.session_id) or booking.session
            for booking in self.live[family_id]
        ]

    def seat_all(self, seats: Sequence[tuple[int, int]]) -> SeatsGiven:
        lines = [self.seat(request_id, session_id) for request_id, session_id in seats]
        return SeatsGiven(
            tuple(line for line in lines if isinstance(line, Booking)),
            tuple(line for line in lines if isinstance(line, StaleSeat)),
        )

    def seat(self, request_id: int, session_id: int) -> Booking | StaleSeat:
        request = self.requests.get(request_id)
        session = self.sessions.get(session_id)
        if request is None or request.state != Request.State.OPEN or not self.coming(request):
            return StaleSeat(request_id, session_id, "request")
        if session is None or not is_bookable(session, self.now):
            return StaleSeat(request_id, session_id, "session")
        there = next((b for b in self.live[request.family_id] if b.session_id == session_id), None)
        if there:
            if there.request_id == request_id:
                return there
            return StaleSeat(request_id, session_id, "booked")
        if reason := self._refused(request, session):
            return StaleSeat(request_id, session_id, reason)
        booking = Booking(
            session_id=session_id,
            family_id=request.family_id,
            request_id=request_id,
            seats=len(self.coming(request)),
            state=Booking.State.OFFERED,
            answer_by=last_word_by(session, self.now),
            made_at=self.now,
        )
        session.seats_taken += booking.seats
        self.live[request.family_id].append(booking)
        self.fresh.append(booking)
        return booking

    def _refused(self, request: Request, session: Session) -> str | None:
        family = self.families[request.family_id]
        children = self.coming(request)
        if len(children) > free_seats(session) - self.waiting.get(
            session.pk, 0
        ):  # who stands in this session's line comes first
            return "seats"
        if family.pk in self.passed:
            return None
        named = bool(request.group) and request.group == session.group
        avoided = self.avoided.get((family.pk, session.pk), ())
        broken = broken_rules(
            family, children, session, beside=self._beside(family.pk), avoided=avoided, named=named
        )
        if broken:
            return broken[0].rule
        return None

    def write(self) -> list[Booking]:
        """Store what was seated, in a constant number of statements."""
        create(self.fresh)
        brought = (
            (booking.pk, child.pk)
            for booking in self.fresh
            for child in self.coming(self.requests[booking.request_id or 0])
        )
        insert(Booking.children.through, ("booking", "child"), brought)
        write_back(
            list({b.session_id: self.sessions[b.session_id] for b in self.fresh}.values()),
            ["seats_taken"],
        )
        return self.fresh
