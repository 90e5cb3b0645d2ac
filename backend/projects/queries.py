"""Projects, their books, partners and stations as coordinators read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from backend.access.queries import sessions_hers
from backend.access.refusals import NotHers, NotSeen
from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import can_coordinate, memberships, scope_paths, within
from backend.projects.models import (
    Belonging,
    Money,
    Partner,
    Partnership,
    Project,
    ReachEntry,
    Station,
)
from backend.records.queries.persons import with_persons
from backend.rota.models import Session

Someone = User | AnonymousUser
Row = TypeVar("Row", bound=Model)
SHOWN = 200  # lines of a book, and sessions, that one page shows; the newest


def projects_seen(user: Someone) -> QuerySet[Project]:
    """Those that her organisations, and those below them, keep."""
    return Project.objects.filter(within(scope_paths(user), "organisation__path"))


def project_seen(user: Someone, pk: int) -> Project:
    """With its organisation. Raises NotSeen."""
    return _one(projects_seen(user).select_related("organisation"), pk)


def project_to_change(user: Someone, pk: int) -> Project:
    """Raises NotSeen, and NotHers when she only sees it."""
    row = project_seen(user, pk)
    if not can_coordinate(user, row.organisation):
        raise NotHers
    return row


def partners_seen(user: Someone) -> QuerySet[Partner]:
    return Partner.objects.filter(within(scope_paths(user), "organisation__path"))


def partners_named(user: Someone) -> QuerySet[Partner]:
    """Whom she may name in a project."""
    return partners_seen(user).order_by("name", "pk")


def partner_to_change(user: Someone, pk: int) -> Partner:
    """Raises NotSeen, and NotHers when she only sees it."""
    row = _one(partners_seen(user).select_related("organisation"), pk)
    if not can_coordinate(user, row.organisation):
        raise NotHers
    return row


def stations_seen(user: Someone) -> QuerySet[Station]:
    return Station.objects.filter(within(scope_paths(user), "organisation__path"))


def station_to_change(user: Someone, pk: int) -> Station:
    """Raises NotSeen, and NotHers when she only sees it."""
    row = _one(stations_seen(user).select_related("organisation"), pk)
    if not can_coordinate(user, row.organisation):
        raise NotHers
    return row


def _one(rows: QuerySet[Row], pk: int) -> Row:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotSeen
    return row


def kept_by_hers(user: Someone) -> QuerySet[Organisation]:
    """The organisations in whose name she may write something down: hers, and those below them
    down to the streets. The thousands of villages write down their own."""
    own = [m.organisation_id for m in memberships(user) if m.role in ACTS]
    below = within(scope_paths(user, ACTS)) & Q(level__lte=Organisation.Level.STREET)
    return Organisation.objects.filter(below | Q(pk__in=own)).order_by("path")


def listed(rows: QuerySet[Project], text: str) -> QuerySet[Project]:
    """Newest first, each with `received` in fen and how many partners it has (`partners_many`);
    `text` finds by the name of the project or of a partner."""
    found = rows.select_related("organisation")
    if text:
        partnered = Partnership.objects.filter(
            project=OuterRef("pk"), partner__name__icontains=text
        )
        found = found.filter(Q(name__icontains=text) | Exists(partnered))
    partners = (
        Partnership.objects.order_by().values("project").annotate(n=Count("partner", distinct=True))
    )
    return found.annotate(
        received=_sum(Money.objects.filter(incoming=True), "fen"),
        partners_many=Coalesce(Subquery(partners.filter(project=OuterRef("pk")).values("n")), 0),
    ).order_by("-starts_on", "-pk")


def with_sums(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Each with `received` and `spent` in fen, the `times` and `people` that were entered, the
    `persons` of its sessions, and the different `families` that came to them."""
    belongings = Belonging.objects.filter(project=OuterRef("pk"))
    sessions = with_persons(Session.objects.filter(pk__in=belongings.values("session")))
    persons = sessions.order_by().annotate(all=Value(1)).values("all").annotate(n=Sum("persons"))
    came = Booking.objects.filter(
        session__in=belongings.values("session"), state=Booking.State.ATTENDED
    )
    families = came.order_by().annotate(all=Value(1)).values("all")
    return rows.annotate(
        received=_sum(Money.objects.filter(incoming=True), "fen"),
        spent=_sum(Money.objects.filter(incoming=False), "fen"),
        times=_sum(ReachEntry.objects.all(), "times"),
        people=_sum(ReachEntry.objects.all(), "people"),
        persons=Coalesce(Subquery(persons.values("n")), 0),
        families=Coalesce(
            Subquery(families.annotate(n=Count("family", distinct=True)).values("n")), 0
        ),
    )


def _sum(lines: QuerySet[Row], field: str) -> Coalesce:
    """Of the lines of a project's book; reversals take off what was wrong."""
    own = lines.filter(project=OuterRef("pk")).order_by().values("project")
    summed = own.annotate(n=Sum(field, output_field=BigIntegerField())).values("n")
    return Coalesce(Subquery(summed), 0, output_field=BigIntegerField())


@dataclass(frozen=True)
class Book:
    """A project with its sums (with_sums), its partners, and the newest lines of its book."""

    project: Project
    parts: Sequence[Partnership]
    money: Sequence[Money]
    reach: Sequence[ReachEntry]
    sessions: Sequence[Session]

    @property
    def left(self) -> int:
        """Money that is still there, in fen."""
        return int(self.project.received - self.project.spent)  # type: ignore[attr-defined]


def book_of(project: Project) -> Book:
    """Five statements."""
    row = with_sums(Project.objects.select_related("organisation")).get(pk=project.pk)
    parts = row.parts.select_related("partner").order_by("task", "partner__name", "pk")
    money = row.money.select_related("partner", "recorded_by", "reversed_by")
    reach = row.reach.select_related("division", "recorded_by", "reversed_by")
    belonging = Belonging.objects.filter(project=row).values("session")
    sessions = with_persons(Session.objects.filter(pk__in=belonging).select_related("venue"))
    return Book(
        project=row,
        parts=list(parts),
        money=list(money.order_by("-on", "-pk")[:SHOWN]),
        reach=list(reach.order_by("-on", "-pk")[:SHOWN]),
        sessions=list(sessions.order_by("-starts_at", "-pk")[:SHOWN]),
    )


def sessions_to_add(user: Someone, text: str) -> QuerySet[Session]:
    """Sessions that she may change, that are in no project yet and whose title holds the text;
    newest first."""
    taken = Belonging.objects.filter(session=OuterRef("pk"))
    rows = sessions_hers(user).filter(~Exists(taken), title__icontains=text)
    return rows.select_related("venue").order_by("-starts_at", "-pk")
