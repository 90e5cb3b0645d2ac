"""Teams: their addresses, who asks to join, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet

from backend.organisations.models import Organisation, Team, TeamLink
from backend.organisations.queries import within
from backend.volunteers.models import TeamRequest, Volunteer


def open_link(code: str, now: datetime) -> TeamLink | None:
    """The address, while people may ask by it."""
    rows = TeamLink.objects.filter(code=code, revoked_at=None, until__gt=now)
    return rows.select_related("team").first()


def teams_within(paths: Sequence[str]) -> QuerySet[Team]:
    """Teams of organisations below one of these paths, each once."""
    below = Organisation.objects.filter(within(paths))
    found = Team.objects.filter(organisations__in=below).values("pk")
    return Team.objects.filter(pk__in=found)


def listed(paths: Sequence[str], now: datetime) -> QuerySet[Team]:
    """The same with how many serve in each (`people`), its open addresses (`open_links`) and who
    asks to join (`asking`). Three statements."""
    links = TeamLink.objects.filter(revoked_at=None, until__gt=now).order_by("pk")
    asking = waiting().select_related("volunteer__organisation")
    rows = teams_within(paths).annotate(people=Count("volunteers"))
    return rows.order_by("name", "pk").prefetch_related(
        Prefetch("links", links, to_attr="open_links"),
        Prefetch("requests", asking, to_attr="asking"),
    )


def waiting() -> QuerySet[TeamRequest]:
    """Nobody has answered; she has been taken on herself."""
    rows = TeamRequest.objects.filter(answered_at=None, volunteer__erased_at=None)
    gone = (Volunteer.State.APPLIED, Volunteer.State.LEFT)
    return rows.exclude(volunteer__state__in=gone).order_by("asked_at", "pk")


def teams_wished_for(volunteer_ids: Sequence[int]) -> dict[int, list[str]]:
    """Of applicants: the teams that they ask to join. One statement."""
    found: dict[int, list[str]] = {}
    rows = TeamRequest.objects.filter(answered_at=None, volunteer__in=volunteer_ids)
    for pk, name in rows.order_by("pk").values_list("volunteer_id", "team__name"):
        found.setdefault(pk, []).append(name)
    return found
