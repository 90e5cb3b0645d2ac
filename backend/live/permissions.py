"""Who may listen to what: one table, prefix → whom the streams of that kind concern."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.families.models import Family, Guardian
from backend.live.visitors import Visitor
from backend.organisations.models import Organisation
from backend.outbox.kinds import CITY
from backend.planning.models import Run
from backend.rota.models import Assignment, Offer, Rota, Session
from backend.rota.states import AtHome
from backend.volunteers.models import Volunteer

STREAM = re.compile(r"([a-z]+)\.([1-9][0-9]{0,17})")
ORDINARY = Rota.Kind.ORDINARY
SHOWN = (Rota.State.PUBLISHED, Rota.State.CLOSED)  # states of a rota that everybody may see


class Subject(NamedTuple):
    """Whom a stream concerns: everybody, one user or several, and those who oversee the
    organisation at `path`.

    With `below`, also those who oversee a part of it: a village reads the rota that its county
    keeps. With `organisers`, also those who oversee one of these, because they run it together.
    With `place` (county, street) it is a session, which those who oversee a part read in their
    area. What is of pairs (`pairs`) is read by those alone who may see the pairs.
    """

    path: str = ""
    public: bool = False
    owner: int | None = None
    owners: tuple[int, ...] = ()
    below: bool = False
    organisers: tuple[str, ...] = ()
    place: tuple[str, str] | None = None
    pairs: bool = False


Rows = Iterable[tuple[int, Subject]]


def _rotas(ids: Collection[int]) -> Rows:
    jointly = Organisation.objects.filter(sessions__rota=OuterRef("pk")).order_by()
    rows = Rota.objects.filter(pk__in=ids).values_list(
        "pk", "organisation__path", ArraySubquery(jointly.distinct().values("path")), "kind"
    )
    return [
        (pk, Subject(path, below=True, organisers=tuple(joint), pairs=kind != ORDINARY))
        for pk, path, joint, kind in rows
    ]


def _overseen(ids: Collection[int], model: type[Model], path: str, below: bool = False) -> Rows:
    rows = model._default_manager.filter(pk__in=ids).values_list("pk", path)
    return [(pk, Subject(path=at, below=below)) for pk, at in rows]


def _plans(ids: Collection[int]) -> Rows:
    rows = Rota.objects.filter(pk__in=ids).values_list("pk", "organisation__path", "state", "kind")
    return [
        (pk, Subject(path, public=state in SHOWN and kind == ORDINARY, pairs=kind != ORDINARY))
        for pk, path, state, kind in rows
    ]


def _sessions(ids: Collection[int]) -> Rows:
    jointly = Organisation.objects.filter(sessions=OuterRef("pk")).order_by()
    rows = Session.objects.filter(pk__in=ids).values_list(
        "pk",
        "rota__organisation__path",
        "rota__state",
        "county_code",
        "venue__street__code",
        ArraySubquery(jointly.values("path")),
        "home",
    )
    found = list(rows)
    at_home = [pk for pk, *_, home in found if home != AtHome.NOWHERE]
    whose = _whose(at_home)
    return [
        (
            pk,
            Subject(
                path=path,
                public=state in SHOWN and pk not in whose,
                place=(county, street or ""),
                organisers=tuple(joint),
                owners=tuple(whose.get(pk, ())),
                pairs=home == AtHome.PAIR,
            ),
        )
        for pk, path, state, county, street, joint, home in found
    ]


def _whose(at_home: Collection[int]) -> dict[int, set[int]]:
    """Session at a home → users whom it concerns: when somebody is there, and whether she has come
    out again, is nobody else's. One statement, none without such sessions."""
    found: dict[int, set[int]] = {pk: set() for pk in at_home}
    if not at_home:
        return found
    parts = (
        Assignment.objects.filter(session__in=at_home).values_list("session", "volunteer__user"),
        Offer.objects.filter(session__in=at_home).values_list("session", "volunteer__user"),
        Booking.objects.filter(session__in=at_home).values_list("session", "family__user"),
        Booking.objects.filter(
            session__in=at_home, family__guardians__user__isnull=False
        ).values_list("session", "family__guardians__user"),
    )
    for session, user in parts[0].union(*parts[1:]):
        found[session].add(user)
    return found


def _volunteers(ids: Collection[int]) -> Rows:
    rows = Volunteer.objects.filter(pk__in=ids).values_list("pk", "organisation__path", "user_id")
    return [(pk, Subject(path=path, owner=user_id)) for pk, path, user_id in rows]


def _families(ids: Collection[int]) -> Rows:
    joined = Guardian.objects.filter(family=OuterRef("pk"), user__isnull=False).order_by()
    rows = Family.objects.filter(pk__in=ids, user__isnull=False).values_list(
        "pk", "user_id", ArraySubquery(joined.values("user"))
    )
    return [(pk, Subject(owner=user_id, owners=tuple(others))) for pk, user_id, others in rows]


def _users(ids: Collection[int]) -> Rows:
    return [
        (pk, Subject(owner=pk))
        for pk in User.objects.filter(pk__in=ids).values_list("pk", flat=True)
    ]


def _city(ids: Collection[int]) -> Rows:
    return [(pk, Subject(public=True)) for pk in ids if f"city.{pk}" == CITY]


TABLE: dict[str, Callable[[Collection[int]], Rows]] = {
    "city": _city,
    "rota": _rotas,
    "plan": _plans,
    "session": _sessions,
    "volunteer": _volunteers,
    "family": _families,
    "run": lambda ids: _overseen(ids, Run, "rota__organisation__path", below=True),
    "organisation": lambda ids: _overseen(ids, Organisation, "path"),
    "user": _users,
    "inbox": _users,
}


def may_listen(visitor: Visitor, subject: Subject) -> bool:
    if subject.public:
        return True
    if visitor.user_id is None:
        return False
    if subject.owner == visitor.user_id or visitor.user_id in subject.owners:
        return True
    hers = visitor.sight
    if subject.pairs:
        return hers.pairs_of(subject.path)
    if subject.place is not None:
        return hers.session(subject.path, *subject.place, subject.organisers)
    return (
        hers.whole(subject.path)
        or (subject.below and hers.below(subject.path))
        or any(hers.whole(path) for path in subject.organisers)
    )


def subjects(streams: Iterable[str]) -> dict[str, Subject]:
    """Whom each stream concerns; one that does not exist is left out.

    One statement a prefix, however many streams.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for stream in streams:
        if (parts := STREAM.fullmatch(stream)) and parts[1] in TABLE:
            wanted[parts[1]].add(int(parts[2]))
    return {
        f"{prefix}.{pk}": subject
        for prefix, ids in wanted.items()
        for pk, subject in TABLE[prefix](ids)
    }
