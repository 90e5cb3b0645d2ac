"""Reads about bookings, each in a constant number of statements."""

from backend.bookings.queries.finding import Found, found_for, session_for, streams_of_plans
from backend.bookings.queries.lines import (
    avoided_people,
    live_bookings_of,
    past_bookings_of,
    positions,
    seats_waited_for,
    with_waiting,
)

__all__ = [
    "Found",
    "avoided_people",
    "found_for",
    "live_bookings_of",
    "past_bookings_of",
    "positions",
    "seats_waited_for",
    "session_for",
    "streams_of_plans",
    "with_waiting",
]
