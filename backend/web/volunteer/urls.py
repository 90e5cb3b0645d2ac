"""Phone pages of a volunteer."""

from __future__ import annotations

from django.urls import path

from backend.web.methods import read, read_or_write
from backend.web.volunteer import (
    answers,
    check_in,
    credentials,
    find,
    hours,
    inbox,
    leading,
    me,
    mine,
    notices,
)

app_name = "volunteer"
urlpatterns = [
    path("", read(find.find), name="find"),
    path("hello/", read(find.hello_fragment), name="hello_fragment"),
    path("shifts/", read(find.shifts_fragment), name="shifts_fragment"),
    path("strip/", read(find.strip_fragment), name="strip_fragment"),
    path("shifts/<id:shift_id>/", read(find.shift_fragment), name="shift_fragment"),
    path("shifts/<id:shift_id>/claim/", answers.claim, name="claim"),
    path("offers/", read(mine.offers_fragment), name="offers_fragment"),
    path("offers/<id:offer_id>/accept/", answers.accept, name="accept"),
    path("offers/<id:offer_id>/decline/", answers.decline, name="decline"),
    path("offers/<id:offer_id>/undo-accept/", answers.undo_yes, name="undo_accept"),
    path("offers/<id:offer_id>/undo-decline/", answers.undo_no, name="undo_decline"),
    path("notices/", read(notices.notices_fragment), name="notices_fragment"),
    path("notices/<id:notice_id>/seen/", notices.seen, name="seen"),
    path("mine/", read(mine.mine), name="mine"),
    path("mine/list/", read(mine.mine_fragment), name="mine_fragment"),
    path("mine/<id:assignment_id>/withdraw/", read_or_write(answers.withdraw), name="withdraw"),
    path(
        "mine/<id:assignment_id>/calendar.ics",
        read(mine.calendar),
        name="calendar",
    ),
    path("mine/<id:assignment_id>/undo/", answers.undo_taking, name="undo_claim"),
    path("check-in/", read(check_in.check_in), name="check_in"),
    path("check-in/list/", read(check_in.check_in_fragment), name="check_in_fragment"),
    path("check-in/<id:assignment_id>/in/", check_in.check_in_now, name="check_in_now"),
    path("check-in/<id:assignment_id>/out/", check_in.check_out, name="check_out"),
    path("lead/<id:session_id>/", read(leading.lead), name="lead"),
    path("lead/<id:session_id>/list/", read(leading.lead_fragment), name="lead_fragment"),
    path("lead/<id:session_id>/code/", read(leading.lead_code_fragment), name="lead_code_fragment"),
    path("lead/<id:session_id>/mark/", leading.lead_mark, name="lead_mark"),
    path("hours/", read(hours.hours), name="hours"),
    path("hours/list/", read(hours.hours_fragment), name="hours_fragment"),
    path("hours/<id:assignment_id>/", read_or_write(hours.hours_of), name="hours_of"),
    path("me/", read(me.me), name="me"),
    path("me/availability/", me.availability, name="availability"),
    path("me/time-off/", me.add_days_off, name="add_time_off"),
    path("me/time-off/<id:time_off_id>/remove/", me.remove_days_off, name="remove_time_off"),
    path("me/time-off/<id:time_off_id>/give-back/", me.give_back, name="give_back"),
    path("credentials/", read(credentials.credentials), name="credentials"),
    path(
        "credentials/list/",
        read(credentials.credentials_fragment),
        name="credentials_fragment",
    ),
    path("credentials/hand-in/", read_or_write(credentials.hand_in_one), name="hand_in"),
    path("credentials/<id:hand_in_id>/take-back/", credentials.take_back, name="take_back_hand_in"),
    path("messages/", read(inbox.messages), name="messages"),
    path("messages/list/", read(inbox.messages_fragment), name="messages_fragment"),
    path("messages/seen/", inbox.seen, name="messages_seen"),
    path("messages/choices/", read_or_write(inbox.message_choices), name="message_choices"),
]
