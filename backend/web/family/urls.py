"""Phone pages of a family. A fragment's address answers just that fragment."""

from __future__ import annotations

from django.urls import path

from backend.web.family import book, bookings, me, session, wishes

app_name = "family"
urlpatterns = [
    path("", book.book, name="book"),
    path("sessions/", book.sessions, name="sessions"),  # fragment
    path("offers/", book.seat_offers, name="seat_offers"),  # fragment
    path("sessions/<int:session_id>/", session.session, name="session"),
    path("sessions/<int:session_id>/page/", session.session_page, name="session_page"),  # fragment
    path("pick/", session.pick, name="pick"),
    path("confirm/", session.confirm, name="confirm"),
    path("bookings/", bookings.bookings, name="bookings"),
    path("bookings/list/", bookings.bookings_list, name="bookings_list"),  # fragment
    path("bookings/<int:booking_id>/", bookings.ticket, name="ticket"),
    path("bookings/<int:booking_id>/card/", bookings.ticket_card, name="ticket_card"),  # fragment
    path("bookings/<int:booking_id>/calendar.ics", bookings.calendar, name="calendar"),
    path("bookings/<int:booking_id>/answer/", bookings.answer_seat, name="answer_seat"),
    path("bookings/<int:booking_id>/move/", bookings.move, name="move"),
    path("bookings/<int:booking_id>/cancel/", bookings.cancel, name="cancel"),
    path("requests/", wishes.requests, name="requests"),
    path("requests/list/", wishes.requests_list, name="requests_list"),  # fragment
    path("requests/hours/", wishes.hours, name="hours"),
    path("requests/<int:request_id>/close/", wishes.close, name="close_request"),
    path("me/", me.me, name="me"),
    path("me/children/", me.new_child, name="new_child"),
    path("me/children/list/", me.children, name="children"),  # fragment
    path("me/children/<int:child_id>/", me.child, name="child"),
    path("me/children/<int:child_id>/remove/", me.remove_child, name="remove_child"),
    path("me/children/<int:child_id>/consents/<slug:purpose>/", me.consent, name="consent"),
    path("me/data.json", me.export, name="export"),
    path("me/erase/", me.erase, name="erase"),
]
