"""Who is there for the children: told to families by surname and certificate, where she agreed to
it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from backend.common.bulk import among
from backend.common.clock import local_day
from backend.programmes.models import Role
from backend.rota.models import Assignment
from backend.volunteers.models import VolunteerCredential
from backend.volunteers.names import surname


@dataclass
class RolePeople:
    """The people of one role in a session: those who agreed to be named, with the certificate that
    the role asks for ("" where it asks for none); how many there are in all. `minds`: they look
    after children."""

    role: str
    minds: bool
    people: int = 0
    named: list[tuple[str, str]] = field(default_factory=list)  # surname, certificate


def people_by_role(sessions: Iterable[int]) -> dict[int, list[RolePeople]]:
    """Session → each role that somebody has said yes to, those who look after children first: a
    session without_minder() has none of these. Three statements, one where nobody is named."""
    rows = Assignment.objects.filter(among("session", sessions), state=Assignment.State.ACTIVE)
    people = list(
        rows.select_related("volunteer", "shift__role", "session")
        .defer("volunteer__phone", "volunteer__identity_number")
        .order_by("-shift__carries_seats", "shift__role__name", "pk")
    )
    certificates = _certificates(people)
    found: defaultdict[int, dict[str, RolePeople]] = defaultdict(dict)
    for one in people:
        role = one.shift.role
        beside = found[one.session_id].setdefault(
            role.name, RolePeople(role.name, minds=one.shift.carries_seats)
        )
        beside.people += 1
        if one.volunteer.named:
            beside.named.append((surname(one.volunteer.name), certificates.get(one.pk, "")))
    return {session: list(roles.values()) for session, roles in found.items()}


def _certificates(people: list[Assignment]) -> dict[int, str]:
    """Assignment → the first certificate that its role asks for, and that she holds on the day."""
    named = [one for one in people if one.volunteer.named]
    if not named:
        return {}
    rows = VolunteerCredential.objects.filter(
        among("volunteer", {one.volunteer_id for one in named})
    ).select_related("kind")
    held: defaultdict[int, list[VolunteerCredential]] = defaultdict(list)
    for row in rows.order_by("pk"):
        held[row.volunteer_id].append(row)
    wanted = _wanted({one.shift.role_id for one in named})
    found: dict[int, str] = {}
    for one in named:
        day = local_day(one.session.starts_at) if one.session.starts_at else None
        for row in held[one.volunteer_id]:
            holds = row.valid_until is None or (day is not None and day <= row.valid_until)
            if row.kind_id in wanted[one.shift.role_id] and holds:
                found.setdefault(one.pk, row.kind.name)
    return found


def _wanted(roles: set[int]) -> defaultdict[int, set[int]]:
    pairs = Role.requires.through.objects.filter(among("role", roles))
    found: defaultdict[int, set[int]] = defaultdict(set)
    for role, kind in pairs.values_list("role_id", "credentialkind_id"):
        found[role].add(kind)
    return found
