"""Predicates and sums about one session or one booking and the clock: capacity, the waiting line,
deadlines."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from backend.bookings.models import ANSWERABLE, LIVE, Booking
from backend.common import deadlines
from backend.rota.models import Rota, Session
from backend.rota.policy import capacity, has_begun, is_at_home, is_over
from backend.rota.states import OPENED

LINE_CLOSES = timedelta(
    hours=2
)  # before the start: from here on a freed seat goes to whoever books it first
# nothing that is taken for another: no 0 O D Q, 1 I L, 8 B, 5 S, 2 Z, U V, 6 G
CODE_ALPHABET = "23456789ACEFHJKMNPRTWXY"
CODE_LENGTH = 4
STAY_ASKED = timedelta(hours=24)  # before the start
DOOR = timedelta(days=7)  # after the end; so long a slip at the door is put right


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of a waiting line: a booking and the seats that it needs."""

    booking_id: int
    seats: int
    made_at: datetime


def free_seats(session: Session) -> int:
    """Seats that can still be given.

    Never below 0: when people leave, nobody who has a seat is bumped.
    """
    return max(0, capacity(session) - session.seats_taken)


def no_minder_asked(session: Session) -> bool:
    """Nobody has promised, or been asked, to look after children: no seat can be sold yet."""
    return not session.staff


def in_order(line: Iterable[Waiting]) -> list[Waiting]:
    """The waiting line: who came first stands first, whatever order the entries are read in."""
    return sorted(line, key=lambda entry: (entry.made_at, entry.booking_id))


def served(line: Iterable[Waiting], free: int) -> list[Waiting]:
    """Who is offered the free seats: in order of the line, each family whose children all fit into
    what is left.

    A family that needs more seats than are free keeps her place and is passed over this time: a
    seat that stays empty helps nobody, and children of one family are not torn apart. She is asked
    first as soon as enough seats are free at one moment. Nobody is ever served before an earlier
    entry that would have fitted.
    """
    chosen = []
    for entry in in_order(line):
        if entry.seats <= free:
            chosen.append(entry)
            free -= entry.seats
    return chosen


def is_bookable(session: Session, now: datetime) -> bool:
    """Open, in a published rota, with seats, and not begun.

    Reads `session.rota`: a query if it is not loaded.
    """
    return (
        session.state == Session.State.OPEN
        and session.rota.state == Rota.State.PUBLISHED
        and session.seats_max is not None
        and session.starts_at is not None
        and not has_begun(session, now)
    )


def line_is_open(session: Session, now: datetime) -> bool:
    """Freed seats are offered along the line. Later than LINE_CLOSES before the start, or when
    nobody could answer in her waking hours, there is no time to ask: they go to whoever takes them
    first."""
    if session.starts_at is None or now >= session.starts_at - LINE_CLOSES:
        return False
    return seat_deadline(session, now) is not None


def seat_deadline(session: Session, now: datetime) -> datetime | None:
    """Until when a freed seat is kept for one family; None: she could not answer in time. Others
    wait for it."""
    return deadlines.answer_by(now, session.starts_at, hours=settings.SEAT_OFFER_HOURS, urgent=True)


def kept_again_by(session: Session, now: datetime) -> datetime | None:
    """The same for a seat that the family had before its class was called off, and that is its own
    when the class takes place after all: it has the time that everybody has who is asked."""
    return deadlines.answer_by(now, session.starts_at, hours=settings.SEAT_OFFER_HOURS)


def last_word_by(session: Session, now: datetime) -> datetime:
    """Until when seats that a family has are kept for her when she is asked about them again: at
    the latest the start, because what was promised is not taken back in the night."""
    by = kept_again_by(session, now)
    if by is not None:
        return by
    assert session.starts_at is not None  # without a start everybody has time
    return max(now, session.starts_at)


def stay_by(session: Session, now: datetime, *, closes: bool = True) -> datetime | None:
    """Until when the families of a class without a minder say whether they come all the same; None
    before the last day, and (`closes`) when it is over. What is farther is the planner's business:
    she may still find somebody."""
    if session.state != Session.State.OPEN or session.starts_at is None or is_at_home(session):
        return None
    by = session.starts_at - LINE_CLOSES
    until = by if closes else session.starts_at
    return by if session.starts_at - STAY_ASKED <= now < until else None


def may_say_whether(booking: Booking, session: Session, now: datetime) -> bool:
    """She may say whether she comes, if the class is without a minder (queries.staying)."""
    return booking.state == Booking.State.CONFIRMED and stay_by(session, now) is not None


def has_lapsed(booking: Booking, now: datetime) -> bool:
    """She was asked and the time to answer is over, whether or not the task that ends it has come
    by."""
    return (
        booking.state in ANSWERABLE and booking.answer_by is not None and now >= booking.answer_by
    )


def still_counts(booking: Booking, now: datetime) -> bool:
    """The family has a seat in a session that takes place and is not over, or may still get one:
    who has none when it begins, or was asked and did not answer, comes no more."""
    session = booking.session
    if session.state != Session.State.OPEN or is_over(session, now):
        return False
    if booking.state in (Booking.State.CONFIRMED, Booking.State.ATTENDED):
        return True
    return booking.state in LIVE and not has_begun(session, now) and not has_lapsed(booking, now)


def door_is_open(session: Session, now: datetime) -> bool:
    """Whether it may be noted which families came: from when volunteers sign in to a week after."""
    if session.state not in OPENED or session.starts_at is None or session.ends_at is None:
        return False
    opens = session.starts_at - timedelta(minutes=settings.SIGN_IN_MINUTES)
    return opens <= now < session.ends_at + DOOR


def new_code(taken: Collection[str]) -> str:
    """A code to say at the door, different from the others of the same session."""
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if code not in taken:
            return code
