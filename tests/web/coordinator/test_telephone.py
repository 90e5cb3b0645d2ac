"""Whom to telephone about a session, and that looking is written down."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access
from backend.bookings.models import Booking
from backend.common import clock
from backend.rota.models import Act, Offer
from backend.rota.operations import cancel_session
from tests.factories import NOW, make_assignment, make_booking, make_family, make_volunteer
from tests.planning.scene import Scene, make_scene
from tests.plans import statements_of

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return make_scene(state="published")


@pytest.fixture
def desk(client: Client, scene: Scene) -> Client:
    client.force_login(scene.actor)
    return client


def list_of(scene: Scene) -> str:
    return reverse("coordinator:telephone", args=[scene.morning.pk])


def test_the_numbers_of_a_cancelled_session_are_shown_and_the_look_is_written_down(
    desk: Client, scene: Scene
) -> None:
    her = make_volunteer(phone=PHONE, organisation=scene.rota.organisation)
    make_assignment(volunteer=her, shift=scene.morning.shifts.get())
    family = make_family(phone="13900139000")
    make_booking(family=family, session=scene.morning)
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW, because="停电")
    shown = desk.get(list_of(scene)).content.decode()
    for text in (her.name, PHONE, family.number, "13900139000", "停电", "还没看到，请打电话"):
        assert text in shown, text
    looked = Access.objects.filter(reason=f"telephone session:{scene.morning.pk}")
    assert sorted(looked.values_list("subject", flat=True)) == [
        f"family:{family.pk}",
        f"volunteer:{her.pk}",
    ]


def test_a_call_is_noted_for_colleagues(desk: Client, scene: Scene) -> None:
    her = make_volunteer(phone=PHONE, organisation=scene.rota.organisation)
    make_assignment(volunteer=her, shift=scene.morning.shifts.get())
    desk.post(list_of(scene), {"volunteer": her.pk})
    act = Act.objects.get()
    assert (act.verb, act.volunteer_id, act.actor) == ("called", her.pk, scene.actor)
    assert f"{scene.actor}打过" in desk.get(list_of(scene)).content.decode()
    assert desk.post(list_of(scene), {"volunteer": scene.bob.pk}).status_code == 404


def test_as_many_statements_for_one_as_for_three(desk: Client, scene: Scene) -> None:
    taken = []
    for more in (1, 2):
        for _ in range(more):
            shift = scene.morning.shifts.get()
            type(shift).objects.filter(pk=shift.pk).update(target=9)
            make_assignment(volunteer=make_volunteer(phone=PHONE), shift=shift)
            make_booking(family=make_family(phone=PHONE), session=scene.morning)
        taken.append(len(statements_of(desk, list_of(scene))))
    assert taken[0] == taken[1]


def test_it_is_opened_again_after_a_look_at_whom_that_asks(desk: Client, scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    cancel_session(session_id=scene.morning.pk, actor=scene.actor, now=NOW, because="停电")
    address = reverse("coordinator:reopen_session", args=[scene.morning.pk])
    session = reverse("coordinator:session", args=[scene.morning.pk])
    assert f'href="{address}"' in desk.get(session).content.decode()
    page = desk.get(address).content.decode()
    assert scene.alice.name in page and "不再打扰她们" not in page
    too_old = make_booking(
        family=make_family(children=["2020-01"]), session=scene.morning, state="cancelled"
    )
    Booking.objects.filter(pk=too_old.pk).update(end_reason="called_off")
    assert "1 家孩子的月龄不合了。不再打扰她们。" in desk.get(address).content.decode()
    assert desk.post(address).headers["Location"] == session
    assert Offer.objects.get().volunteer_id == scene.alice.pk
