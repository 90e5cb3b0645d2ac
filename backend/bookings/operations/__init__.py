"""Every write of a booking. Each is done under its session's lock, so a session's seats and its
waiting line have one writer.

What a family asks for is done under the family's lock too (family first, then sessions): its own
bookings never overlap and stay within the quota. A waiting booking counts there like a seat, so
that whoever is offered a seat may always take it.
"""

from backend.bookings.operations.ages import correct_child_and_seats
from backend.bookings.operations.booking import (
    AlreadyBooked,
    BookingEnded,
    GivenUp,
    LineClosed,
    NoFreeSeat,
    book,
    cancel_booking,
    move_booking,
)
from backend.bookings.operations.changes import ask_families_again
from backend.bookings.operations.children import NoSeatBeside, change_children
from backend.bookings.operations.consents import leave_bookings, withdraw_consent_and_seats
from backend.bookings.operations.door import (
    DoorClosed,
    NoSeatThere,
    note_family,
    note_family_absent,
    note_rest_absent,
)
from backend.bookings.operations.ending import cancel_bookings_of_family, cancel_bookings_of_session
from backend.bookings.operations.forgotten import serve_forgotten
from backend.bookings.operations.gate import (
    ConsentMissing,
    NotBookable,
    NotYourChild,
    QuotaUsed,
    RulesBroken,
)
from backend.bookings.operations.keeping import keep_seats
from backend.bookings.operations.reopening import CALLED_OFF, called_off_in, put_back_in_line
from backend.bookings.operations.requests import (
    SeatsGiven,
    SeatsStale,
    StaleSeat,
    seat_requests,
    seat_requests_that_fit,
    take_back_seats,
)
from backend.bookings.operations.seats import (
    SeatGone,
    accept_seat,
    decline_seat,
    expire_seats,
    offer_freed_seats,
    offer_freed_seats_of_rota,
)

__all__ = [
    "CALLED_OFF",
    "AlreadyBooked",
    "BookingEnded",
    "ConsentMissing",
    "DoorClosed",
    "GivenUp",
    "LineClosed",
    "NoFreeSeat",
    "NoSeatBeside",
    "NoSeatThere",
    "NotBookable",
    "NotYourChild",
    "QuotaUsed",
    "RulesBroken",
    "SeatGone",
    "SeatsGiven",
    "SeatsStale",
    "StaleSeat",
    "accept_seat",
    "ask_families_again",
    "book",
    "called_off_in",
    "cancel_booking",
    "cancel_bookings_of_family",
    "cancel_bookings_of_session",
    "change_children",
    "correct_child_and_seats",
    "decline_seat",
    "expire_seats",
    "keep_seats",
    "leave_bookings",
    "move_booking",
    "note_family",
    "note_family_absent",
    "note_rest_absent",
    "offer_freed_seats",
    "offer_freed_seats_of_rota",
    "put_back_in_line",
    "seat_requests",
    "seat_requests_that_fit",
    "serve_forgotten",
    "take_back_seats",
    "withdraw_consent_and_seats",
]
