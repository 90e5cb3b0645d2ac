"""The addresses of a family's phone pages."""

from __future__ import annotations

from backend.web.doors.line import Line, form, page, shows
from backend.web.doors.roles import MISSING, NO_GET, OK, REFUSED, SEE_OTHER, families

THEIR_ROW = families(OK, family2=MISSING)
THEIR_POST = families(SEE_OTHER, family2=MISSING)

FAMILY: list[Line] = [
    shows("family:book", families(OK)),
    shows("family:book_fragment", families(OK)),
    shows("family:offers_fragment", families(OK)),
    shows("family:session", families(OK), session_id="session"),
    shows("family:session_fragment", families(OK), session_id="session"),
    shows("family:pick", families(MISSING)),
    form("family:confirm", NO_GET, families(MISSING)),
    shows("family:bookings", families(OK)),
    shows("family:bookings_fragment", families(OK)),
    shows("family:ticket", THEIR_ROW, booking_id="booking"),
    shows("family:ticket_fragment", THEIR_ROW, booking_id="booking"),
    shows("family:calendar", THEIR_ROW, booking_id="booking"),
    form("family:accept_all", NO_GET, families(SEE_OTHER)),
    form("family:answer_seat", NO_GET, THEIR_POST, booking_id="booking"),
    form("family:feedback", NO_GET, THEIR_POST, booking_id="booking"),
    page("family:move", THEIR_ROW, families(REFUSED, family2=MISSING), booking_id="booking"),
    page("family:who_comes", THEIR_ROW, families(REFUSED, family2=MISSING), booking_id="booking"),
    form("family:cancel", NO_GET, THEIR_ROW, booking_id="booking"),
    page("family:requests", families(OK), families(REFUSED)),
    shows("family:requests_fragment", families(OK)),
    form("family:hours", NO_GET, families(SEE_OTHER)),
    form("family:close_request", NO_GET, THEIR_POST, request_id="request"),
    shows("family:messages", families(OK)),
    shows("family:messages_fragment", families(OK)),
    page("family:message_choices", families(OK), families(SEE_OTHER)),
    form("family:messages_seen", NO_GET, families(SEE_OTHER)),
    shows("family:me", families(OK)),
    form("family:new_child", NO_GET, families(REFUSED)),
    shows("family:children_fragment", families(OK)),
    page("family:adults", families(OK), families(REFUSED)),
    shows("family:adults_fragment", families(OK)),
    form("family:let_out", NO_GET, THEIR_ROW, guardian_id="guardian"),
    page("family:child", THEIR_ROW, families(REFUSED, family2=MISSING), child_id="child"),
    form("family:remove_child", NO_GET, THEIR_ROW, child_id="child"),
    form("family:consent", NO_GET, THEIR_POST, child_id="child", purpose="=booking"),
    page("family:home", families(OK), families(REFUSED)),
    shows("family:held", families(OK)),
    shows("family:export", families(OK)),
    page("family:erase", families(OK), families(SEE_OTHER)),
]
