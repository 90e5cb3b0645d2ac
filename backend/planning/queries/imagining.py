"""What a what-if can be about: roles and venues of a rota, and what each stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Avg, Q, QuerySet

from backend.places.models import Venue
from backend.planning.what_if import WhatIf
from backend.programmes.models import CredentialKind, Engagement, Role
from backend.rota.models import Rota, Session, Shift
from backend.rota.policy import not_begun


def roles_of(rota: Rota) -> QuerySet[Role]:
    """Those that somebody is wanted for in the rota."""
    wanted = Shift.objects.filter(session__rota=rota, target__gt=0)
    rows = Role.objects.filter(pk__in=wanted.values("role")).select_related("programme")
    return rows.order_by("programme_id", "pk")


def venues_of(rota: Rota) -> QuerySet[Venue]:
    rows = Venue.objects.filter(pk__in=rota.sessions.values("venue")).select_related("street")
    return rows.order_by("street_id", "name", "pk")


def with_more(asked: WhatIf, rota: Rota, role: Role, county: str, county_name: str) -> WhatIf:
    """So many volunteers who can have this role, whatever kind of session it is in, living in the
    middle of what the rota holds in that county. Two statements."""
    of_kinds = Engagement.requires.through.objects.filter(engagement__programme=role.programme_id)
    asks = CredentialKind.objects.filter(
        Q(pk__in=role.requires.values("pk")) | Q(pk__in=of_kinds.values("credentialkind"))
    )
    points = rota.sessions.filter(county_code=county)
    middle = points.aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    return replace(
        asked,
        role=role.name,
        county=county_name,
        home=(middle["latitude"], middle["longitude"]),
        required=tuple(asks.order_by("code").values_list("code", flat=True)),
    )


def sessions_at(rota: Rota, venue: Venue, now: datetime) -> tuple[int, ...]:
    """What could not take place were the venue closed from now on."""
    rows = Session.objects.filter(rota=rota, venue=venue).exclude(state=Session.State.CANCELLED)
    ahead = rows.filter(not_begun(now))
    return tuple(ahead.order_by("pk").values_list("pk", flat=True))
