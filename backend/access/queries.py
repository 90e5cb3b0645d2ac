"""Which rotas and sessions a coordinator sees, and which she may change.

She sees the rotas of her organisation and of every organisation below it, drafts too. Of a rota
that an organisation above hers keeps (the city's) she sees the sessions in her own area. Of any
rota she sees the sessions that her organisation, or one below it, helps to run. A visit of a pair,
and the ledger that holds it, only whoever may see the pair. Everything else does not exist for her.

She changes what her organisation or one below it keeps, and, for a county, what lies in it of a
rota that is kept above: its people, its sessions. Running and publishing stay with who keeps it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.access.policy import Area, Sight, sight_of
from backend.access.refusals import NotHers, NotSeen
from backend.accounts.models import User
from backend.common.bulk import among
from backend.organisations.models import Membership, Organisation
from backend.organisations.policy import ACTS, LOOKS, SEES, area_of
from backend.organisations.queries import can_coordinate, memberships, scope_paths, within
from backend.places.codes import COUNTY, STREET
from backend.places.models import Venue
from backend.rota.models import Assignment, Rota, Session, SessionTemplate
from backend.rota.states import APART, HELD
from backend.volunteers.models import Volunteer
from backend.volunteers.queries import volunteers_within

Someone = User | AnonymousUser


def sight(user: Someone) -> Sight:
    """What she oversees, from her memberships, which are read once a request."""
    overseen = [m.organisation for m in memberships(user) if m.role in SEES]
    return sight_of(
        ((row.path, row.division_id, row.level) for row in overseen), scope_paths(user, LOOKS)
    )


def rotas_seen(user: Someone) -> QuerySet[Rota]:
    hers = sight(user)
    above = {pk for path in hers.paths for pk in _ids(path)}
    return Rota.objects.select_related("organisation").filter(
        within(hers.paths, "organisation__path") | Q(organisation_id__in=above),
        Q(kind=Rota.Kind.ORDINARY) | within(hers.pairs, "organisation__path"),
    )


def sees_rota(user: Someone, rota: Rota) -> bool:
    """As rotas_seen() says of it. Reads its organisation; no statement."""
    hers = sight(user)
    if rota.kind != Rota.Kind.ORDINARY:
        return hers.pairs_of(rota.organisation.path)
    return hers.whole(rota.organisation.path) or hers.below(rota.organisation.path)


def rota_seen(user: Someone, rota_id: int) -> Rota:
    """Raises NotSeen."""
    rota = rotas_seen(user).filter(pk=rota_id).first()
    if rota is None:
        raise NotSeen
    return rota


def rota_to_change(user: Someone, rota_id: int) -> Rota:
    """The rota if she may change it. Raises NotSeen, and NotHers when she only sees it."""
    rota = rota_seen(user, rota_id)
    if not can_coordinate(user, rota.organisation):
        raise NotHers
    return rota


def template_to_change(user: Someone, template_id: int) -> SessionTemplate:
    """A template of an organisation whose rotas she sees, if she coordinates it. Raises NotSeen,
    and NotHers when she only sees it."""
    rows = SessionTemplate.objects.select_related("organisation")
    row = rows.filter(pk=template_id).first()
    if row is None or not rotas_seen(user).filter(organisation=row.organisation).exists():
        raise NotSeen
    if not can_coordinate(user, row.organisation):
        raise NotHers
    return row


def adds_to(user: Someone, rota: Rota) -> bool:
    """Whether she may put sessions into the rota: hers, or, for a county, of one that is kept
    above it, in her own area."""
    return can_coordinate(user, rota.organisation) or bool(counties_hers(user, rota))


def rota_to_add_to(user: Someone, rota_id: int) -> Rota:
    """The rota if she may put sessions into it. Raises NotSeen, and NotHers when she only sees
    it."""
    rota = rota_seen(user, rota_id)
    if not adds_to(user, rota):
        raise NotHers
    return rota


def sees_whole(user: Someone, organisation: Organisation) -> bool:
    return sight(user).whole(organisation.path)


def sessions_seen(user: Someone, *rotas: Rota) -> QuerySet[Session]:
    """The sessions of these rotas that she sees."""
    hers = sight(user)
    whole = [rota.pk for rota in rotas if hers.whole(rota.organisation.path)]
    partly: dict[str, list[int]] = defaultdict(list)
    for rota in rotas:
        if rota.pk not in whole:
            partly[rota.organisation.path].append(rota.pk)
    seen = Q(rota__in=whole)
    if partly:
        for path, pks in partly.items():
            seen |= Q(_in_areas(hers.areas_below(path)), rota__in=pks)
        jointly = Organisation.objects.filter(within(hers.paths), sessions=OuterRef("pk"))
        rest = [rota.pk for rota in rotas if rota.pk not in whole]
        seen |= Q(Exists(jointly), rota__in=rest)
    return Session.objects.filter(seen & _no_pair(user, LOOKS))


def session_seen(user: Someone, session_id: int, rows: QuerySet[Session] | None = None) -> Session:
    """The session with its rota, programme, kind and venue. Raises NotSeen.

    `rows`: the sessions as a page reads them, when it shows more of it.
    """
    read = Session.objects.all() if rows is None else rows
    session = (
        read.select_related("rota__organisation", "programme", "engagement", "venue__street")
        .filter(pk=session_id)
        .first()
    )
    if session is None or not _sees(user, session):
        raise NotSeen
    return session


def _sees(user: Someone, session: Session) -> bool:
    """As sessions_seen() says of it. Reads its rota with the organisation, its venue, and only
    where those do not say yes who helps to run it: one statement then."""
    hers = sight(user)
    if session.home in APART:
        return hers.pairs_of(session.rota.organisation.path)
    where = session.venue.street_id if session.venue else ""
    about = (session.rota.organisation.path, session.county_code, where)
    if hers.session(*about):
        return True
    return hers.session(*about, session.organisers.values_list("path", flat=True))


def session_led(user: Someone, session_id: int) -> Session:
    """The session if she has a place in it whose role leads, with its rota, programme and venue.
    Raises NotSeen."""
    hers = Assignment.objects.filter(
        session=OuterRef("pk"), volunteer__user=user.pk, state__in=HELD, shift__role__leads=True
    )
    rows = Session.objects.select_related("rota__organisation", "programme", "venue")
    session = rows.filter(Exists(hers), pk=session_id).first()
    if session is None:
        raise NotSeen
    return session


def may_change(user: Someone, session: Session) -> bool:
    """She coordinates the rota's organisation, or a county below it in which the session lies, or
    one that helps to run it. Reads the session's rota with its organisation, and its venue."""
    return (
        can_coordinate(user, session.rota.organisation)
        or acts_in_area(user, session.rota, session.county_code)
        or any(can_coordinate(user, o) for o in session.organisers.all())
    )


def sessions_hers(user: Someone) -> QuerySet[Session]:
    """Every session that she may change, as may_change() says of one."""
    paths = scope_paths(user, ACTS)
    hers = within(paths, "rota__organisation__path")
    for row in (m.organisation for m in memberships(user) if m.role in ACTS):
        if row.division_id and len(row.division_id) == COUNTY:
            hers |= Q(county_code=row.division_id, rota__organisation__in=_ids(row.path))
    jointly = Organisation.objects.filter(within(paths), sessions=OuterRef("pk"))
    return Session.objects.filter(hers | Exists(jointly)).filter(_no_pair(user, ACTS))


def _no_pair(user: Someone, roles: Collection[Membership.Role]) -> Q:
    """Of the visits of pairs those alone whose child she may see: of her organisations and of those
    below, in one of these roles."""
    return ~Q(home__in=APART) | within(scope_paths(user, roles), "rota__organisation__path")


def acts_in_area(user: Someone, rota: Rota, county_code: str) -> bool:
    """Whether she coordinates a county below the rota's organisation, and this is that county."""
    return county_code in counties_hers(user, rota)


def counties_hers(user: Someone, rota: Rota) -> frozenset[str]:
    """The codes of the counties that she coordinates below the organisation that keeps the rota:
    what lies there is hers to change, though the rota is not."""
    path = rota.organisation.path
    own = [m.organisation for m in memberships(user) if m.role in ACTS]
    return frozenset(
        row.division_id
        for row in own
        if row.division_id and len(row.division_id) == COUNTY and row.path.startswith(path)
    )


def in_her_streets(user: Someone, to: str = "") -> Q:
    """Families of the streets for which she coordinates, all of the city's; `to` leads from the row
    that is asked for to its family ("family__"). What they wish for, and whoever is in their homes,
    is hers to look after, whoever's rota it is."""
    hers = Q(pk__in=[])
    for own in (m.organisation for m in memberships(user) if m.role in ACTS):
        area = area_of(own.division_id, own.level)
        if area:
            hers |= Q(**{f"{to}street__code__startswith": area[:STREET]})
        elif area is not None:
            hers |= Q(pk__isnull=False)
    return hers


def volunteers_named(user: Someone, session: Session) -> QuerySet[Volunteer]:
    """Whom she may name for a session: of the organisation whose rota it is, and where she sees
    only a part of that rota, of her own alone. Reads the session's rota with its organisation."""
    hers = sight(user)
    path = session.rota.organisation.path
    rows = Volunteer.objects.filter(organisation__path__startswith=path)
    return rows if hers.whole(path) else rows.filter(within(hers.paths, "organisation__path"))


def volunteers_seen(user: Someone) -> QuerySet[Volunteer]:
    """Everybody whose page she may open: who is registered in her organisation or below it."""
    return volunteers_within(sight(user).paths)


def volunteers_readable(user: Someone, pks: Iterable[int]) -> frozenset[int]:
    """Those of them whose page she may open: a name that she reads beside a session is a link only
    then. One statement."""
    found = volunteers_seen(user).filter(among("pk", set(pks)))
    return frozenset(found.values_list("pk", flat=True))


def sessions_readable(user: Someone, pks: Iterable[int]) -> frozenset[int]:
    """Those of them whose page she may open. Two statements, none for no sessions."""
    wanted = set(pks)
    if not wanted:
        return frozenset()
    here = Session.objects.filter(among("pk", wanted))
    rotas = Rota.objects.select_related("organisation").filter(pk__in=here.values("rota"))
    found = sessions_seen(user, *rotas).filter(among("pk", wanted))
    return frozenset(found.values_list("pk", flat=True))


def changed_by(user: Someone, session_ids: Iterable[int]) -> frozenset[int]:
    """Those of these sessions that she may change. One statement, none for no sessions."""
    wanted = set(session_ids)
    if not wanted:
        return frozenset()
    found = sessions_hers(user).filter(among("pk", wanted))
    return frozenset(found.values_list("pk", flat=True))


def session_to_change(
    user: Someone, session_id: int, rows: QuerySet[Session] | None = None
) -> Session:
    """As session_seen(). Raises NotHers when she only sees it."""
    session = session_seen(user, session_id, rows)
    if not may_change(user, session):
        raise NotHers
    return session


def area_codes(user: Someone) -> list[str]:
    """The division codes of her organisations; "" is the whole city."""
    return sorted({area.code for area in sight(user).areas})


def venues_to_choose(user: Someone, rota: Rota, now_at: int | None = None) -> QuerySet[Venue]:
    """The venues where she may hold a session of the rota, with their streets, and the one where it
    is `now_at`."""
    here = Q(pk=now_at) if now_at else Q(pk__in=[])
    codes: list[str] = area_codes(user)
    if not can_coordinate(user, rota.organisation):
        codes = list(counties_hers(user, rota)) or codes
    elif rota.organisation.division_id:
        codes = [rota.organisation.division_id]
    for code in codes:
        here |= Q(street__code__startswith=code[:STREET])
    rows = Venue.objects.filter(here, active=True).select_related("street")
    return rows.order_by("street_id", "name")


def _in_areas(areas: list[Area]) -> Q:
    """As Area.holds(), asked of the database."""
    condition = Q(pk__in=[])
    for area in areas:
        if area.by_county:
            condition |= Q(county_code__startswith=area.code)
        else:
            condition |= Q(venue__street__code__startswith=area.street)
    return condition


def _ids(path: str) -> list[int]:
    """The organisations above one: "1.14.230." → 1, 14."""
    return [int(part) for part in path.strip(".").split(".")[:-1]]
