"""Every kind of event there is.

A new one is a line here, a line in the table of tests/live/cases.py, and nothing else.
"""

from __future__ import annotations

# the stream that moves when any rota is published or closed: who looks for something new listens to
# it
CITY = "city.1"

KINDS = frozenset(
    {
        # rotas and sessions
        "rota_published",
        "rota_closed",
        "session_changed",
        "session_cancelled",
        # people and shifts
        "shift_claimed",
        "shift_placed",
        "assignment_withdrawn",
        "offer_made",
        "offer_accepted",
        "offer_declined",
        "offer_expired",
        "offer_withdrawn",
        "offer_barred",
        "answer_undone",
        "notice_seen",
        # families and seats
        "booking_made",
        "booking_waiting",
        "booking_cancelled",
        "booking_asked",
        "seat_offered",
        "seat_accepted",
        "seat_declined",
        "seat_expired",
        "request_opened",
        "request_closed",
        # the solver
        "run_requested",
        "run_started",
        "run_stopping",
        "run_finished",
        "run_failed",
        "run_cancelled",
        "proposal_publishing",
        "proposal_published",
        "proposal_refused",
        "proposal_discarded",
        # the person herself
        "availability_changed",
        "family_changed",
        "signed_out",
        "membership_ended",
    }
)
