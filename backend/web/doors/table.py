"""Every address of ours, and allauth's, one line each. A page with rows of several kinds has a line
for each kind."""

from __future__ import annotations

from backend.web.doors.admin import ADMIN
from backend.web.doors.line import Line, form, page
from backend.web.doors.roles import (
    MISSING,
    MOVED,
    NOT_ALLOWED,
    OK,
    REFUSED,
    SEE_OTHER,
    changed,
    coordinators,
    everybody,
    families,
    seen,
    signed_in,
    some,
    volunteers,
)

NO_GET = everybody(NOT_ALLOWED)
NO_GET_C = coordinators(NOT_ALLOWED)  # the door stands in front of the method
HER_ROW = volunteers(MOVED, volunteer2=MISSING)  # hers alone, whoever else is a volunteer
THEIR_ROW = families(OK, family2=MISSING)
THEIR_POST = families(MOVED, family2=MISSING)
MANY_SIDES = ["nobody", "member", "staff", "superuser"]  # a page to choose from
OPERATOR = some(["operator"], OK, others=403)

PUBLIC: list[Line] = [
    page("home", everybody(MOVED) | dict.fromkeys(MANY_SIDES, OK)),
    page("healthz", everybody(OK)),
    page("readyz", everybody(OK)),
    page("metrics", everybody(OK)),  # this machine, or who brings METRICS_TOKEN
    page("tabs", volunteers(OK), audience="=volunteer", place="=find"),
    page("tabs", families(OK), audience="=family", place="=book"),
    page("tabs", signed_in(MISSING), audience="=coordinator", place="=today"),
    page("sign_in", everybody(MOVED)),
    page("account", signed_in(OK)),
    page("demo_sign_in", everybody(MISSING), key="demo"),  # with DEMO=True: 200, and 302
    form("preferences", NO_GET, everybody(400)),
    page("asset", everybody(OK), name="=phone", digest="=old", kind="=css"),
    page("styleguide", everybody(MISSING) | dict.fromkeys(["staff", "superuser"], OK)),
    page(
        "styleguide",
        everybody(MISSING) | dict.fromkeys(["staff", "superuser"], OK),
        shell="=desktop",
    ),
    page(
        "styleguide_mock",
        everybody(MISSING) | dict.fromkeys(["staff", "superuser"], OK),
        page="=family",
    ),
]

ACCOUNT: list[Line] = [
    page("account_login", signed_in(MOVED) | {"nobody": OK}),
    page("account_logout", signed_in(OK) | {"nobody": MOVED}, everybody(MOVED)),
    page("account_inactive", everybody(OK), everybody(NOT_ALLOWED)),
    page("account_reauthenticate", signed_in(OK)),
    page("account_change_password", signed_in(OK)),
    page("mfa_index", signed_in(OK), signed_in(NOT_ALLOWED)),
    page("mfa_authenticate", everybody(MOVED)),
    page("mfa_reauthenticate", everybody(MOVED)),
    page("mfa_activate_totp", signed_in(MOVED)),
    page("mfa_deactivate_totp", signed_in(MISSING)),
    page("mfa_view_recovery_codes", signed_in(MISSING), signed_in(NOT_ALLOWED)),
    page("mfa_generate_recovery_codes", everybody(MOVED)),
    page("mfa_download_recovery_codes", signed_in(MISSING)),
    # the link with which an operator chooses her first password; this one is none
    page("account_reset_password_from_key", everybody(OK), uidb36="=1", key="=abc"),
    # taken out: backend/config/urls.py
    page("account_signup", everybody(MISSING)),
    page("account_email", everybody(MISSING)),
    page("account_email_verification_sent", everybody(MISSING)),
    page("account_confirm_email", everybody(MISSING), key="=abc"),
    page("account_set_password", everybody(MISSING)),
    page("account_reset_password", everybody(MISSING)),
    page("account_reset_password_done", everybody(MISSING)),
    page("account_reset_password_from_key_done", everybody(MISSING)),
    page("account_confirm_login_code", everybody(MISSING)),
]

VOLUNTEER: list[Line] = [
    page("volunteer:find", volunteers(OK)),
    page("volunteer:hello", volunteers(OK)),
    page("volunteer:shifts", volunteers(OK)),
    page("volunteer:strip", volunteers(OK)),
    page("volunteer:session_card", volunteers(OK), shift_id="shift"),
    form("volunteer:claim", NO_GET, volunteers(MOVED), shift_id="shift"),
    page("volunteer:offers", volunteers(OK)),
    form("volunteer:accept", NO_GET, HER_ROW, offer_id="offer"),
    form("volunteer:decline", NO_GET, HER_ROW, offer_id="offer"),
    form("volunteer:undo_accept", NO_GET, HER_ROW, offer_id="offer"),
    form("volunteer:undo_decline", NO_GET, HER_ROW, offer_id="offer"),
    page("volunteer:notices", volunteers(OK)),
    form("volunteer:seen", NO_GET, HER_ROW, notice_id="notice"),
    page("volunteer:mine", volunteers(OK)),
    page("volunteer:assignments", volunteers(OK)),
    page(
        "volunteer:withdraw",
        volunteers(OK, volunteer2=MISSING),
        HER_ROW,
        assignment_id="assignment",
    ),
    form("volunteer:undo_claim", NO_GET, HER_ROW, assignment_id="assignment"),
    page("volunteer:me", volunteers(OK)),
    form("volunteer:availability", NO_GET, volunteers(MOVED)),
    form("volunteer:add_time_off", NO_GET, volunteers(REFUSED)),
    form("volunteer:remove_time_off", NO_GET, volunteers(MOVED), time_off_id="time_off"),
]

FAMILY: list[Line] = [
    page("family:book", families(OK)),
    page("family:sessions", families(OK)),
    page("family:seat_offers", families(OK)),
    page("family:session", families(OK), session_id="session"),
    page("family:session_page", families(OK), session_id="session"),
    page("family:pick", families(MISSING)),
    form("family:confirm", NO_GET, families(MISSING)),
    page("family:bookings", families(OK)),
    page("family:bookings_list", families(OK)),
    page("family:ticket", THEIR_ROW, booking_id="booking"),
    page("family:ticket_card", THEIR_ROW, booking_id="booking"),
    page("family:calendar", THEIR_ROW, booking_id="booking"),
    form("family:answer_seat", NO_GET, THEIR_POST, booking_id="booking"),
    page("family:move", THEIR_ROW, families(REFUSED, family2=MISSING), booking_id="booking"),
    form("family:cancel", NO_GET, THEIR_POST, booking_id="booking"),
    page("family:requests", families(OK)),
    page("family:requests_list", families(OK)),
    form("family:hours", NO_GET, families(MOVED)),
    form("family:close_request", NO_GET, families(MOVED), request_id="request"),
    page("family:me", families(OK)),
    form("family:new_child", NO_GET, families(REFUSED)),
    page("family:children", families(OK)),
    page("family:child", THEIR_ROW, child_id="child"),
    form("family:remove_child", NO_GET, families(MOVED), child_id="child"),
    form("family:consent", NO_GET, families(MOVED), child_id="child", purpose="=booking"),
    page("family:export", families(OK)),
    page("family:erase", families(OK), families(MOVED)),
]

COORDINATOR: list[Line] = [
    page("coordinator:today", coordinators(OK)),
    page("coordinator:today_fragment", coordinators(OK)),
    page("coordinator:rotas", coordinators(OK)),
    page("coordinator:rota", seen(OK, whose="rota"), pk="rota"),
    page("coordinator:rota", seen(OK, whose="rota"), pk="draft"),
    page("coordinator:rota", seen(OK, whose="village"), pk="village_rota"),
    page("coordinator:rota_board", seen(OK, whose="rota"), pk="draft"),
    page("coordinator:rota_board", seen(OK, whose="village"), pk="village_rota"),
    page("coordinator:pick", seen(OK, whose="rota"), pk="draft"),
    page("coordinator:pick", seen(OK, whose="village"), pk="village_rota"),
    page("coordinator:others", coordinators(MISSING), pk="draft"),
    page("coordinator:holes", seen(OK, whose="rota"), pk="draft"),
    page("coordinator:holes", seen(OK, whose="village"), pk="village_rota"),
    form("coordinator:request_run", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="draft"),
    form(
        "coordinator:request_run",
        NO_GET_C,
        changed(SEE_OTHER, whose="village"),
        pk="village_rota",
    ),
    page("coordinator:run_panel", seen(OK, whose="rota"), pk="draft"),
    page("coordinator:run_panel", seen(OK, whose="village"), pk="village_rota"),
    form("coordinator:stop_run", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="run"),
    page("coordinator:proposal", seen(OK, whose="rota"), pk="proposal"),
    page("coordinator:proposal_fragment", seen(OK, whose="rota"), pk="proposal"),
    page("coordinator:answers", seen(OK, whose="rota"), pk="proposal"),
    form("coordinator:publish", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="proposal"),
    form("coordinator:discard", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="proposal"),
    page("coordinator:new_session", changed(OK, whose="rota"), pk="draft"),
    page("coordinator:new_session", changed(OK, whose="village"), pk="village_rota"),
    page("coordinator:session", seen(OK, whose="session"), pk="session"),
    page("coordinator:session", seen(OK, whose="session"), pk="draft_session"),
    page("coordinator:session", seen(OK, whose="village"), pk="village_session"),
    page("coordinator:session_crews", seen(OK, whose="session"), pk="draft_session"),
    page("coordinator:session_crews", seen(OK, whose="village"), pk="village_session"),
    page(
        "coordinator:ask",
        seen(MOVED, whose="session") | {"city": OK, "county": OK},
        changed(SEE_OTHER, whose="session"),
        pk="session",
    ),
    page(
        "coordinator:edit_session",
        changed(OK, whose="session"),
        pk="session",
    ),
    page(
        "coordinator:edit_session",
        changed(OK, whose="village"),
        pk="village_session",
    ),
    page(
        "coordinator:cancel_session",
        changed(OK, whose="session"),
        changed(SEE_OTHER, whose="session"),
        pk="session",
    ),
    page(
        "coordinator:cancel_session",
        changed(OK, whose="village"),
        changed(SEE_OTHER, whose="village"),
        pk="village_session",
    ),
    page("coordinator:volunteers", coordinators(OK)),
    page("coordinator:volunteer", seen(OK, whose="village"), pk="volunteer"),
]

OPERATORS: list[Line] = [page("operator:status", OPERATOR)]

OURS: list[Line] = [*PUBLIC, *ACCOUNT, *VOLUNTEER, *FAMILY, *COORDINATOR, *OPERATORS]
PAGES: list[Line] = [*OURS, *ADMIN]
