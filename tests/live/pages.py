"""The pages that every event is checked against: those of the register of doors in whose main part
something listens, as the people of a scene open them, and a few with more in their address.

A new page is among them as soon as it has its line in the register; a kind of row that no page was
about before gets its name in `rows_of`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

from django.db import transaction
from django.urls import reverse

from backend.accounts.models import User
from backend.cases.models import CareCase
from backend.exchange.models import Export, Import
from backend.pairs.models import Pair, PairedChild
from backend.planning.models import Proposal
from backend.projects.models import Project
from backend.proofs.models import Statement
from backend.rota.models import Session
from backend.visits.models import Visit
from backend.web.doors.line import Line
from backend.web.doors.table import OURS
from tests import city
from tests.factories import make_coordinator
from tests.live.verify import Open
from tests.planning.scene import Scene

# Pages that are known to be out of date after an event, each with what it lacks. One that has
# caught up fails and must go.
TODAY = "今天的课"  # what changes.py calls a session of the day itself
GAPS = {
    (
        "family_hours_changed",
        "/f/requests/",
    ): "a form of check boxes is not overwritten while somebody fills it in",
}


@cache
def listening() -> tuple[tuple[Line, str], ...]:
    """The lines whose page has a live part of its own in the small city, each with the role that
    opens it."""
    found: dict[str, tuple[Line, str]] = {}
    with transaction.atomic():
        small = city.build()
        for line, role in product(OURS, ("county", "volunteer", "family", "cases")):
            if line.name not in found and line.get[role] == 200:
                where = reverse(line.name, kwargs=line.arguments(dict(small.rows)))
                if Open(where, small.users[role]).listens():
                    found[line.name] = (line, role)
        transaction.set_rollback(True)
    return tuple(found.values())


def pages(scene: Scene) -> Iterator[Open]:
    people = {"county": scene.actor, "volunteer": scene.alice.user}
    people["cases"] = officer_of(scene)
    people["family"] = scene.wish.family.user
    rows = rows_of(scene)
    for line, role in listening():
        parts = [rows.get(row, []) for row in line.rows.values()]
        for row in product(*parts):
            page = Open(reverse(line.name, args=row), people[role])
            if page.opened is not None:
                yield page
    yield from with_more(scene)


def officer_of(scene: Scene) -> User:
    """Who leads the cases of the rota's organisation; one is made where nobody does."""
    organisation = scene.rota.organisation
    rows = User.objects.filter(memberships__role="cases", memberships__organisation=organisation)
    return rows.first() or make_coordinator(organisation=organisation, role="cases")


def rows_of(scene: Scene) -> dict[str, list[int]]:
    """The rows of the scene by the names that the register gives them."""
    today = Session.objects.filter(rota=scene.rota, title=TODAY)
    proposals = Proposal.objects.filter(rota=scene.rota)
    found = {
        "session": [scene.morning, *today],
        "rota": [scene.rota],
        "proposal": proposals,
        "volunteer": [scene.alice],
        "project": Project.objects.filter(organisation=scene.rota.organisation),
        "statement": Statement.objects.filter(volunteer=scene.alice),
        "assignment": scene.alice.assignments.all(),
        "cover_ask": scene.alice.cover_asks.all(),
        "pair": Pair.objects.filter(mentor=scene.alice),
        "paired_child": PairedChild.objects.filter(organisation=scene.rota.organisation),
        "case": CareCase.objects.filter(organisation=scene.rota.organisation),
        "visit_request": scene.wish.family.visit_requests.all(),
        "visit": Visit.objects.filter(request__family=scene.wish.family),
        "visit_place": scene.alice.assignments.filter(session__visit__isnull=False),
        "booking": scene.wish.family.bookings.all(),
        "request": [scene.wish],
        "child": scene.wish.family.children.all(),
        "export": Export.objects.filter(asked_by=scene.actor),
        "import": Import.objects.filter(made_by=scene.actor),
    }
    named = {name: [row.pk for row in rows] for name, rows in found.items()}
    return named | {"draft": named["rota"]}


def with_more(scene: Scene) -> Iterator[Open]:
    """Pages as they are when somebody has looked for something on them."""
    coordinator, alice = scene.actor, scene.alice.user
    board = reverse("coordinator:rota", args=[scene.rota.pk]) + "?week=2026-11-30"
    yield Open(f"{board}&view=person", coordinator)
    yield Open(f"{board}&view=table", coordinator)
    yield Open(f"{board}&pick={scene.morning.pk}&who={scene.alice.pk}", coordinator)
    find = reverse("volunteer:find") + "?from=2026-12-05"
    yield Open(f"{find}&day=2026-12-05", alice)
    yield Open(f"{find}&day=2026-12-05&fit=0", alice)
    # what others do changes the count of another day
    yield Open(f"{find}&day=2026-12-06", scene.bob.user)
    book = reverse("family:book") + "?from=2026-12-05&day=2026-12-05"
    yield Open(book, scene.wish.family.user)
