"""She asks to join a team by its address, and whoever coordinates it answers."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import TeamAnswered, TeamAsked
from backend.volunteers.models import TeamRequest, Volunteer
from backend.volunteers.operations.erased import lock_whoever_is_here
from backend.volunteers.operations.telling import changed
from backend.volunteers.teams import open_link


class TeamRefused(Refusal):
    """Facts: why ("over": the address, or the question, is; "in": she is in it)."""

    code = "team_refused"


@operation
def ask_for_team(*, volunteer_id: int, code: str, actor: User, now: datetime) -> TeamRequest:
    """Ask to join the team of that address; of an applicant the yes to her is the answer. Asking
    again is nothing. Raises TeamRefused, DataErased."""
    row = lock_whoever_is_here(volunteer_id)
    link = open_link(code, now)
    if link is None:
        raise TeamRefused(why="over")
    if row.teams.filter(pk=link.team_id).exists():
        raise TeamRefused(why="in")
    known = row.team_requests.filter(team=link.team_id, answered_at=None).first()
    if known is not None:
        return known
    asked = TeamRequest.objects.create(volunteer=row, team=link.team, asked_at=now)
    happened = TeamAsked(volunteer=row.pk, team=link.team_id, request=asked.pk)
    streams = row.organisation.streams
    changed(happened, "change", "team asked", actor=actor, now=now, also=streams)
    return asked


@operation
def answer_team_request(*, request_id: int, yes: bool, actor: User, now: datetime) -> TeamRequest:
    """She is in the team from now on, or not. Raises TeamRefused."""
    found = TeamRequest.objects.filter(pk=request_id).first()
    if found is None:
        raise TeamRefused(why="over")
    her = lock_one(Volunteer, found.volunteer_id)
    asked = her.team_requests.filter(pk=request_id, answered_at=None).first()
    if asked is None:
        raise TeamRefused(why="over")
    asked.answered_at = now
    asked.accepted = yes
    asked.save(update_fields=["answered_at", "accepted"])
    if yes:
        her.teams.add(asked.team_id)
    happened = TeamAnswered(volunteer=her.pk, team=asked.team_id, request=asked.pk)
    streams = her.organisation.streams
    changed(happened, "change", "team answered", actor=actor, now=now, also=streams)
    return asked


def accept_teams_of(her: Volunteer, actor: User, now: datetime) -> None:
    """She was taken on, and her questions with her."""
    for pk in list(her.team_requests.filter(answered_at=None).values_list("pk", flat=True)):
        answer_team_request(request_id=pk, yes=True, actor=actor, now=now)
