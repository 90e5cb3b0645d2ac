"""Somebody's part in a session, changed by hand on its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from backend.common import clock
from backend.organisations.models import Membership
from backend.planning.queries import parts
from backend.planning.queries.desk import desk_of_one
from backend.planning.queries.reasons import hers
from backend.rota.models import Act, Assignment, Notice, Offer, Session
from backend.rota.operations import TermsChanged, accept_offer, swap
from backend.volunteers.models import Volunteer
from backend.web.coordinator import part
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_division,
    make_offer,
    make_organisation,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.planning.scene import Scene, make_scene
from tests.plans import statements_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    return make_scene(state="published")


@pytest.fixture
def desk(client: Client, scene: Scene) -> Client:
    client.force_login(scene.actor)
    return client


def page_of(session: Session, her: Volunteer) -> str:
    return reverse("coordinator:part", args=[session.pk, her.pk])


def has(session: Session) -> set[int]:
    rows = Assignment.objects.filter(session=session, state=Assignment.State.ACTIVE)
    return set(rows.values_list("volunteer", flat=True))


def test_she_is_taken_out_and_put_back_by_the_toast(desk: Client, scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    sent = {"act": "out", "because": "主讲换了"}
    shown = desk.post(page_of(scene.morning, scene.alice), sent, follow=True)
    assert (has(scene.morning), Notice.objects.get().because) == (set(), "主讲换了")
    undo = reverse("coordinator:undo_act", args=[Act.objects.get().pk])
    assert shown.content.decode().count(f'action="{undo}"') == 2  # the toast, and the log
    desk.post(undo)
    assert (has(scene.morning), Notice.objects.count()) == ({scene.alice.pk}, 0)


def test_who_left_while_somebody_acted_is_not_shown_as_if_she_were_there(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())

    def too_late(*asked: object) -> None:
        Assignment.objects.filter(pk=place.pk).update(state=Assignment.State.WITHDRAWN)
        raise TermsChanged(session=scene.morning.pk)

    monkeypatch.setitem(part.OF_A_PLACE, "out", too_late)
    answer = desk.post(page_of(scene.morning, scene.alice), {"act": "out", "because": "主讲换了"})
    assert answer.headers["Location"] == reverse("coordinator:session", args=[scene.morning.pk])


def test_of_whom_the_plan_does_not_know_nothing_is_said(scene: Scene) -> None:
    asked = desk_of_one(scene.morning, scene.alice.pk, None, NOW)
    shift = scene.morning.shifts.get().pk
    assert hers(asked, shift, scene.alice.pk + 10**6) == hers(asked, 10**6, scene.alice.pk) == ()
    assert len(hers(asked, shift, scene.alice.pk)) == 5


def test_without_a_reason_nothing_happens_and_the_page_says_so(desk: Client, scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    answer = desk.post(page_of(scene.morning, scene.alice), {"act": "out", "because": " "})
    assert (answer.status_code, has(scene.morning)) == (422, {scene.alice.pk})
    assert "请写一句原因" in answer.content.decode()


@pytest.mark.parametrize(("act", "left"), [("word", "accepted"), ("back", "withdrawn")])
def test_a_question_ends_by_her_word_or_by_ours(
    desk: Client, scene: Scene, act: str, left: str
) -> None:
    offer = make_offer(volunteer=scene.alice, shift=scene.morning.shifts.get())
    desk.post(page_of(scene.morning, scene.alice), {"act": act})
    offer.refresh_from_db()
    assert offer.state == left
    assert has(scene.morning) == ({scene.alice.pk} if act == "word" else set())


def test_who_agreed_by_telephone_is_placed_from_the_list_and_it_is_undone(
    desk: Client, scene: Scene
) -> None:
    shift = scene.morning.shifts.get()
    address = reverse("coordinator:ask", args=[scene.morning.pk])
    sent = {"shift": shift.pk, "volunteer": [scene.alice.pk], "word": "1"}
    shown = desk.post(address, sent, follow=True).content.decode()
    assert has(scene.morning) == {scene.alice.pk}
    undo = reverse("coordinator:undo_act", args=[Act.objects.get().pk])
    assert f'action="{undo}"' in shown
    desk.post(undo)
    assert has(scene.morning) == set()


def test_another_is_asked_in_her_place(desk: Client, scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    sent = {"act": "ask", "who": scene.bob.pk, "because": "她要出差"}
    desk.post(page_of(scene.morning, scene.alice), sent)
    assert has(scene.morning) == set()
    assert Offer.objects.get().volunteer_id == scene.bob.pk


def test_two_are_exchanged(desk: Client, scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    bobs = make_assignment(volunteer=scene.bob, shift=scene.evening.shifts.get())
    sent = {"act": "swap", "place": bobs.pk, "because": "两位说好的"}
    desk.post(page_of(scene.morning, scene.alice), sent)
    assert (has(scene.morning), has(scene.evening)) == ({scene.bob.pk}, {scene.alice.pk})


def test_it_leads_back_to_where_she_came_from(desk: Client, scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    board = reverse("coordinator:rota", args=[scene.rota.pk])
    here = page_of(scene.morning, scene.alice)
    assert f'name="next" value="{board}"' in desk.get(here, {"next": board}).content.decode()
    sent = {"act": "out", "because": "换人", "next": board}
    assert desk.post(here, sent).headers["Location"] == board


def test_who_is_not_there_has_no_part_to_change(desk: Client, scene: Scene) -> None:
    answer = desk.get(page_of(scene.morning, scene.alice))
    assert answer.headers["Location"] == reverse("coordinator:session", args=[scene.morning.pk])


def test_the_session_the_panel_and_her_own_page_lead_there(desk: Client, scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    link = f'href="{page_of(scene.morning, scene.alice)}'
    pick = {"pick": scene.morning.pk, "week": "2026-11-30"}
    for address, query in (
        (reverse("coordinator:session", args=[scene.morning.pk]), {}),
        (reverse("coordinator:pick_fragment", args=[scene.rota.pk]), pick),
        (reverse("coordinator:volunteer", args=[scene.alice.pk]), {}),
    ):
        assert link in desk.get(address, query).content.decode(), address


def test_as_many_statements_whoever_could_have_her_place(desk: Client, scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    address = page_of(scene.morning, scene.alice)
    taken = []
    for more in (1, 3):
        for _ in range(more):
            her = make_volunteer(organisation=scene.rota.organisation)
            other = make_session(rota=scene.rota, programme=scene.morning.programme)
            make_assignment(volunteer=her, shift=other.shifts.get())
            make_volunteer(organisation=scene.rota.organisation)
        taken.append(len(statements_of(desk, address)))
    assert taken[0] == taken[1]


# --- a county's part of the city's rota -----------------------------------------------------------
def test_a_county_acts_on_its_own_part_of_the_citys_rota(client: Client) -> None:
    city = make_organisation()
    here, there = (
        make_organisation(parent=city, division=make_division(code=code))
        for code in ("350102", "350103")
    )
    rota = make_rota(organisation=city)
    session = make_session(rota=rota, county_code="350102")
    mine = make_volunteer(organisation=here)
    others = make_volunteer(organisation=there)
    hers = make_assignment(volunteer=make_volunteer(organisation=here), shift=session.shifts.get())
    address = page_of(session, hers.volunteer)
    client.force_login(make_coordinator(organisation=there))
    assert client.get(address).status_code == 404
    client.force_login(make_coordinator(organisation=here))
    shown = client.get(address)
    assert [c.volunteer for c, _ in shown.context["able"]] == [mine.pk]  # not another county's
    sent = {"act": "ask", "who": others.pk, "because": "换人"}
    assert client.post(address, sent).status_code == 422
    client.post(address, sent | {"who": mine.pk})
    assert Offer.objects.get().volunteer_id == mine.pk


def test_an_exchange_of_two_counties_is_undone_by_whoever_may_change_both(client: Client) -> None:
    city = make_organisation()
    here, there = (
        make_organisation(parent=city, division=make_division(code=code))
        for code in ("350102", "350103")
    )
    rota = make_rota(organisation=city)
    morning = make_session(rota=rota, county_code="350102")
    evening = make_session(rota=rota, programme=morning.programme, county_code="350103")
    both = make_coordinator(organisation=here)
    second = Membership.objects.create(user=both, organisation=there, role="coordinator")
    one = make_assignment(volunteer=make_volunteer(organisation=here), shift=morning.shifts.get())
    other = make_assignment(
        volunteer=make_volunteer(organisation=there), shift=evening.shifts.get()
    )
    first = swap(one_id=one.pk, other_id=other.pk, because="说好的", actor=both, now=NOW)
    second.delete()
    client.force_login(both)
    exchanged = ({other.volunteer_id}, {one.volunteer_id})
    for act in Act.objects.filter(pk=first.pk) | Act.objects.filter(beside=first):
        undone = client.post(reverse("coordinator:undo_act", args=[act.pk]))
        assert undone.status_code in (403, 404)
    assert (has(morning), has(evening)) == exchanged


@pytest.mark.parametrize("act", ["ask", "replace", "swap"])
def test_a_form_that_names_nobody_is_answered_as_a_form(
    desk: Client, scene: Scene, act: str
) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    shown = desk.post(page_of(scene.morning, scene.alice), {"act": act, "because": "换人"})
    assert (shown.status_code, has(scene.morning)) == (422, {scene.alice.pk})


def test_who_accepted_a_moment_before_has_her_place_and_the_page_says_so(
    desk: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = make_offer(volunteer=scene.alice, shift=scene.morning.shifts.get())
    read = parts.part_of(scene.morning, scene.alice.pk, NOW)
    earlier = NOW - timedelta(seconds=1)
    accept_offer(offer_id=offer.pk, actor=scene.alice.user, now=earlier)
    monkeypatch.setattr(parts, "part_of", lambda *_: read)
    shown = desk.post(page_of(scene.morning, scene.alice), {"act": "word"})
    assert (shown.status_code, has(scene.morning)) == (303, {scene.alice.pk})
    said = [str(message) for message in get_messages(shown.wsgi_request)]
    assert said == [f"{scene.alice.name}已经有这个位子了，什么都没有变"]
