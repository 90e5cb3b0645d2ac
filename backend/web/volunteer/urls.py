"""Phone pages of a volunteer."""

from __future__ import annotations

from django.urls import path

from backend.web.volunteer import answers, find, me, mine, notices

app_name = "volunteer"
urlpatterns = [
    path("", find.find, name="find"),
    path("hello/", find.hello, name="hello"),
    path("shifts/", find.shifts, name="shifts"),
    path("strip/", find.strip, name="strip"),
    path("shifts/<int:shift_id>/", find.session_card, name="session_card"),
    path("shifts/<int:shift_id>/claim/", answers.claim, name="claim"),
    path("offers/", mine.offers, name="offers"),
    path("offers/<int:offer_id>/accept/", answers.accept, name="accept"),
    path("offers/<int:offer_id>/decline/", answers.decline, name="decline"),
    path("offers/<int:offer_id>/undo-accept/", answers.undo_yes, name="undo_accept"),
    path("offers/<int:offer_id>/undo-decline/", answers.undo_no, name="undo_decline"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:notice_id>/seen/", notices.seen, name="seen"),
    path("mine/", mine.mine, name="mine"),
    path("mine/list/", mine.assignments, name="assignments"),
    path("mine/<int:assignment_id>/withdraw/", answers.withdraw, name="withdraw"),
    path("mine/<int:assignment_id>/undo/", answers.undo_taking, name="undo_claim"),
    path("me/", me.me, name="me"),
    path("me/availability/", me.availability, name="availability"),
    path("me/time-off/", me.add_days_off, name="add_time_off"),
    path("me/time-off/<int:time_off_id>/remove/", me.remove_days_off, name="remove_time_off"),
    path("me/time-off/<int:time_off_id>/give-back/", me.give_back, name="give_back"),
]
