"""Projects of the incubator and beside it, with their books; service stations. Together they come
to the federation's own figures; every name, partner and line is invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Sum

from backend.demo.city import BATCH, City
from backend.demo.scales import FULL
from backend.organisations.models import Organisation
from backend.places.models import Division
from backend.projects.models import (
    Belonging,
    Money,
    Partner,
    Partnership,
    Project,
    ReachEntry,
    Station,
)
from backend.records.models import SessionReport
from backend.rota.models import Rota

YUAN = 100  # fen
RAISED_YUAN = 6_040_000  # of the incubator's projects
BUDS_YUAN = 2_616_700
INSURED_YUAN = 7_010_000
INSURED = 70_100  # women
WITH_SESSIONS = 2  # of the incubator's projects have their sessions here
SHOW = "（示例）"
THEMES = (
    "巧手妈妈",
    "家门口的课堂",
    "银龄姐妹",
    "童心驿站",
    "乡村读书会",
    "女性健康讲堂",
    "好家风",
    "单亲妈妈互助",
    "巾帼创业",
    "心理陪伴",
)
WOMENS = ("茉莉花开", "同心", "木兰", "春晖", "姐妹", "榕荫", "闽江", "向阳")
PURSES = (Money.Purse.FISCAL, Money.Purse.WELFARE, Money.Purse.FOUNDATION, Money.Purse.COMPANY)
SPENDING = (Money.Purse.ACTIVITY, Money.Purse.PEOPLE, Money.Purse.THINGS)


def add_projects(city: City) -> None:
    owner = city.desk if city.scale.county else city.federation
    keepers = _keepers(city, owner)
    womens = _partners(city, owner)
    made = [_incubated(city, keepers[n % len(keepers)], n) for n in range(city.scale.projects)]
    Project.objects.bulk_create(made)
    parts = [
        Partnership(project=row, partner=city.r.choice(womens), task=Partnership.Task.CARRIES)
        for row in made
    ]
    Partnership.objects.bulk_create(parts)
    by_sessions = _give_sessions(city, made[:WITH_SESSIONS])
    _reach(city, made, city.scale.reached - by_sessions)
    _money(city, made, _share(city, RAISED_YUAN))
    _buds(city, owner)
    _insurance(city, owner)
    _orange_lamps(city, owner)
    _add_stations(city)


def _share(city: City, full: int) -> int:
    """As much as this city is large, in proportion to the volunteers of the full one."""
    return full * city.scale.volunteers // FULL.volunteers


def _keepers(city: City, owner: Organisation) -> list[Organisation]:
    """The city keeps every other one, the counties those between."""
    if city.scale.county:
        return [owner]
    counties = Organisation.objects.filter(parent=owner).order_by("path")
    return [keeper for county in counties for keeper in (owner, county)]


def _partners(city: City, owner: Organisation) -> list[Partner]:
    since = city.today - timedelta(days=900)
    rows = [
        Partner(
            organisation=owner,
            name=f"{name}女性服务社{SHOW}",
            kind=Partner.Kind.WOMENS,
            raised_from=since + timedelta(days=40 * n),
        )
        for n, name in enumerate(WOMENS)
    ]
    return Partner.objects.bulk_create(rows)


def _incubated(city: City, keeper: Organisation, number: int) -> Project:
    begins = city.this_monday - timedelta(days=city.r.randrange(120, 1000))
    closed = begins + timedelta(days=360)
    over = closed < city.this_monday and number >= WITH_SESSIONS
    return Project(
        organisation=keeper,
        name=f"{THEMES[number % len(THEMES)]}第 {number // len(THEMES) + 1} 期{SHOW}",
        incubated=True,
        summary="孵化基地统一设计，由女性社会组织承办",
        budget_yuan=_share(city, RAISED_YUAN) // city.scale.projects,
        starts_on=begins,
        ends_on=closed,
        closed_on=closed if over else None,
    )


def _give_sessions(city: City, projects: Sequence[Project]) -> int:
    """Half of the closed rota's sessions belong to these; how many people those reached."""
    reports = SessionReport.objects.filter(
        session__rota__state=Rota.State.CLOSED, session__programme=city.programmes["beibei"]
    ).order_by("session_id")
    chosen = list(reports)[::2]
    rows = [
        Belonging(session_id=one.session_id, project=projects[n % len(projects)])
        for n, one in enumerate(chosen)
    ]
    Belonging.objects.bulk_create(rows, batch_size=BATCH)
    for project in projects:
        project.programmes.add(city.programmes["beibei"])
    total = SessionReport.objects.filter(pk__in=[one.pk for one in chosen])
    return total.aggregate(n=Sum("persons_served"))["n"] or 0


def _parts(city: City, total: int, many: int) -> list[int]:
    """So many numbers of at least one that make the total."""
    marks = sorted(city.r.sample(range(1, total), many - 1))
    return [b - a for a, b in zip([0, *marks], [*marks, total], strict=True)]


def _day(city: City, project: Project) -> date:
    """Between its beginning and the end of last week."""
    last = min(project.closed_on or city.this_monday, city.this_monday) - timedelta(days=1)
    return project.starts_on + timedelta(days=city.r.randrange((last - project.starts_on).days))


def _reach(city: City, projects: Sequence[Project], total: int) -> None:
    rows = []
    for project, times in zip(projects, _parts(city, total, len(projects)), strict=True):
        for part in _parts(city, times, min(4, times)):
            rows.append(
                ReachEntry(
                    project=project,
                    who=city.r.choice([ReachEntry.Who.EVERYBODY, ReachEntry.Who.WOMEN]),
                    times=part,
                    people=max(1, part * 2 // 3),
                    on=_day(city, project),
                    note="活动签到汇总",
                    recorded_by=city.checker,
                    recorded_at=city.now,
                )
            )
    ReachEntry.objects.bulk_create(rows, batch_size=BATCH)


def _line(city: City, project: Project, purse: Money.Purse, yuan: int, incoming: bool) -> Money:
    return Money(
        project=project,
        incoming=incoming,
        purse=purse,
        fen=yuan * YUAN,
        on=_day(city, project),
        recorded_by=city.checker,
        recorded_at=city.now,
    )


def _money(city: City, projects: Sequence[Project], yuan: int) -> None:
    rows = []
    for project, share in zip(projects, _parts(city, yuan, len(projects)), strict=True):
        rows.append(_line(city, project, city.r.choice(PURSES), share, True))
        used = share * 4 // 5 if project.is_closed is False else share
        for part in _parts(city, used, min(3, used)) if used else ():
            rows.append(_line(city, project, city.r.choice(SPENDING), part, False))
    Money.objects.bulk_create(rows, batch_size=BATCH)


def _beside(city: City, owner: Organisation, name: str, kind: Project.Kind, days: int) -> Project:
    """A project that the incubator has nothing to do with."""
    return Project.objects.create(
        organisation=owner,
        name=f"{name}{SHOW}",
        kind=kind,
        starts_on=city.this_monday - timedelta(days=days),
    )


def _partner(owner: Organisation, name: str, kind: Partner.Kind) -> Partner:
    return Partner.objects.create(organisation=owner, name=f"{name}{SHOW}", kind=kind)


def _buds(city: City, owner: Organisation) -> None:
    """春蕾计划: what was given, and what went out as grants."""
    project = _beside(city, owner, "春蕾计划", Project.Kind.FUND, 700)
    giver = _partner(owner, "助学爱心企业联盟", Partner.Kind.COMPANY)
    Partnership.objects.create(project=project, partner=giver, task=Partnership.Task.FUNDS)
    yuan = _share(city, BUDS_YUAN)
    rows = [
        _line(city, project, purse, part, True)
        for purse, part in zip(
            (Money.Purse.PUBLIC, Money.Purse.COMPANY, Money.Purse.FOUNDATION),
            _parts(city, yuan, 3),
            strict=True,
        )
    ]
    rows.append(_line(city, project, Money.Purse.GRANT, yuan * 9 // 10, False))
    Money.objects.bulk_create(rows)


def _insurance(city: City, owner: Organisation) -> None:
    """The women's illness insurance with three foundations."""
    project = _beside(city, owner, "女性安康保险", Project.Kind.INSURANCE, 500)
    yuan = _share(city, INSURED_YUAN)
    rows = []
    for name, part in zip("甲乙丙", _parts(city, yuan, 3), strict=True):
        giver = _partner(owner, f"{name}基金会", Partner.Kind.FOUNDATION)
        Partnership.objects.create(project=project, partner=giver, task=Partnership.Task.FUNDS)
        line = _line(city, project, Money.Purse.FOUNDATION, part, True)
        line.partner = giver
        rows.append(line)
    rows.append(_line(city, project, Money.Purse.PREMIUM, yuan, False))
    Money.objects.bulk_create(rows)
    insured = _share(city, INSURED)
    ReachEntry.objects.create(
        project=project,
        who=ReachEntry.Who.WOMEN,
        times=insured,
        people=insured,
        on=_day(city, project),
        recorded_by=city.checker,
        recorded_at=city.now,
    )


def _orange_lamps(city: City, owner: Organisation) -> None:
    """小桔灯: the children whom it looks after, each counted once, by their streets."""
    project = _beside(city, owner, "点亮小桔灯·构筑大联盟", Project.Kind.SERVICE, 600)
    project.programmes.add(city.programmes["mentor"])
    school = _partner(owner, "城南学校", Partner.Kind.SCHOOL)
    Partnership.objects.create(project=project, partner=school, task=Partnership.Task.TOGETHER)
    streets: list[Division] = city.r.sample(city.streets, min(40, len(city.streets)))
    rows = [
        ReachEntry(
            project=project,
            who=ReachEntry.Who.CHILDREN,
            times=part * 3,
            people=part,
            division=street,
            on=_day(city, project),
            note="学校名册核对",
            recorded_by=city.checker,
            recorded_at=city.now,
        )
        for street, part in zip(
            streets, _parts(city, city.scale.children, len(streets)), strict=True
        )
    ]
    ReachEntry.objects.bulk_create(rows)


def _add_stations(city: City) -> None:
    """The first venues are those of 姐妹乡伴; each is its street's."""
    rows = [
        Station(
            organisation=city.organisations[venue.street_id],
            programme=city.programmes["station"],
            venue=venue,
            opened_on=city.this_monday - timedelta(days=city.r.randrange(60, 900)),
        )
        for venue in city.venues[: city.scale.stations]
    ]
    Station.objects.bulk_create(rows)
