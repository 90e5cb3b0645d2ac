"""Addresses by which people ask to join a team."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.organisations.models import Team, TeamLink
from backend.outbox.kinds import TeamLinkMade, TeamLinkRevoked
from backend.outbox.record import record

HOLDS = timedelta(days=30)


@operation
def make_team_link(*, team: Team, actor: User, now: datetime) -> TeamLink:
    """A new address; those from before it are over."""
    for before in team.links.filter(revoked_at=None, until__gt=now):
        revoke_team_link(link=before, actor=actor, now=now)
    made = TeamLink.objects.create(
        team=team,
        code=secrets.token_urlsafe(16),
        made_by_id=actor.pk,
        made_at=now,
        until=now + HOLDS,
    )
    note(actor, "change", f"team:{team.pk}", "link made", now=now)
    happened = TeamLinkMade(team=team.pk, link=made.pk)
    record(happened, streams=_streams(team), actor=actor, now=now)
    return made


@operation
def revoke_team_link(*, link: TeamLink, actor: User, now: datetime) -> None:
    """Nobody asks by it any more. Repeating it is nothing."""
    rows = TeamLink.objects.filter(pk=link.pk, revoked_at=None)
    if rows.update(revoked_at=now):
        note(actor, "change", f"team:{link.team_id}", "link revoked", now=now)
        happened = TeamLinkRevoked(team=link.team_id, link=link.pk)
        record(happened, streams=_streams(link.team), actor=actor, now=now)


def _streams(team: Team) -> list[str]:
    return sorted({stream for one in team.organisations.all() for stream in one.streams})
