"""Every address of ours, and allauth's, one line each. A page with rows of several kinds has a line
for each kind."""

from __future__ import annotations

from backend.web.doors.admin import ADMIN
from backend.web.doors.day import DAY
from backend.web.doors.family import FAMILY
from backend.web.doors.line import Line, form, page, shows
from backend.web.doors.projects import PROJECTS
from backend.web.doors.public import ACCOUNT, PUBLIC
from backend.web.doors.roles import (
    MISSING,
    MOVED,
    NO_GET,
    NOT_ALLOWED,
    OK,
    REFUSED,
    SEE_OTHER,
    changed,
    coordinators,
    seen,
    some,
    volunteers,
)

NO_GET_C = coordinators(NOT_ALLOWED)  # the door stands in front of the method
HER_FILE = volunteers(OK, volunteer2=MISSING)
HER_ROW = volunteers(SEE_OTHER, volunteer2=MISSING)  # hers alone, whoever else is a volunteer
HER_IMPORT = coordinators(MISSING, county=OK)  # what somebody sent is hers alone
HER_IMPORT_DONE = coordinators(MISSING, county=SEE_OTHER)
OPERATOR = some(["operator"], OK, others=403)

VOLUNTEER: list[Line] = [
    shows("volunteer:find", volunteers(OK)),
    shows("volunteer:hello_fragment", volunteers(OK)),
    shows("volunteer:shifts_fragment", volunteers(OK)),
    shows("volunteer:strip_fragment", volunteers(OK)),
    shows("volunteer:shift_fragment", volunteers(OK), shift_id="shift"),
    form("volunteer:claim", NO_GET, volunteers(SEE_OTHER), shift_id="shift"),
    shows("volunteer:offers_fragment", volunteers(OK)),
    form("volunteer:accept", NO_GET, HER_ROW, offer_id="offer"),
    form("volunteer:decline", NO_GET, HER_ROW, offer_id="offer"),
    form("volunteer:undo_accept", NO_GET, HER_ROW, offer_id="offer"),
    form("volunteer:undo_decline", NO_GET, HER_ROW, offer_id="offer"),
    shows("volunteer:notices_fragment", volunteers(OK)),
    form("volunteer:seen", NO_GET, HER_ROW, notice_id="notice"),
    shows("volunteer:messages", volunteers(OK)),
    shows("volunteer:messages_fragment", volunteers(OK)),
    page("volunteer:message_choices", volunteers(OK), volunteers(SEE_OTHER)),
    form("volunteer:messages_seen", NO_GET, volunteers(SEE_OTHER)),
    shows("volunteer:mine", volunteers(OK)),
    shows("volunteer:mine_fragment", volunteers(OK)),
    page(
        "volunteer:withdraw",
        volunteers(OK, volunteer2=MISSING),
        HER_ROW,
        assignment_id="assignment",
    ),
    shows("volunteer:calendar", HER_FILE, assignment_id="assignment"),
    form("volunteer:undo_claim", NO_GET, HER_ROW, assignment_id="assignment"),
    shows("volunteer:me", volunteers(OK)),
    shows("volunteer:credentials", volunteers(OK)),
    shows("volunteer:credentials_fragment", volunteers(OK)),
    form("volunteer:consent_to_vetting", NO_GET, volunteers(SEE_OTHER)),
    page("volunteer:hand_in", volunteers(MISSING)),  # without a kind there is nothing to hand in
    form("volunteer:take_back_hand_in", NO_GET, HER_ROW, hand_in_id="hand_in"),
    page("volunteer:programmes", volunteers(OK), volunteers(REFUSED)),
    page("volunteer:limits", volunteers(OK), volunteers(REFUSED)),
    page("volunteer:home", volunteers(OK), volunteers(MISSING)),
    shows("volunteer:held", volunteers(OK)),
    shows("volunteer:export", volunteers(OK)),
    page("volunteer:erase", volunteers(OK), volunteers(SEE_OTHER)),
    page("volunteer:pause", volunteers(OK), volunteers(SEE_OTHER)),
    form("volunteer:resume", NO_GET, volunteers(SEE_OTHER)),
    form("volunteer:ask_resume", NO_GET, volunteers(SEE_OTHER)),
    form("volunteer:availability", NO_GET, volunteers(SEE_OTHER)),
    form("volunteer:naming", NO_GET, volunteers(SEE_OTHER)),
    form("volunteer:add_time_off", NO_GET, volunteers(REFUSED)),
    form("volunteer:remove_time_off", NO_GET, HER_ROW, time_off_id="time_off"),
    form("volunteer:give_back", NO_GET, HER_ROW, time_off_id="time_off"),
]

COORDINATOR: list[Line] = [
    shows("coordinator:today", coordinators(OK)),
    shows("coordinator:today_fragment", coordinators(OK)),
    shows("coordinator:today_sessions", coordinators(OK)),
    shows("coordinator:today_holes", coordinators(OK)),
    shows("coordinator:today_waiting", coordinators(OK)),
    shows("coordinator:today_answers", coordinators(OK)),
    shows("coordinator:rotas", coordinators(OK)),
    form("coordinator:close_rota", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="rota"),
    page("coordinator:new_rota", coordinators(OK), coordinators(REFUSED)),
    shows("coordinator:rota", seen(OK, whose="rota"), pk="rota"),
    shows("coordinator:rota", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:rota", seen(OK, whose="village"), pk="village_rota"),
    shows("coordinator:board_fragment", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:board_fragment", seen(OK, whose="village"), pk="village_rota"),
    shows("coordinator:pick_fragment", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:pick_fragment", seen(OK, whose="village"), pk="village_rota"),
    shows("coordinator:others_fragment", coordinators(MISSING), pk="draft"),
    shows("coordinator:holes", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:holes", seen(OK, whose="village"), pk="village_rota"),
    form("coordinator:request_run", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="draft"),
    form(
        "coordinator:request_run",
        NO_GET_C,
        changed(SEE_OTHER, whose="village"),
        pk="village_rota",
    ),
    shows("coordinator:new_session_fragment", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:run_fragment", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:run_fragment", seen(OK, whose="village"), pk="village_rota"),
    shows("coordinator:runs", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:runs", seen(OK, whose="village"), pk="village_rota"),
    shows("coordinator:runs_fragment", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:compare", seen(OK, whose="rota"), pk="draft"),
    shows("coordinator:compare", seen(OK, whose="village"), pk="village_rota"),
    page(
        "coordinator:what_if",
        changed(OK, whose="rota"),
        changed(REFUSED, whose="rota"),
        pk="draft",
    ),
    form("coordinator:stop_run", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="run"),
    shows("coordinator:proposal", seen(OK, whose="rota"), pk="proposal"),
    shows("coordinator:proposal_fragment", seen(OK, whose="rota"), pk="proposal"),
    shows("coordinator:answers_fragment", seen(OK, whose="rota"), pk="proposal"),
    form("coordinator:publish", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="proposal"),
    form("coordinator:discard", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="proposal"),
    page("coordinator:new_session", changed(OK, whose="rota"), pk="draft"),
    page("coordinator:new_session", changed(OK, whose="village"), pk="village_rota"),
    shows("coordinator:session", seen(OK, whose="session"), pk="session"),
    shows("coordinator:session", seen(OK, whose="session"), pk="draft_session"),
    shows("coordinator:session", seen(OK, whose="village"), pk="village_session"),
    shows("coordinator:lineups_fragment", seen(OK, whose="session"), pk="draft_session"),
    shows("coordinator:lineups_fragment", seen(OK, whose="village"), pk="village_session"),
    page(
        "coordinator:ask",
        seen(MOVED, whose="session") | {"city": OK, "county": OK},
        changed(SEE_OTHER, whose="session"),
        pk="session",
    ),
    form("coordinator:keep_template", NO_GET_C, changed(SEE_OTHER, whose="session"), pk="session"),
    form("coordinator:drop_template", NO_GET_C, changed(SEE_OTHER, whose="rota"), pk="template"),
    form("coordinator:bring_over", NO_GET_C, changed(SEE_OTHER, whose="session"), pk="session"),
    page(
        "coordinator:part",
        seen(MOVED, whose="session") | {"city": OK, "county": OK},
        changed(REFUSED, whose="session"),
        pk="session",
        who="volunteer",
    ),
    # asked for with the key of a shift
    shows(
        "coordinator:repair_fragment",
        changed(MISSING, whose="session"),
        pk="session",
    ),
    page(
        "coordinator:telephone",
        seen(MOVED, whose="session") | {"city": OK, "county": OK},
        changed(MISSING, whose="session"),
        pk="session",
    ),
    page(
        "coordinator:reopen_session",
        changed(MOVED, whose="session"),
        changed(SEE_OTHER, whose="session"),
        pk="session",
    ),
    form("coordinator:undo_act", NO_GET_C, changed(SEE_OTHER, whose="session"), pk="act"),
    page(
        "coordinator:edit_session",
        changed(OK, whose="session"),
        changed(REFUSED, whose="session"),
        pk="session",
    ),
    page(
        "coordinator:edit_session",
        changed(OK, whose="village"),
        changed(REFUSED, whose="village"),
        pk="village_session",
    ),
    page(
        "coordinator:cancel_session",
        changed(OK, whose="session"),
        changed(REFUSED, whose="session"),
        pk="session",
    ),
    page(
        "coordinator:cancel_session",
        changed(OK, whose="village"),
        changed(REFUSED, whose="village"),
        pk="village_session",
    ),
    shows("coordinator:sign_in_sheet", changed(OK, whose="session"), pk="session"),
    shows("coordinator:rota_sheet", seen(OK, whose="rota"), pk="rota"),
    shows("coordinator:exchange", coordinators(OK)),
    shows("coordinator:exchange_fragment", coordinators(OK)),
    shows("coordinator:exchange_rotas_fragment", coordinators(OK)),
    page("coordinator:new_import", coordinators(MISSING)),  # of no table
    shows("coordinator:import_template", coordinators(MISSING)),
    form("coordinator:export", NO_GET_C, coordinators(MISSING)),
    shows("coordinator:import", HER_IMPORT, pk="import"),
    shows("coordinator:import_fragment", HER_IMPORT, pk="import"),
    shows("coordinator:import_problems", HER_IMPORT, pk="import"),
    form("coordinator:confirm_import", NO_GET_C, HER_IMPORT_DONE, pk="import"),
    form("coordinator:drop_import", NO_GET_C, HER_IMPORT_DONE, pk="import"),
    shows("coordinator:messages", coordinators(OK)),
    shows("coordinator:messages_fragment", coordinators(OK)),
    page("coordinator:message_choices", coordinators(OK), coordinators(SEE_OTHER)),
    form("coordinator:messages_seen", NO_GET_C, coordinators(SEE_OTHER)),
    page(
        "coordinator:venues",
        coordinators(OK),
        coordinators(REFUSED, viewer=403, officer=403),
    ),
    shows("coordinator:wall", coordinators(OK, county2=MISSING, far=MISSING), pk="venue"),
    form(
        "coordinator:renew_wall",
        NO_GET_C,
        coordinators(SEE_OTHER, county2=MISSING, far=MISSING, viewer=403, officer=403),
        pk="venue",
    ),
    shows("coordinator:applications", coordinators(OK)),
    shows("coordinator:applications_fragment", coordinators(OK)),
    form(
        "coordinator:answer_application",
        NO_GET_C,
        changed(SEE_OTHER, whose="village"),
        pk="applicant",
    ),
    form(
        "coordinator:answer_number",
        NO_GET_C,
        changed(SEE_OTHER, whose="village"),
        pk="number_question",
    ),
    shows("coordinator:credentials", coordinators(OK)),
    shows("coordinator:credentials_fragment", coordinators(OK)),
    page(
        "coordinator:hand_in",
        changed(OK, whose="village"),
        changed(REFUSED, whose="village"),
        pk="hand_in",
    ),
    page(
        "coordinator:end_credential",
        changed(OK, whose="village"),
        changed(REFUSED, whose="village"),
        pk="credential",
    ),
    page(
        "coordinator:vetting",
        changed(OK, whose="village", officer=OK),
        changed(REFUSED, whose="village", officer=REFUSED),
        pk="vetting",
    ),
    shows("coordinator:evidence", coordinators(MISSING), token="=abc"),  # hers alone, ten minutes
    shows("coordinator:volunteers", coordinators(OK)),
    shows("coordinator:volunteer", seen(OK, whose="village"), pk="volunteer"),
    form(
        "coordinator:change_standing",
        NO_GET_C,
        changed(MISSING, whose="village"),
        pk="volunteer",
    ),
    form("coordinator:stay_paused", NO_GET_C, changed(SEE_OTHER, whose="village"), pk="volunteer"),
    form("coordinator:remark", NO_GET_C, changed(SEE_OTHER, whose="village"), pk="volunteer"),
]

OPERATORS: list[Line] = [
    shows("operator:status", OPERATOR),
    shows("operator:messages", OPERATOR),
    form("operator:settle_messages", NO_GET, some(["operator"], 400, others=403)),
]

OURS: list[Line] = [
    *PUBLIC,
    *ACCOUNT,
    *VOLUNTEER,
    *FAMILY,
    *COORDINATOR,
    *DAY,
    *PROJECTS,
    *OPERATORS,
]
PAGES: list[Line] = [*OURS, *ADMIN]
