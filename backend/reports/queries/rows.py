"""The rows behind the figures, of one frame each.

A session is an organisation's when the organisation, or one below it, keeps its rota or helps to
run it, or when it lies in its area and stands in a rota that is kept above. However many reasons
there are, it is one row: whoever runs it jointly counts it, and together they count it once.
"""

from __future__ import annotations

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Least

from backend.organisations.models import Organisation, Team
from backend.places.models import Venue
from backend.projects.models import Belonging, Money, Partnership, Project, ReachEntry, Station
from backend.records.models import ServiceRecord
from backend.records.queries.persons import with_persons
from backend.reports.queries.frames import COUNTY, STREET, Frame
from backend.rota.models import Assignment, Session, Shift
from backend.rota.states import HELD, OPENED, AtHome
from backend.volunteers.models import Volunteer

AREAS: dict[int, str] = {COUNTY: "county_code", STREET: "venue__street"}
NUMBER = BigIntegerField()
OPEN_TO_ALL = (AtHome.NOWHERE, AtHome.VISIT)  # a visit of a pair would name the child's mentor
RUN_BY = Session.organisers.through
JOINED = Team.organisations.through
IN_TEAM = Volunteer.teams.through
IN_PROGRAMME = Volunteer.programmes.through


# --- sessions -------------------------------------------------------------------------------------
def _hers(frame: Frame, to: str) -> Q:
    """Sessions of the organisation; `to` leads to the session: "" or "session__"."""
    run = RUN_BY.objects.filter(frame.deeper.under("organisation__path"))
    hers = frame.under(f"{to}rota__organisation__path")
    hers |= Q(Exists(run.filter(session=OuterRef(f"{to}pk"))))
    area = AREAS.get(frame.level)
    if area and frame.code is not None:
        here = Q(**{f"{to}{area}": frame.code, f"{to}rota__organisation__in": frame.above})
        hers |= here
    return hers


def _held(frame: Frame, to: str) -> Q:
    """Sessions of the organisation that took place in the period and are over; no visit of a pair
    (decision 54)."""
    held = _hers(frame, to) & Q(
        **{
            f"{to}state__in": OPENED,
            f"{to}ends_at__lte": frame.until,
            f"{to}home__in": OPEN_TO_ALL,
        },
    )
    if frame.since is not None:
        held &= Q(**{f"{to}starts_at__gte": frame.since})
    if frame.programme is not None:
        held &= Q(**{f"{to}programme": frame.programme})
    somebody = Assignment.objects.filter(session=OuterRef(f"{to}pk"), state__in=HELD)
    counted_on = Q(**{f"{to}required": True}) | Q(**{f"{to}seats_taken__gt": 0})
    return held & (counted_on | Q(Exists(somebody)))


def sessions(frame: Frame) -> QuerySet[Session]:
    """Those that were held, each with `persons`."""
    return with_persons(Session.objects.filter(_held(frame, "")))


def joint_sessions(frame: Frame) -> QuerySet[Session]:
    """Those of them that another organisation helped to run."""
    others = RUN_BY.objects.filter(session=OuterRef("pk"))
    return sessions(frame).filter(
        Exists(others.exclude(organisation=OuterRef("rota__organisation")))
    )


def shared_venues(frame: Frame) -> QuerySet[Venue]:
    """Where those were held."""
    held = joint_sessions(frame.deeper).filter(venue__isnull=False)
    return Venue.objects.filter(pk__in=held.order_by().values("venue"))


def shifts(frame: Frame) -> QuerySet[Shift]:
    """Of the sessions that were held; each with the people who had a place (`arranged`, at most its
    target) and those whom it lacked (`lacked`)."""
    people = (
        Assignment.objects.filter(shift=OuterRef("pk"), state__in=HELD)
        .order_by()
        .values("shift")
        .annotate(n=Count("pk"))
        .values("n")
    )
    had = Coalesce(Subquery(people), 0)
    rows = Shift.objects.filter(_held(frame, "session__")).annotate(had=had)
    return rows.annotate(
        arranged=Least(F("had"), F("target"), output_field=NUMBER),
        lacked=Greatest(F("minimum") - F("had"), Value(0), output_field=NUMBER),
    )


def understaffed_shifts(frame: Frame) -> QuerySet[Shift]:
    """Those of them that lacked people."""
    return shifts(frame).filter(Q(("lacked__gt", 0)))


def hours(frame: Frame) -> QuerySet[ServiceRecord]:
    return ServiceRecord.objects.filter(_held(frame, "session__"))


# --- people and places ----------------------------------------------------------------------------
def volunteers(frame: Frame) -> QuerySet[Volunteer]:
    """Who stands in the register now."""
    states = (Volunteer.State.ACTIVE, Volunteer.State.PAUSED)
    rows = Volunteer.objects.filter(frame.under("organisation__path"), state__in=states)
    if frame.programme is not None:
        chosen = IN_PROGRAMME.objects.filter(volunteer=OuterRef("pk"), programme=frame.programme)
        rows = rows.filter(Exists(chosen))
    return rows


def teams(frame: Frame) -> QuerySet[Team]:
    """That there are now; of a programme those in which somebody of the programme is."""
    run = JOINED.objects.filter(frame.deeper.under("organisation__path"), team=OuterRef("pk"))
    rows = Team.objects.filter(Exists(run))
    if frame.programme is not None:
        chosen = IN_PROGRAMME.objects.filter(programme=frame.programme).values("volunteer")
        rows = rows.filter(
            Exists(IN_TEAM.objects.filter(team=OuterRef("pk"), volunteer__in=chosen))
        )
    return rows


def joint_teams(frame: Frame) -> QuerySet[Team]:
    """Those of them that several organisations run."""
    another = JOINED.objects.filter(
        team=OuterRef("team"), organisation__lt=OuterRef("organisation")
    )
    several = JOINED.objects.filter(Exists(another))
    return teams(frame).filter(pk__in=several.order_by().values("team"))


def stations(frame: Frame) -> QuerySet[Station]:
    """That were open on the last day of the period."""
    rows = Station.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=frame.period.end),
        frame.under("organisation__path"),
        opened_on__lte=frame.period.end,
    )
    if frame.programme is not None:
        rows = rows.filter(programme=frame.programme)
    return rows


def _villages(frame: Frame) -> QuerySet[Organisation]:
    return Organisation.objects.filter(frame.under("path"), level=Organisation.Level.VILLAGE)


def without_team(frame: Frame) -> QuerySet[Organisation]:
    """Villages that run no team, and of whose people nobody is in one."""
    in_one = IN_TEAM.objects.order_by().values("volunteer__organisation")
    return _villages(frame).exclude(
        Q(pk__in=in_one) | Q(pk__in=JOINED.objects.order_by().values("organisation"))
    )


def without_activity(frame: Frame) -> QuerySet[Organisation]:
    """Villages that neither held a session in the period nor had anybody serve in one; a visit of a
    pair is none, or the list would say where there is one."""
    spans = Q(state__in=OPENED, ends_at__lte=frame.until, home__in=OPEN_TO_ALL)
    if frame.since is not None:
        spans &= Q(starts_at__gte=frame.since)
    held = Session.objects.filter(spans).order_by()
    served = Assignment.objects.filter(session__in=held.values("pk"), state__in=HELD)
    run = RUN_BY.objects.filter(session__in=held.values("pk"))
    return _villages(frame).exclude(
        Q(pk__in=held.values("rota__organisation"))
        | Q(pk__in=run.order_by().values("organisation"))
        | Q(pk__in=served.order_by().values("volunteer__organisation"))
    )


# --- projects -------------------------------------------------------------------------------------
def projects(frame: Frame) -> QuerySet[Project]:
    """Those that had begun by the end of the period and went on into it; each with the `reached`
    person-times of the period, entered and of its sessions."""
    over = Q(closed_on__lt=frame.first_day) | Q(ends_on__lt=frame.first_day)
    rows = Project.objects.filter(
        frame.under("organisation__path"), starts_on__lte=frame.period.end
    )
    if frame.period.start is not None:
        rows = rows.exclude(over)
    if frame.programme is not None:
        rows = rows.filter(programmes=frame.programme)
    return rows.annotate(reached=_entered(frame) + _by_sessions(frame))


def incubated(frame: Frame) -> QuerySet[Project]:
    """Those of them that women's organisations of the incubator carry out."""
    return projects(frame).filter(incubated=True)


def joint_projects(frame: Frame) -> QuerySet[Project]:
    """Those that partners have a part in."""
    return projects(frame).filter(Exists(Partnership.objects.filter(project=OuterRef("pk"))))


def _entered(frame: Frame) -> Coalesce:
    lines = ReachEntry.objects.filter(frame.days("on"), project=OuterRef("pk"))
    summed = lines.order_by().values("project").annotate(n=Sum("times")).values("n")
    return Coalesce(Subquery(summed), 0, output_field=NUMBER)


def _by_sessions(frame: Frame) -> Coalesce:
    own = Belonging.objects.filter(project=OuterRef(OuterRef("pk"))).values("session")
    held = Session.objects.filter(
        pk__in=own, state__in=OPENED, ends_at__lte=frame.until, home__in=OPEN_TO_ALL
    )
    if frame.since is not None:
        held = held.filter(starts_at__gte=frame.since)
    all_of_them = with_persons(held).order_by().annotate(all=Value(1)).values("all")
    summed = all_of_them.annotate(n=Sum("persons")).values("n")
    return Coalesce(Subquery(summed), 0, output_field=NUMBER)


def _of_projects(frame: Frame) -> Q:
    hers = frame.days("on") & frame.under("project__organisation__path")
    if frame.programme is not None:
        hers &= Q(project__programmes=frame.programme)
    return hers


def children(frame: Frame) -> QuerySet[ReachEntry]:
    """Entries of children whom projects reached; `people` counts each child of an entry once."""
    return ReachEntry.objects.filter(
        _of_projects(frame), who=ReachEntry.Who.CHILDREN, people__isnull=False
    )


def received(frame: Frame) -> QuerySet[Money]:
    return Money.objects.filter(_of_projects(frame), incoming=True)


def spent(frame: Frame) -> QuerySet[Money]:
    return Money.objects.filter(_of_projects(frame), incoming=False)
