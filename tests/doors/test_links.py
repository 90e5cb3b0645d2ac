"""No page shows a link that its reader may not follow."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse

from backend.access.queries import sessions_readable, volunteers_readable
from backend.common.clock import local_day, now
from backend.organisations.models import Organisation
from backend.planning.models import Proposal
from backend.projects.models import Belonging
from backend.rota.models import Session
from backend.volunteers.models import Volunteer
from backend.web.coordinator.report_rows import lines_of
from backend.web.doors.roles import OK, ROLES
from backend.web.doors.table import OURS
from tests.city import Scene, build
from tests.doors.asking import address, client_of
from tests.factories import (
    make_assignment,
    make_credential_kind,
    make_division,
    make_offer,
    make_rota,
    make_session,
    make_venue,
    make_volunteer,
)

LINK = re.compile(r'\s(?:href|hx-get)="(/[^"#]*)')
FORM = re.compile("<form[^>]*>")
NOT_STARTED_FROM = {  # pages that are no reader's own
    "styleguide": "examples of components, with addresses that stand for others",
    "styleguide_desktop": "as above",
    "styleguide_phone": "as above",
    "offline": "kept by the phone for whoever has it; knows nothing of the reader",
    "bell": "fetched by pages of its side alone",
}
NOT_FOLLOWED = ("/assets/", "/accounts/logout")


def organisation_of(scene: Scene, role: str) -> Organisation:
    user = scene.users[role]
    assert user is not None
    return user.memberships.get().organisation


def across_borders(scene: Scene) -> dict[str, int]:
    """People of the next county in the county's sessions, and hers in theirs: a place, a question,
    a day off, a certificate, a proposal and a project that touch what lies beside."""
    theirs = organisation_of(scene, "county2")
    her = Volunteer.objects.get(pk=scene.rows["volunteer"])
    session = Session.objects.get(pk=scene.rows["session"])
    rota = make_rota(organisation=theirs, starts_on=session.rota.starts_on)
    there = {
        "rota": rota,
        "venue": make_venue(street=make_division(code="350103001")),
        "county_code": "350103",
        "shifts": [("lead", 1, 2)],
    }
    assert session.starts_at is not None
    begins = session.starts_at + timedelta(days=1)
    beside = make_session(starts_at=begins, **there)
    kind = make_credential_kind(code="beibei_lead")
    beside.shifts.get().role.requires.add(kind)
    make_assignment(volunteer=her, shift=beside.shifts.get())
    asking = make_session(starts_at=begins + timedelta(hours=4), **there)
    make_offer(volunteer=her, shift=asking.shifts.get(), answer_by=now() + timedelta(hours=20))
    her.time_off.create(from_date=local_day(begins), to_date=local_day(begins))
    past = make_session(starts_at=now() - timedelta(days=3), **there)
    make_assignment(volunteer=her, shift=past.shifts.get(), state="done")
    Belonging.objects.create(session=beside, project_id=scene.rows["project"])
    guest = make_volunteer(organisation=theirs, name="林客人")
    Session.objects.get(pk=session.pk).shifts.update(target=5)
    make_assignment(volunteer=guest, shift=session.shifts.get())
    neighbour = make_volunteer(organisation=organisation_of(scene, "far"))
    make_assignment(volunteer=neighbour, shift=session.shifts.get())
    draft = Session.objects.get(pk=scene.rows["draft_session"])
    proposal = Proposal.objects.get(pk=scene.rows["proposal"])
    proposal.lines.create(
        shift_id=draft.shifts.get().pk,
        volunteer_id=guest.pk,
        session_id=draft.pk,
        change="new",
    )
    return {"guest": guest.pk, "beside": beside.pk}


def links_of(answer: HttpResponse) -> set[str]:
    if answer.status_code != OK or "html" not in answer.get("Content-Type", ""):
        return set()
    page = FORM.sub("", answer.content.decode())  # what a form asks, it asks with its fields
    found = {unescape(link) for link in LINK.findall(page)}
    return {link for link in found if not link.startswith(NOT_FOLLOWED)}


def place_of(link: str) -> tuple[str, tuple[str, ...]]:
    """A page, and which of its views."""
    parts = urlsplit(link)
    return parts.path, tuple(parse_qs(parts.query).get("view", ()))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_no_page_links_to_what_its_reader_may_not_see(role: str) -> None:
    """The pages of the register, and what they lead to, as that role reads them."""
    scene = build()
    across_borders(scene)
    client = client_of(scene.users[role])
    lines = [line for line in OURS if line.get[role] == OK and line.name not in NOT_STARTED_FROM]
    wait = [address(line, scene) for line in lines]
    unread = {place_of(where) for where in wait}
    unread |= {(path, ("person",)) for path, _view in unread}  # the board by person
    came_from = dict.fromkeys(wait, "")
    lost = []
    while wait:
        where = wait.pop()
        answer = client.get(where)
        if answer.status_code in (403, 404, 500):
            lost.append((answer.status_code, where, came_from[where]))
        if place_of(where) not in unread:
            continue
        unread.discard(place_of(where))
        new = links_of(answer) - came_from.keys()
        came_from |= dict.fromkeys(new, where)
        wait += sorted(new)
    assert lost == []


@pytest.mark.django_db
def test_a_name_is_a_link_for_whoever_may_open_it() -> None:
    scene = build()
    pks = across_borders(scene)
    hers = {int(scene.rows["volunteer"]), pks["guest"]}
    theirs = {int(scene.rows["session"]), pks["beside"]}
    village = scene.users["village"]
    city = scene.users["city"]
    assert village is not None and city is not None
    assert volunteers_readable(village, hers) == {int(scene.rows["volunteer"])}
    assert volunteers_readable(city, hers) == hers
    assert sessions_readable(village, theirs) == {int(scene.rows["session"])}
    assert sessions_readable(city, theirs) == theirs
    page = client_of(village).get(f"/c/sessions/{scene.rows['session']}/").content.decode()
    assert '<span class="unlinked">林客人</span>' in page
    assert f'href="/c/volunteers/{scene.rows["volunteer"]}/"' in page
    people = Volunteer.objects.select_related("organisation").filter(pk__in=hers).order_by("pk")
    found = [line.href for line in lines_of(village, "volunteers", list(people))]
    assert found == [f"/c/volunteers/{scene.rows['volunteer']}/", ""]
