"""Which rotas and sessions a coordinator sees, and which she may change. What she does not see does
not exist for her: 404.

She sees the rotas of her organisation and of every organisation below it. Of a rota that an
organisation above hers keeps (the city's) she sees the sessions in her own area, and those that her
organisation helps to run.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from backend.accounts.models import User
from backend.organisations.models import Organisation
from backend.organisations.policy import SEES
from backend.organisations.queries import can_coordinate, memberships, scope_paths, within
from backend.planning.queries.staffing import with_attendance
from backend.rota.models import Rota, Session

Someone = User | AnonymousUser


def rotas_seen(user: Someone) -> QuerySet[Rota]:
    paths = scope_paths(user)
    above = {pk for path in paths for pk in _ids(path)}
    return Rota.objects.select_related("organisation").filter(
        within(paths, "organisation__path") | Q(organisation_id__in=above)
    )


def rota_or_404(user: Someone, rota_id: int) -> Rota:
    rota = rotas_seen(user).filter(pk=rota_id).first()
    if rota is None:
        raise Http404
    return rota


def rota_to_change(user: Someone, rota_id: int) -> Rota:
    """The rota if she may change it; Http404 if she does not see it, PermissionDenied if she only
    sees it."""
    rota = rota_or_404(user, rota_id)
    if not can_coordinate(user, rota.organisation):
        raise PermissionDenied
    return rota


def sees_whole(user: Someone, organisation: Organisation) -> bool:
    return any(organisation.path.startswith(path) for path in scope_paths(user))


def sessions_seen(user: Someone, *rotas: Rota) -> QuerySet[Session]:
    """The sessions of these rotas that she sees: all of them, or those of her area in a rota kept
    above her."""
    above = [rota.pk for rota in rotas if not sees_whole(user, rota.organisation)]
    seen = Q(rota__in=[rota.pk for rota in rotas if rota.pk not in above])
    if above:
        jointly = Organisation.objects.filter(within(scope_paths(user)), sessions=OuterRef("pk"))
        seen |= Q(_in_area(areas(user)) | Exists(jointly), rota__in=above)
    return Session.objects.filter(seen)


def session_or_404(user: Someone, session_id: int) -> Session:
    rows = with_attendance(
        Session.objects.select_related(
            "rota__organisation", "programme", "engagement", "venue__street"
        )
    )
    session = rows.filter(pk=session_id).first()
    if session is None or not sessions_seen(user, session.rota).filter(pk=session_id).exists():
        raise Http404
    return session


def may_change(user: Someone, session: Session) -> bool:
    """She coordinates the rota's organisation or one that runs the session."""
    return can_coordinate(user, session.rota.organisation) or any(
        can_coordinate(user, o) for o in session.organisers.all()
    )


def session_to_change(user: Someone, session_id: int) -> Session:
    session = session_or_404(user, session_id)
    if not may_change(user, session):
        raise PermissionDenied
    return session


def areas(user: Someone) -> list[str]:
    """The division codes of her organisations; "" is the whole city."""
    return sorted({m.organisation.division_id or "" for m in memberships(user) if m.role in SEES})


def _in_area(codes: list[str]) -> Q:
    condition = Q(pk__in=[])
    for code in codes:
        if len(code) <= 6:
            condition |= Q(county_code__startswith=code)
        else:  # a session at a family's home has no venue: it belongs to its county only
            condition |= Q(venue__street__code__startswith=code[:9])
    return condition


def _ids(path: str) -> list[int]:
    """The organisations above one: "1.14.230." → 1, 14."""
    return [int(part) for part in path.strip(".").split(".")[:-1]]
