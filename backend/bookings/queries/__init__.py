"""Reads about bookings, each in a constant number of statements."""

from backend.bookings.queries.ages import fit_again, is_too_old_or_young, would_leave
from backend.bookings.queries.finding import (
    Found,
    found_for,
    session_for,
    sleeps_then,
    streams_of_plans,
)
from backend.bookings.queries.hindrances import Hindrance, hindrances
from backend.bookings.queries.instead import instead_of
from backend.bookings.queries.lines import (
    at_the_door,
    avoided_people,
    bookings_ahead_of,
    children_agreed_to,
    coming_bookings_of,
    heads_of,
    live_bookings_of,
    minders_missing,
    past_bookings_of,
    positions,
    seats_lost_by,
    seats_waited_for,
    with_waiting,
    without_minder,
)
from backend.bookings.queries.people import RolePeople, people_by_role
from backend.bookings.queries.staying import StaySaid, asked_to_stay, stay_said

__all__ = [
    "Found",
    "Hindrance",
    "RolePeople",
    "StaySaid",
    "asked_to_stay",
    "at_the_door",
    "avoided_people",
    "bookings_ahead_of",
    "children_agreed_to",
    "coming_bookings_of",
    "fit_again",
    "found_for",
    "heads_of",
    "hindrances",
    "instead_of",
    "is_too_old_or_young",
    "live_bookings_of",
    "minders_missing",
    "past_bookings_of",
    "people_by_role",
    "positions",
    "seats_lost_by",
    "seats_waited_for",
    "session_for",
    "sleeps_then",
    "stay_said",
    "streams_of_plans",
    "with_waiting",
    "without_minder",
    "would_leave",
]
