"""Phone pages of a family. A fragment's address answers just that fragment."""

from __future__ import annotations

from django.urls import path

from backend.web.family import (
    adults,
    book,
    bookings,
    feedback,
    held,
    home,
    inbox,
    me,
    session,
    visits,
    who_comes,
    wish_asks,
    wishes,
)
from backend.web.methods import read, read_or_write

app_name = "family"
urlpatterns = [
    path("", read(book.book), name="book"),
    path("sessions/", read(book.book_fragment), name="book_fragment"),
    path("offers/", read(book.offers_fragment), name="offers_fragment"),
    path("sessions/<id:session_id>/", read(session.session), name="session"),
    path(
        "sessions/<id:session_id>/page/", read(session.session_fragment), name="session_fragment"
    ),  # fragment
    path("pick/", read(session.pick), name="pick"),
    path("confirm/", session.confirm, name="confirm"),
    path("bookings/", read(bookings.bookings), name="bookings"),
    path("bookings/list/", read(bookings.bookings_fragment), name="bookings_fragment"),
    path("bookings/<id:booking_id>/", read(bookings.ticket), name="ticket"),
    path(
        "bookings/<id:booking_id>/card/", read(bookings.ticket_fragment), name="ticket_fragment"
    ),  # fragment
    path("bookings/<id:booking_id>/calendar.ics", read(bookings.calendar), name="calendar"),
    path("bookings/all/", wish_asks.accept_all, name="accept_all"),
    path("bookings/<id:booking_id>/answer/", bookings.answer_seat, name="answer_seat"),
    path("bookings/<id:booking_id>/feedback/", feedback.give, name="feedback"),
    path("bookings/<id:booking_id>/move/", bookings.move, name="move"),
    path(
        "bookings/<id:booking_id>/children/", read_or_write(who_comes.who_comes), name="who_comes"
    ),
    path("bookings/<id:booking_id>/cancel/", bookings.cancel, name="cancel"),
    path("visits/ask/", read_or_write(visits.ask_visit), name="ask_visit"),
    path("visits/<id:request_id>/", read(visits.visit), name="visit"),
    path(
        "visits/<id:request_id>/change/",
        read_or_write(visits.change_visit),
        name="change_visit",
    ),
    path("visits/<id:request_id>/card/", read(visits.visit_fragment), name="visit_fragment"),
    path("visits/<id:request_id>/cancel/", visits.cancel_visit, name="cancel_visit"),
    path("requests/", wishes.requests, name="requests"),
    path("requests/list/", read(wishes.requests_fragment), name="requests_fragment"),
    path("requests/hours/", wishes.hours, name="hours"),
    path("requests/<id:request_id>/close/", wishes.close, name="close_request"),
    path("me/", read(me.me), name="me"),
    path("me/adults/", read_or_write(adults.adults), name="adults"),
    path("me/adults/list/", read(adults.adults_fragment), name="adults_fragment"),
    path("me/adults/<id:guardian_id>/out/", adults.let_out, name="let_out"),
    path("me/children/", me.new_child, name="new_child"),
    path("me/children/list/", read(me.children_fragment), name="children_fragment"),
    path("me/children/<id:child_id>/", me.child, name="child"),
    path("me/children/<id:child_id>/remove/", me.remove_child, name="remove_child"),
    path("me/children/<id:child_id>/consents/<slug:purpose>/", me.consent, name="consent"),
    path("me/home/", read_or_write(home.home), name="home"),
    path("me/data/", read(held.held), name="held"),
    path("me/data.zip", read(held.export), name="export"),
    path("me/erase/", held.erase, name="erase"),
    path("messages/", read(inbox.messages), name="messages"),
    path("messages/list/", read(inbox.messages_fragment), name="messages_fragment"),
    path("messages/seen/", inbox.seen, name="messages_seen"),
    path("messages/choices/", read_or_write(inbox.message_choices), name="message_choices"),
]
