"""Desktop pages of a coordinator."""

from __future__ import annotations

from django.urls import path

from backend.web.coordinator import (
    applications,
    credentials,
    exchange,
    hours,
    inbox,
    opening,
    part,
    pick,
    presence,
    proposal,
    rota,
    rotas,
    run_panel,
    session,
    session_change,
    sheets,
    standing,
    statements,
    telephone,
    today,
    venues,
    volunteers,
)
from backend.web.methods import read, read_or_write

app_name = "coordinator"
urlpatterns = [
    path("", read(today.today), name="today"),
    path("today/", read(today.today_fragment), name="today_fragment"),
    path("today/sessions/", read(today.all_sessions), name="today_sessions"),
    path("sessions/<id:pk>/repair/", read(today.repair_fragment), name="repair_fragment"),
    path("today/holes/", read(today.all_holes), name="today_holes"),
    path("today/waiting/", read(today.all_unanswered), name="today_waiting"),
    path("today/answers/", read(today.all_answered), name="today_answers"),
    # rotas
    path("rotas/", read(rotas.rotas), name="rotas"),
    path("rotas/new/", read_or_write(opening.new_rota), name="new_rota"),
    path("rotas/<id:pk>/", read(rota.rota), name="rota"),
    path("rotas/<id:pk>/close/", rota.close, name="close_rota"),
    path("rotas/<id:pk>/board/", read(rota.board_fragment), name="board_fragment"),
    path("rotas/<id:pk>/pick/", read(pick.pick_fragment), name="pick_fragment"),
    path("rotas/<id:pk>/others/", read(pick.others_fragment), name="others_fragment"),
    path("rotas/<id:pk>/holes/", read(rotas.holes), name="holes"),
    # runs and proposals
    path("rotas/<id:pk>/run/", run_panel.request_run, name="request_run"),
    path(
        "rotas/<id:pk>/new-session/",
        read(run_panel.new_session_fragment),
        name="new_session_fragment",
    ),
    path("rotas/<id:pk>/run-panel/", read(run_panel.run_fragment), name="run_fragment"),
    path("runs/<id:pk>/stop/", run_panel.stop_run, name="stop_run"),
    path("proposals/<id:pk>/", read(proposal.proposal), name="proposal"),
    path("proposals/<id:pk>/all/", read(proposal.proposal_fragment), name="proposal_fragment"),
    path("proposals/<id:pk>/answers/", read(proposal.answers_fragment), name="answers_fragment"),
    path("proposals/<id:pk>/publish/", proposal.publish, name="publish"),
    path("proposals/<id:pk>/discard/", proposal.discard, name="discard"),
    # sessions
    path(
        "rotas/<id:pk>/sessions/new/", read_or_write(session_change.new_session), name="new_session"
    ),
    path("sessions/<id:pk>/", read(session.session), name="session"),
    path("sessions/<id:pk>/lineups/", read(session.lineups_fragment), name="lineups_fragment"),
    path("sessions/<id:pk>/ask/", read_or_write(session.ask), name="ask"),
    path("sessions/<id:pk>/edit/", read_or_write(session_change.edit_session), name="edit_session"),
    path("sessions/<id:pk>/cancel/", session_change.cancel, name="cancel_session"),
    path("sessions/<id:pk>/day/", read(presence.day), name="day"),
    path("sessions/<id:pk>/day/list/", read(presence.day_fragment), name="day_fragment"),
    path("sessions/<id:pk>/day/code/", read(presence.day_code_fragment), name="day_code_fragment"),
    path("sessions/<id:pk>/day/mark/", presence.day_mark, name="day_mark"),
    path("sessions/<id:pk>/sheet/", read(sheets.sign_in_sheet), name="sign_in_sheet"),
    path("rotas/<id:pk>/sheet/", read(sheets.rota_sheet), name="rota_sheet"),
    # hours
    path("hours/", read(hours.hours), name="hours"),
    path("hours/list/", read(hours.hours_fragment), name="hours_fragment"),
    path("hours/<id:pk>/", read_or_write(hours.hours_of), name="hours_of"),
    path("hours/objections/<id:pk>/", hours.answer, name="answer_objection"),
    path("hours/entries/<id:pk>/", hours.decide, name="decide_entry"),
    path("statements/", read(statements.statements), name="statements"),
    path(
        "statements/list/",
        read(statements.statements_fragment),
        name="statements_fragment",
    ),
    path("statements/<id:pk>/", read_or_write(statements.statement), name="statement"),
    path("statements/<id:pk>/all/", read(statements.statement_fragment), name="statement_fragment"),
    path(
        "statements/<id:pk>/statement.pdf", read(statements.statement_file), name="statement_file"
    ),
    path("sessions/<id:pk>/people/<id:who>/", read_or_write(part.part), name="part"),
    path("sessions/<id:pk>/telephone/", read_or_write(telephone.telephone), name="telephone"),
    path("sessions/<id:pk>/reopen/", read_or_write(telephone.reopen), name="reopen_session"),
    path("acts/<id:pk>/undo/", part.undo, name="undo_act"),
    # places
    path("venues/", read_or_write(venues.venues), name="venues"),
    path("venues/<id:pk>/wall/", read(venues.wall), name="wall"),
    path("venues/<id:pk>/wall/renew/", venues.renew, name="renew_wall"),
    # people
    path("applications/", read(applications.applications), name="applications"),
    path(
        "applications/list/",
        read(applications.applications_fragment),
        name="applications_fragment",
    ),
    path("applications/<id:pk>/", applications.answer, name="answer_application"),
    path("credentials/", read(credentials.credentials), name="credentials"),
    path(
        "credentials/list/",
        read(credentials.credentials_fragment),
        name="credentials_fragment",
    ),
    path("credentials/<id:pk>/", read_or_write(credentials.hand_in), name="hand_in"),
    path("credentials/held/<id:pk>/end/", read_or_write(credentials.end), name="end_credential"),
    path("vettings/<id:pk>/", read_or_write(credentials.vetting), name="vetting"),
    path("evidence/<str:token>/", read(credentials.evidence), name="evidence"),
    path("volunteers/", read(volunteers.volunteers), name="volunteers"),
    path("volunteers/<id:pk>/", read(volunteers.volunteer), name="volunteer"),
    path("volunteers/<id:pk>/standing/", standing.change_standing, name="change_standing"),
    path("volunteers/<id:pk>/stay-paused/", standing.stay_paused, name="stay_paused"),
    path("volunteers/<id:pk>/remark/", standing.remark, name="remark"),
    # spreadsheets
    path("exchange/", read(exchange.exchange), name="exchange"),
    path("exchange/list/", read(exchange.exchange_fragment), name="exchange_fragment"),
    path("exchange/new/", read_or_write(exchange.new_import), name="new_import"),
    path("exchange/template/", read(exchange.import_template), name="import_template"),
    path("exchange/export/", exchange.export, name="export"),
    path("exchange/<id:pk>/", read(exchange.imported), name="import"),
    path("exchange/<id:pk>/rows/", read(exchange.import_fragment), name="import_fragment"),
    path("exchange/<id:pk>/confirm/", exchange.confirm, name="confirm_import"),
    path("exchange/<id:pk>/drop/", exchange.drop, name="drop_import"),
    path("exchange/<id:pk>/problems/", read(exchange.import_problems), name="import_problems"),
    path("messages/", read(inbox.messages), name="messages"),
    path("messages/list/", read(inbox.messages_fragment), name="messages_fragment"),
    path("messages/seen/", inbox.seen, name="messages_seen"),
    path("messages/choices/", read_or_write(inbox.message_choices), name="message_choices"),
]
