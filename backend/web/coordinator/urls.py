"""Desktop pages of a coordinator."""

from __future__ import annotations

from django.urls import path

from backend.web.coordinator import (
    pick,
    proposal,
    rota,
    rotas,
    run_panel,
    session,
    session_change,
    today,
    volunteers,
)

app_name = "coordinator"
urlpatterns = [
    path("", today.today, name="today"),
    path("today/", today.today_fragment, name="today_fragment"),
    # rotas
    path("rotas/", rotas.rotas, name="rotas"),
    path("rotas/<int:pk>/", rota.rota, name="rota"),
    path("rotas/<int:pk>/board/", rota.rota_board, name="rota_board"),
    path("rotas/<int:pk>/pick/", pick.pick_fragment, name="pick"),
    path("rotas/<int:pk>/others/", pick.others, name="others"),
    path("rotas/<int:pk>/holes/", rotas.holes, name="holes"),
    # runs and proposals
    path("rotas/<int:pk>/run/", run_panel.request_run, name="request_run"),
    path("rotas/<int:pk>/run-panel/", run_panel.run_fragment, name="run_panel"),
    path("runs/<int:pk>/stop/", run_panel.stop_run, name="stop_run"),
    path("proposals/<int:pk>/", proposal.proposal, name="proposal"),
    path("proposals/<int:pk>/all/", proposal.proposal_fragment, name="proposal_fragment"),
    path("proposals/<int:pk>/answers/", proposal.answers, name="answers"),
    path("proposals/<int:pk>/publish/", proposal.publish, name="publish"),
    path("proposals/<int:pk>/discard/", proposal.discard, name="discard"),
    # sessions
    path("rotas/<int:pk>/sessions/new/", session_change.new_session, name="new_session"),
    path("sessions/<int:pk>/", session.session, name="session"),
    path("sessions/<int:pk>/crews/", session.session_crews, name="session_crews"),
    path("sessions/<int:pk>/ask/", session.ask, name="ask"),
    path("sessions/<int:pk>/edit/", session_change.edit_session, name="edit_session"),
    path("sessions/<int:pk>/cancel/", session_change.cancel, name="cancel_session"),
    # people
    path("volunteers/", volunteers.volunteers, name="volunteers"),
    path("volunteers/<int:pk>/", volunteers.volunteer, name="volunteer"),
]
