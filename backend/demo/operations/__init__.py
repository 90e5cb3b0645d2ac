"""Making the demo city: every step in its order, in one transaction, the same for the same seed and
moment."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from random import Random

from django.db import connection

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import operation
from backend.demo.city import City
from backend.demo.invented import CONTACT
from backend.demo.operations import (
    draft,
    families,
    history,
    logins,
    pairs,
    projects,
    venues,
    village,
    volunteers,
)
from backend.demo.operations.recent import Recent
from backend.demo.scales import Scale
from backend.organisations.models import Organisation
from backend.organisations.operations import build_federation
from backend.places import files as place_files
from backend.places.operations import load_calendar, load_divisions
from backend.places.queries import divisions
from backend.programmes import files as programme_files
from backend.programmes.models import CredentialKind, Engagement, Programme, Role
from backend.programmes.operations import load_credential_kinds, load_programme
from backend.volunteers.models import Volunteer


class NotEmpty(Exception):
    """There are volunteers already; a demo city is made on empty tables only."""


@operation
def load_city(*, scale: Scale, seed: int, now: datetime) -> City:
    """Make the whole demo city. Raises NotEmpty."""
    if Volunteer.objects.exists():
        raise NotEmpty
    _take_time()
    load_reference(now=now)
    federation = build_federation()
    Organisation.objects.filter(pk=federation.pk).update(contact_phone=CONTACT)
    users = logins.add_users()
    city = _ground(scale, seed, now, federation, users["city"])
    logins.add_memberships(city, users)
    venues.add_venues(city)
    volunteers.add_volunteers(city)
    home = logins.add_family(city, users["family"])
    families.add_families(city, children=scale.children - draft.visits_in(city) - len(home.born))
    history.add_history(city, _owner(city))
    _add_recent(city)
    village.add_village_rota(city)
    draft.add_draft(city, _owner(city))
    projects.add_projects(city)
    pairs.add_pairs(city)
    _count_rows()
    return city


def _count_rows() -> None:
    """Before the keys are checked, row by row: a plan that remembers empty tables would read them
    whole each time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _take_time() -> None:
    """A whole city in one transaction is no page: on a busy machine it may take minutes, and think
    long between two statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
        )


@operation
def load_reference(*, now: datetime) -> None:
    """Divisions, calendar and programmes: what a deployment loads as well."""
    load_divisions(divisions=place_files.divisions(), today=local_day(now))
    for path in sorted(place_files.FOLDER.glob("calendar_*.json")):
        load_calendar(days=place_files.calendar(path))
    load_credential_kinds(kinds=programme_files.credentials())
    for data in programme_files.programmes():
        load_programme(data=data)


def _owner(city: City) -> Organisation:
    """Whose rota the large ones are: the city's at full scale, else the county's."""
    return city.desk if city.scale.county else city.federation


def _add_recent(city: City) -> None:
    """At full scale the city's rota over all counties, and at every scale one of the county whose
    coordinator signs in."""
    if city.scale.county:
        rotas = [Recent(city, city.desk, city.scale.recent, city.scale.desk)]
    else:
        whole = Recent(city, city.federation, city.scale.recent, None)
        rotas = [Recent(city, city.desk, 60, city.scale.desk), whole]
    for rota in rotas:
        rota.fill()
    for rota in rotas:
        rota.store()


def _ground(
    scale: Scale, seed: int, now: datetime, federation: Organisation, checker: User
) -> City:
    streets = list(divisions("street", within=scale.county or ""))
    villages: dict[str, list[str]] = defaultdict(list)
    for village_row in divisions("village", within=scale.county or ""):
        villages[village_row.code[:9]].append(village_row.code)
    roles = list(Role.objects.select_related("programme").prefetch_related("requires"))
    placed = Organisation.objects.exclude(division=None)
    return City(
        scale=scale,
        r=Random(f"fuzhou-{seed}"),
        now=now,
        federation=federation,
        checker=checker,
        streets=streets,
        villages=dict(villages),
        organisations={o.division_id: o for o in placed},  # type: ignore[misc]
        programmes={p.code: p for p in Programme.objects.all()},
        roles={(role.programme.code, role.code): role for role in roles},
        engagements={
            (e.programme.code, e.code): e for e in Engagement.objects.select_related("programme")
        },
        kinds={k.code: k for k in CredentialKind.objects.all()},
        needs={
            role.pk: [
                k.code for k in sorted(role.requires.all(), key=lambda k: (k.is_vetting, k.code))
            ]
            for role in roles
        },
    )
