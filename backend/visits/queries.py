"""Reads about visits at home, each in a constant number of statements.

A list names no child and no door: number, street, days. One request is shown to whoever plans it,
and the log has it.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Window

from backend.access.queries import (
    Someone,
    adds_to,
    in_her_streets,
    rotas_seen,
    sessions_hers,
)
from backend.access.refusals import NotSeen
from backend.bookings.models import Booking
from backend.common.clock import local_day
from backend.families.models import Child, Family
from backend.families.policy import is_served_age
from backend.organisations.policy import streets_served
from backend.planning.queries.telephone import Callee
from backend.planning.queries.today import FirstRows
from backend.rota.models import Assignment, Offer, Rota, Session
from backend.rota.policy import not_over, over
from backend.rota.states import HELD
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations.watching import under_way
from backend.visits.policy import INSIDE, is_missed
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


def children_with_a_wish(family: Family) -> frozenset[int]:
    """Those for whom a visit is asked for or planned. One statement."""
    rows = VisitRequest.objects.filter(family=family, state__in=LIVE_VISITS)
    return frozenset(rows.values_list("child_id", flat=True))


def wish_ends_with(child: Child, birth_month: str, now: datetime) -> bool:
    """A visit is asked for, and would be no more if the child were born in that month. One
    statement at most."""
    if birth_month == child.birth_month or is_served_age(birth_month, local_day(now)):
        return False
    return VisitRequest.objects.filter(child=child.pk, state=VisitState.OPEN).exists()


def requests_seen(user: Someone) -> QuerySet[VisitRequest]:
    """Every request of the streets for which she is a coordinator."""
    rows = VisitRequest.objects.filter(in_her_streets(user, "family__")).defer(*UNOPENED)
    return rows.select_related("family__street").order_by("last_day", "made_at", "pk")


def waiting_for(user: Someone) -> list[VisitRequest]:
    """For which a time is looked for: whose days end first come first, then the oldest."""
    return list(_waiting(user))


def first_waiting_for(user: Someone, most: int) -> FirstRows:
    """The first of them, and how many there are. One statement."""
    rows = list(_waiting(user).annotate(all=Window(Count("pk")))[:most])
    return FirstRows(rows, rows[0].all if rows else 0)


def _waiting(user: Someone) -> QuerySet[VisitRequest]:
    return requests_seen(user).filter(state=VisitState.OPEN)


def arranged_for(user: Someone, now: datetime) -> list[Visit]:
    """Visits with a time that is still to come or not over yet, and those of which nobody has heard
    the end, before somebody is told; the first first."""
    seen = requests_seen(user)
    ahead = Q(
        not_over(now, "session__"),
        request__in=seen.filter(state=VisitState.PLANNED).values("pk"),
        session__state=Session.State.OPEN,
    )
    unheard = Q(pk__in=under_way(now).values("pk"), request__in=seen.values("pk"))
    rows = Visit.objects.filter(ahead | unheard & ~_alarming(now))
    return list(
        rows.select_related("session", "request__family__street")
        .defer("request__topic", "request__address")
        .order_by("session__starts_at", "pk")
    )


def missed_by(user: Someone, now: datetime) -> list[Visit]:
    """Where nobody has said that they are out, and nobody answered; each with the names of the
    `people` who went. One statement."""
    return [one for one in going_on(user, now) if is_missed(one, one.session, now)]


def going_on(user: Someone, now: datetime) -> list[Visit]:
    """Where people are now, or should be, and nobody has said that they are out; each with the
    names of the `people` who went; whoever should be out longest comes first. One statement."""
    inside = Assignment.objects.filter(INSIDE, session=OuterRef("session")).order_by("pk")
    rows = under_way(now).filter(_looked_after(user))
    rows = rows.annotate(people=ArraySubquery(inside.values("volunteer__name")))
    return list(
        rows.select_related("session", "request__family__street")
        .defer("request__topic", "request__address")
        .order_by("session__ends_at", "pk")
    )


def _alarming(now: datetime) -> Q:
    return Q(over(now, "session__"), alarmed_at__isnull=False)


def with_visit(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Each with its visit, where it is one."""
    return sessions.select_related("visit")


def visit_read(session: Session) -> Visit | None:
    """Of with_visit()."""
    return getattr(session, "visit", None)


def request_seen(user: Someone, pk: int) -> VisitRequest:
    """Raises NotSeen."""
    rows = VisitRequest.objects.filter(in_her_streets(user, "family__"), pk=pk).defer("address")
    row = rows.select_related("family__street", "child").first()
    if row is None:
        raise NotSeen
    return row


def visit_seen(user: Someone, pk: int) -> Visit:
    """One that she looks after, with its family and whoever has heard that all is well. Raises
    NotSeen."""
    rows = Visit.objects.filter(_looked_after(user), pk=pk)
    rows = rows.select_related("session", "request__family__street", "safe_by")
    visit = rows.defer("request__topic", "request__address").first()
    if visit is None:
        raise NotSeen
    return visit


def inside_of(visit: Visit) -> list[Callee]:
    """Whom to telephone when they do not come out: who went. One statement."""
    places = Assignment.objects.filter(INSIDE, session=visit.session_id)
    rows = places.select_related("volunteer", "shift__role").order_by("pk")
    return [
        Callee(
            one.volunteer_id,
            one.volunteer.name,
            one.volunteer.phone or "",
            one.shift.role.name,
            one.state,
        )
        for one in rows
    ]


def _looked_after(user: Someone) -> Q:
    """A visit in her streets, or of a session that she may change: both desks are told of it."""
    of_streets = VisitRequest.objects.filter(in_her_streets(user, "family__"))
    return Q(request__in=of_streets.values("pk")) | Q(session__in=sessions_hers(user).values("pk"))


def rotas_for(user: Someone, request: VisitRequest, now: datetime) -> list[Rota]:
    """Published rotas with days that suit, into which she may put a visit: what is nearest to the
    home first. Two statements."""
    rows = rotas_seen(user).filter(state=Rota.State.PUBLISHED, starts_on__lte=request.last_day)
    street = request.family.street_id
    first = max(request.first_day, local_day(now))
    serving = [row for row in rows if street.startswith(streets_served(row.organisation))]
    fitting = [row for row in serving if row.ends_on > first]
    fitting.sort(key=lambda row: (-row.organisation.level, row.starts_on, row.pk))
    return [row for row in fitting if adds_to(user, row)]


def visit_of_place(volunteer_id: int, assignment_id: int) -> tuple[Visit, Assignment] | None:
    """The visit in which she has a place, and her place. Three statements."""
    rows = Assignment.objects.filter(INSIDE, pk=assignment_id, volunteer=volunteer_id)
    place = rows.select_related("shift__role", "session__rota__organisation").first()
    if place is None:
        return None
    visits = Visit.objects.filter(session=place.session_id)
    visit = visits.select_related("session", "request__child", "request__family__street").first()
    if visit is None:
        return None
    return visit, place


def names_in(session_id: int) -> list[str]:
    """Who went. One statement."""
    rows = Assignment.objects.filter(INSIDE, session=session_id).order_by("pk")
    return list(rows.values_list("volunteer__name", flat=True))


def going_to(session_id: int) -> list[tuple[str, str, bool]]:
    """Who has said yes, then who was asked: name, role, and whether she said yes. Two
    statements."""
    yes = Assignment.objects.filter(session=session_id, state__in=HELD)
    asked = Offer.objects.filter(session=session_id, state=Offer.State.PENDING)
    named = ("volunteer__name", "shift__role__name")
    return [
        *((name, role, True) for name, role in yes.order_by("pk").values_list(*named)),
        *((name, role, False) for name, role in asked.order_by("pk").values_list(*named)),
    ]


def seat_of(visit: Visit, family_id: int) -> Booking | None:
    """The family's seat in it, the newest. One statement."""
    rows = Booking.objects.filter(session=visit.session_id, family=family_id)
    return rows.order_by("-pk").first()


def beside(visit: Visit, volunteer_id: int) -> list[str]:
    """Who goes with her. One statement."""
    rows = Assignment.objects.filter(session=visit.session_id, state__in=HELD)
    others = rows.exclude(volunteer=volunteer_id).order_by("pk")
    return list(others.values_list("volunteer__name", flat=True))
