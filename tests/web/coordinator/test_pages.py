"""Who sees which page of the coordinator's side, and how many statements a page takes whatever
there is to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access, User
from backend.common import clock
from backend.organisations.models import Organisation
from backend.planning.models import Proposal
from backend.rota.models import Assignment, Rota, Shift
from backend.volunteers.models import TimeOff, VettingCheck, Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_coordinator,
    make_division,
    make_family,
    make_offer,
    make_organisation,
    make_rota,
    make_session,
    make_user,
    make_venue,
    make_volunteer,
)
from tests.planning.scene import Scene, make_scene
from tests.visits.scene import out_of_sight, pair, planned, wish
from tests.visits.scene import street as visits_in_a_street

pytestmark = pytest.mark.django_db
# the largest page: the board by person, and what its open proposal comes to as things stand now;
# one of them, as on every page, counts what waits in her inbox
STATEMENTS = 18
# who could be asked: everybody near, what they have in the rota, who knows and avoids whom, and the
# excerpts of the few who lack least, with what they have attended and what a session itself wants
ASKING = 41

# what each page asks at the most; the others STATEMENTS
BUDGETS = {
    "today": 12,
    "rotas": 6,
    "holes": 12,
    "proposal": 18,
    "session": 15,
    "ask": ASKING,
    "volunteers": 8,
    "volunteer": 19,
    "edit_session": 11,
    "new_session": 9,
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, *args: object, **query: object) -> str:
    return reverse(f"coordinator:{name}", args=args) + (
        "?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else ""
    )


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the Saturday before the rota: on a later day nothing of it could be changed."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@dataclass(frozen=True)
class City:
    """A city with two counties below it, and a village in the first."""

    city: Organisation
    county: Organisation
    other: Organisation
    village: Organisation


@pytest.fixture
def city() -> City:
    root = make_organisation(name="市妇联")
    county = make_organisation(
        parent=root, name="鼓楼区妇联", division=make_division(code="350102", name="鼓楼区")
    )
    other = make_organisation(
        parent=root, name="台江区妇联", division=make_division(code="350103", name="台江区")
    )
    street = make_organisation(
        parent=county, division=make_division(code="350102001", name="鼓东街道")
    )
    village = make_organisation(
        parent=street, name="社区妇联", division=make_division(code="350102001001", name="第一社区")
    )
    return City(root, county, other, village)


def test_a_stranger_is_sent_to_sign_in_and_a_volunteer_is_turned_away() -> None:
    scene = make_scene()
    assert Client().get(page("today")).status_code == 302
    assert signed_in(scene.alice.user).get(page("rota", scene.rota.pk)).status_code == 403


def test_what_lies_outside_her_scope_does_not_exist_for_her(city: City) -> None:
    """Every address that names a row of another county answers 404, to a reader and to a writer."""
    scene = make_scene()
    proposal = scene.proposal()
    run, session, rota = proposal.run_id, scene.morning.pk, scene.rota.pk
    stranger = signed_in(make_coordinator(organisation=city.other))
    for address in (
        page("rota", rota),
        page("board_fragment", rota),
        page("holes", rota),
        page("run_fragment", rota),
        page("pick_fragment", rota, pick=session),
        page("session", session),
        page("lineups_fragment", session),
        page("ask", session),
        page("edit_session", session),
        page("cancel_session", session),
        page("new_session", rota),
        page("proposal", proposal.pk),
        page("answers_fragment", proposal.pk),
        page("volunteer", scene.alice.pk),
    ):
        assert stranger.get(address).status_code == 404, address
    for address in (
        page("request_run", rota),
        page("stop_run", run),
        page("publish", proposal.pk),
        page("discard", proposal.pk),
        page("ask", session),
        page("cancel_session", session),
    ):
        assert stranger.post(address).status_code == 404, address
    assert Proposal.objects.get().state == "open"


def test_a_viewer_sees_but_changes_nothing() -> None:
    scene = make_scene()
    proposal = scene.proposal()
    viewer = signed_in(make_coordinator(organisation=scene.rota.organisation, role="viewer"))
    assert viewer.get(page("rota", scene.rota.pk)).status_code == 200
    assert "发布这" not in viewer.get(page("proposal", proposal.pk)).content.decode()
    for address in (
        page("request_run", scene.rota.pk),
        page("publish", proposal.pk),
        page("cancel_session", scene.morning.pk),
    ):
        assert viewer.post(address).status_code == 403, address


def test_a_county_sees_its_own_sessions_of_the_citys_rota(city: City) -> None:
    rota = make_rota(organisation=city.city)
    here = make_session(rota=rota, title="鼓楼亲子课", county_code="350102")
    there = make_session(rota=rota, title="台江亲子课", county_code="350103")
    client = signed_in(make_coordinator(organisation=city.county))

    text = client.get(page("rota", rota.pk, week="2026-11-30")).content.decode()

    assert "鼓楼亲子课" in text and "台江亲子课" not in text
    assert client.get(page("session", here.pk)).status_code == 200
    assert client.get(page("session", there.pk)).status_code == 404
    assert client.post(page("request_run", rota.pk)).status_code == 403


def test_a_village_sees_the_sessions_of_its_street(city: City) -> None:
    rota = make_rota(organisation=city.county)
    near = make_session(
        rota=rota, title="社区值班", venue=make_venue(street=make_division(code="350102001"))
    )
    far = make_session(
        rota=rota,
        title="远处值班",
        venue=make_venue(street=make_division(code="350102002", name="鼓西街道")),
    )
    client = signed_in(make_coordinator(organisation=city.village))
    assert client.get(page("session", near.pk)).status_code == 200
    assert client.get(page("session", far.pk)).status_code == 404


def test_an_organisation_that_helps_to_run_a_session_sees_it(city: City) -> None:
    session = make_session(rota=make_rota(organisation=city.city), county_code="350103")
    session.organisers.add(city.county)
    assert (
        signed_in(make_coordinator(organisation=city.county))
        .get(page("session", session.pk))
        .status_code
        == 200
    )


def test_reading_a_volunteer_is_written_down_and_her_phone_is_masked() -> None:
    scene = make_scene()
    her = make_volunteer(name="黄丽华", organisation=scene.rota.organisation, phone="13800138000")
    text = signed_in(scene.actor).get(page("volunteer", her.pk)).content.decode()
    assert "138****8000" in text and "13800138000" not in text
    assert (
        Access.objects.filter(
            user_id=scene.actor.pk, action="read", subject=f"volunteer:{her.pk}"
        ).count()
        == 1
    )


def test_days_off_over_a_promise_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.common.clock.now", lambda: NOW)
    scene = make_scene(state="published")
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    make_offer(volunteer=scene.alice, shift=make_session(rota=scene.rota).shifts.get())
    client = signed_in(scene.actor)
    address = page("volunteer", scene.alice.pk)
    away = TimeOff.objects.create(
        volunteer=scene.alice, from_date=date(2026, 12, 6), to_date=date(2026, 12, 8)
    )
    assert "她答应过" not in client.get(address).content.decode()
    away.from_date = date(2026, 12, 5)
    away.save()
    assert client.get(address).content.decode().count("她答应过") == 1


def test_a_check_that_has_run_out_is_none_in_the_list_and_on_her_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.common.clock.now", lambda: NOW)
    scene = make_scene()
    check = {"volunteer": scene.alice, "result": "clear", "requested_at": NOW, "consent_at": NOW}
    VettingCheck.objects.create(**check, valid_until=date(2026, 1, 1))
    client = signed_in(scene.actor)
    shown = [client.get(page("volunteer", scene.alice.pk)), client.get(page("volunteers"))]
    assert "没有有效的" in shown[0].content.decode() and "有效到" not in shown[0].content.decode()
    listed = shown[1].content.decode().partition("<table")[2]
    assert listed and "shield-check" not in listed
    VettingCheck.objects.create(**check, valid_until=date(2027, 1, 1))
    check["requested_at"] += timedelta(days=1)
    VettingCheck.objects.create(**check | {"result": "pending"}, valid_until=None)
    assert "有效到 2027-01-01" in client.get(page("volunteer", scene.alice.pk)).content.decode()
    VettingCheck.objects.filter(result="pending").update(result="blocked")
    assert "没有有效的" in client.get(page("volunteer", scene.alice.pk)).content.decode()
    listed = client.get(page("volunteers")).content.decode().partition("<table")[2]
    assert listed and "shield-check" not in listed


@pytest.mark.parametrize("text", ["黄丽华", "huanglihua", "hlh", "V900001", "13800138000"])
def test_a_volunteer_is_found_by_what_one_knows_of_her(text: str) -> None:
    scene = make_scene()
    her = make_volunteer(
        name="黄丽华",
        organisation=scene.rota.organisation,
        phone="13800138000",
        name_pinyin="huanglihua",
        name_initials="hlh",
    )
    Volunteer.objects.filter(pk=her.pk).update(number="V900001")
    found = signed_in(scene.actor).get(page("volunteers", q=text)).content.decode()
    assert "黄丽华" in found and "林雪梅" not in found


def fill(scene: Scene, number: int) -> None:
    """`number` more sessions with two people, a waiting offer and a family each, in the first week
    and the same county."""
    for n in range(number):
        session = make_session(
            rota=scene.rota,
            starts_at=at("2026-12-01 09:00") + timedelta(hours=3 * n),
            shifts=[("lead", 3, 3)],
            seats=(0, 10, 5),
        )
        shift = session.shifts.get()
        make_assignment(volunteer=make_volunteer(organisation=scene.rota.organisation), shift=shift)
        make_offer(volunteer=make_volunteer(organisation=scene.rota.organisation), shift=shift)
        make_booking(family=make_family(), session=session)


def fill_homes(number: int) -> None:
    """`number` more families that wait for a visit, and pairs that have not come out of one."""
    here = visits_in_a_street()
    for _ in range(number):
        wish()
        inside = planned(here)
        pair(inside)
        out_of_sight(inside, NOW)


PAGES = [
    ("today", {}),
    ("rotas", {}),
    ("rota", {"view": "place"}),
    ("rota", {"view": "person"}),
    ("rota", {"view": "table"}),
    ("rota", {"view": "open"}),
    ("holes", {}),
    ("proposal", {}),
    ("session", {}),
    ("ask", {}),
    ("volunteers", {}),
    ("volunteer", {}),
    ("edit_session", {}),
    ("new_session", {}),
]


@pytest.mark.parametrize(("name", "query"), PAGES)
def test_statements_do_not_grow_with_what_is_shown(name: str, query: dict[str, str]) -> None:
    scene = make_scene(state="published")
    proposal = scene.proposal()
    fill(scene, 1)
    fill_homes(1)
    row = {"proposal": proposal.pk, "volunteer": scene.alice.pk}.get(
        name, scene.morning.pk if name in ("session", "ask", "edit_session") else scene.rota.pk
    )
    address = page(
        name,
        *([] if name in ("today", "rotas", "volunteers") else [row]),
        **(query | {"week": "2026-11-30"}),
    )
    client = signed_in(scene.actor)
    client.get(address)
    with CountStatements() as one:
        assert client.get(address).status_code == 200
    fill(scene, 2)
    fill_homes(2)
    make_rota(organisation=scene.rota.organisation)
    with CountStatements() as three:
        assert client.get(address).status_code == 200
    assert three.count == one.count <= BUDGETS.get(name, STATEMENTS)


class CountStatements:
    """Counts what a block asks the database."""

    def __enter__(self) -> CountStatements:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._capture = CaptureQueriesContext(connection)
        self._capture.__enter__()
        return self

    def __exit__(self, *args: object) -> None:
        self._capture.__exit__(*args)
        self.count = len(self._capture)


def test_a_page_of_nothing_says_so() -> None:
    root = make_organisation()
    client = signed_in(make_coordinator(organisation=root))
    assert "还没有排班表" in client.get(page("rotas")).content.decode()
    assert client.get(page("today")).status_code == 200
    rota: Rota = make_rota(organisation=root)
    for view in ("place", "person", "table"):
        assert client.get(page("rota", rota.pk, view=view)).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "week=2099-01-01",
        "week=x",
        "view=zzz",
        "county=1",
        "county=999999",
        "page=0",
        "page=99",
        "pick=abc",
        "pick=77",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_nearest_that_does(query: str) -> None:
    scene = make_scene()
    assert signed_in(scene.actor).get(page("rota", scene.rota.pk) + f"?{query}").status_code == 200


def test_open_ended_engagements_have_their_own_list() -> None:
    scene = make_scene(state="published")
    make_session(rota=scene.rota, starts_at=None, title="小桔灯结对")
    client = signed_in(scene.actor)
    assert "小桔灯结对" in client.get(page("rota", scene.rota.pk, view="open")).content.decode()
    assert (
        "小桔灯结对" not in client.get(page("rota", scene.rota.pk, view="place")).content.decode()
    )


def test_a_gap_that_has_passed_is_no_gap_to_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_scene(state="published")
    client = signed_in(scene.actor)
    monkeypatch.setattr("backend.common.clock.now", lambda: at("2026-12-05 12:00"))
    text = client.get(page("holes", scene.rota.pk)).content.decode()
    assert "值班" in text and "亲子课" not in text


def test_a_user_without_any_role_is_turned_away() -> None:
    assert signed_in(make_user()).get(page("today")).status_code == 403


def test_each_number_of_the_day_is_a_door_and_each_line_has_its_next_step(city: City) -> None:
    rota = make_rota(organisation=city.county)
    soon = NOW + timedelta(hours=20)
    session = make_session(rota=rota, starts_at=soon, shifts=[("lead", 1, 2), ("help", 1, 1)])
    lead, _help = session.shifts.order_by("pk")
    asked = make_offer(volunteer=make_volunteer(organisation=city.county), shift=lead)
    gone = make_assignment(volunteer=make_volunteer(), shift=lead, state="withdrawn")
    Assignment.objects.filter(pk=gone.pk).update(ended_at=NOW - timedelta(hours=1))
    Shift.objects.filter(pk=lead.pk).update(minimum=2)
    desk = signed_in(make_coordinator(organisation=city.county))
    shown = desk.get(page("today")).content.decode()
    for name in ("today_sessions", "today_waiting", "today_holes"):
        assert f'class="kpi-door" href="{page(name)}"' in shown
    assert f'href="{page("part", session.pk, asked.volunteer_id)}"' in shown
    assert "快开始了，打个电话" in shown
    find = page("ask", session.pk, shift=lead.pk)
    assert shown.count(f'"{find}"') == 2  # the hole, and the place that was given back
    repair = page("repair_fragment", session.pk, shift=lead.pk)
    assert f'hx-get="{repair}"' in shown


@pytest.mark.parametrize(
    ("leads", "needed", "said"),
    [
        (2, 1, False),  # as many as there are people for
        (1, 1, True),  # one gave her place back, and nobody is missing by the numbers of the role
        (1, 2, False),  # that is a hole, and stands among those
    ],
)
def test_more_children_than_can_be_looked_after_are_named(
    city: City, leads: int, needed: int, said: bool
) -> None:
    rota = make_rota(organisation=city.county, state="published", starts_on=date(2026, 11, 30))
    soon = NOW + timedelta(hours=50)
    session = make_session(
        rota=rota, starts_at=soon, seats=(0, 9, 2), shifts=[("lead", needed, max(2, needed))]
    )
    for _ in range(leads):
        make_assignment(volunteer=make_volunteer(), shift=session.shifts.get())
    make_booking(family=make_family(children=("2025-03", "2025-03", "2025-03")), session=session)
    desk = signed_in(make_coordinator(organisation=city.county))
    shown = desk.get(page("today")).content.decode()
    assert ("3 个孩子，人手只够 2 个" in shown) == said
    assert ("七天里孩子比人手多的" in shown) == said
    hers = desk.get(page("session", session.pk)).content.decode()
    assert ("有 1 个孩子现在的人手带不了" in hers) == (leads == 1)


def test_the_best_for_a_hole_is_named_with_one_button(city: City) -> None:
    rota = make_rota(organisation=city.county)
    session = make_session(rota=rota, starts_at=NOW + timedelta(days=2))
    her = make_volunteer(organisation=city.county)
    desk = signed_in(make_coordinator(organisation=city.county))
    shown = desk.get(page("repair_fragment", session.pk, shift=session.shifts.get().pk))
    assert f'value="{her.pk}"' in shown.content.decode()
