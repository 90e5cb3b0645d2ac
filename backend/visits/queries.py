"""Reads about visits at home, each in a constant number of statements.

A list names no child and no door: number, street, days. One request is shown to whoever plans it,
and the log has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from backend.access.policy import STREET
from backend.access.queries import Someone, adds_to, rotas_seen
from backend.access.refusals import NotSeen
from backend.common.clock import local_day
from backend.families.models import Family
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import memberships
from backend.programmes.models import Engagement
from backend.rota.models import Assignment, Rota, Session
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations.watching import missing
from backend.visits.states import LIVE_VISITS, VisitState

LOOKED_AT = 30  # of a family, the newest
SHOWN = 5  # of those that are over, to the family
UNOPENED = ("topic", "address")  # sealed, and no list's business


def requests_of(family: Family) -> list[VisitRequest]:
    """The family's newest, what is live first. One statement where it never asked, four at most."""
    rows = VisitRequest.objects.filter(family=family).defer("address")
    rows = rows.select_related("child").prefetch_related("visits__session__bookings")
    newest = list(rows.order_by("-made_at", "-pk")[:LOOKED_AT])
    live = [row for row in newest if row.state in LIVE_VISITS]
    return live + [row for row in newest if row.state not in LIVE_VISITS][:SHOWN]


def requests_seen(user: Someone) -> QuerySet[VisitRequest]:
    """Every request of the streets for which she is a coordinator."""
    rows = VisitRequest.objects.filter(_hers(user)).defer(*UNOPENED)
    return rows.select_related("family__street").order_by("last_day", "made_at", "pk")


def waiting_for(user: Someone) -> list[VisitRequest]:
    """For which a time is looked for: whose days end first come first, then the oldest."""
    return list(requests_seen(user).filter(state=VisitState.OPEN))


def arranged_for(user: Someone, now: datetime) -> list[Visit]:
    """Visits with a time that is still to come, or not over yet, the next first."""
    rows = Visit.objects.filter(
        request__in=requests_seen(user).filter(state=VisitState.PLANNED).values("pk"),
        session__state=Session.State.OPEN,
        session__ends_at__gt=now,
    )
    return list(
        rows.select_related("session", "request__family__street")
        .defer("request__topic", "request__address")
        .order_by("session__starts_at", "pk")
    )


def missed_by(user: Someone, now: datetime) -> list[Visit]:
    """Where nobody has said that they are out, and nobody answered. Two statements."""
    rows = missing(now).filter(
        alarmed_at__isnull=False, request__in=requests_seen(user).order_by().values("pk")
    )
    return list(
        rows.select_related("session", "request__family__street")
        .defer("request__topic", "request__address")
        .order_by("alarmed_at", "pk")
    )


def request_seen(user: Someone, pk: int) -> VisitRequest:
    """Raises NotSeen."""
    rows = VisitRequest.objects.filter(_hers(user), pk=pk).defer("address")
    row = rows.select_related("family__street", "child").first()
    if row is None:
        raise NotSeen
    return row


def visit_seen(user: Someone, pk: int) -> Visit:
    """Raises NotSeen."""
    rows = Visit.objects.filter(pk=pk, request__in=requests_seen(user).order_by().values("pk"))
    visit = rows.select_related("session", "request").first()
    if visit is None:
        raise NotSeen
    return visit


def rotas_for(user: Someone, request: VisitRequest, now: datetime) -> list[Rota]:
    """Published rotas with days that suit, into which she may put a visit: what is nearest to the
    home first. Two statements."""
    rows = rotas_seen(user).filter(state=Rota.State.PUBLISHED, starts_on__lte=request.last_day)
    street = request.family.street_id
    first = max(request.first_day, local_day(now))
    fitting = [row for row in rows if row.ends_on > first and _serves(row.organisation, street)]
    fitting.sort(key=lambda row: (-row.organisation.level, row.starts_on, row.pk))
    return [row for row in fitting if adds_to(user, row)]


def kinds_at_home() -> QuerySet[Engagement]:
    """Kinds of session that take place at a family's home."""
    rows = Engagement.objects.filter(at_home=True, programme__active=True, minutes__isnull=False)
    return rows.select_related("programme").order_by("programme_id", "pk")


def visit_of_place(volunteer_id: int, assignment_id: int) -> tuple[Visit, Assignment] | None:
    """The visit in which she has a place, and her place. Three statements."""
    rows = Assignment.objects.filter(
        pk=assignment_id, volunteer=volunteer_id, state=Assignment.State.ACTIVE
    )
    place = rows.select_related("shift__role", "session__rota__organisation").first()
    if place is None:
        return None
    visits = Visit.objects.filter(session=place.session_id)
    visit = visits.select_related("session", "request__child", "request__family__street").first()
    if visit is None:
        return None
    return visit, place


def names_in(sessions: Collection[int]) -> dict[int, list[str]]:
    """Session → who went. One statement, none for no sessions."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    if sessions:
        rows = Assignment.objects.filter(session__in=sessions, state=Assignment.State.ACTIVE)
        for session, name in rows.order_by("pk").values_list("session_id", "volunteer__name"):
            found[session].append(name)
    return found


def beside(visit: Visit, volunteer_id: int) -> list[str]:
    """Who goes with her. One statement."""
    rows = Assignment.objects.filter(session=visit.session_id, state=Assignment.State.ACTIVE)
    others = rows.exclude(volunteer=volunteer_id).order_by("pk")
    return list(others.values_list("volunteer__name", flat=True))


def _hers(user: Someone) -> Q:
    """The streets of her organisations, the whole city of the city's."""
    hers = Q(pk__in=[])
    for one in memberships(user):
        if one.role not in ACTS:
            continue
        organisation = one.organisation
        if organisation.division_id:
            hers |= Q(family__street__code__startswith=organisation.division_id[:STREET])
        elif organisation.level == Organisation.Level.CITY:
            hers |= Q(pk__isnull=False)
    return hers


def _serves(organisation: Organisation, street: str) -> bool:
    """An organisation without a division serves the whole city."""
    code = organisation.division_id
    return code is None or street.startswith(code[:STREET])
