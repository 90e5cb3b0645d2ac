"""The page of a proposal says before it is published whom it takes something from."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.bookings.models import Booking
from backend.common import clock
from backend.common.clock import local_day
from backend.families.models import Request
from backend.planning.models import Proposal
from backend.planning.operations import publish_proposal
from backend.rota.aims import Aims
from backend.rota.operations import cancel_session, set_aims
from backend.volunteers.models import VolunteerCredential
from matching.plan import Plan
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_booking,
    make_credential_kind,
    make_family,
    make_offer,
    make_request,
    make_session,
    qualify,
)
from tests.planning.scene import Scene, make_scene
from tests.plans import statements_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def with_seats_to_lose(families: int) -> tuple[Scene, Proposal]:
    """A class whose tutor has said no, in which so many families were offered seats, and an open
    invitation; the plan holds none of them."""
    scene = make_scene(state="published")
    away = make_session(
        rota=scene.rota,
        programme=scene.morning.programme,
        starts_at=at("2026-12-06 09:30"),
        seats=(0, 10, 5),
        required=False,
        title="音乐课",
    )
    make_offer(volunteer=scene.alice, shift=away.shifts.get(), state="declined")
    make_offer(volunteer=scene.alice, shift=scene.evening.shifts.get())
    for _ in range(families):
        wish = make_wish(scene)
        make_booking(family=wish.family, session=away, state="offered", request=wish)
    return scene, scene.proposal()


def make_wish(scene: Scene) -> Request:
    return make_request(family=make_family(with_user=True), programme=scene.morning.programme)


def page_of(client: Client, proposal: Proposal) -> str:
    html = client.get(reverse("coordinator:proposal", args=[proposal.pk])).content.decode()
    return re.sub(r"\s+", " ", html)


def test_families_whose_seats_go_are_counted_and_named_before_publishing() -> None:
    scene, proposal = with_seats_to_lose(2)
    client = Client()
    client.force_login(scene.actor)
    page = page_of(client, proposal)
    numbers = [booking.family.number for booking in Booking.objects.order_by("pk")]
    assert re.findall(r"收回的家庭位子</dt>.*?(\d+)", page) == ["2"]
    assert "还没回复的，会收回 1 个邀请和 2 个家庭的位子，并告诉她们。" in page
    left = page[page.index('id="left"') : page.index('id="holes"')]
    assert "位子会收回的家庭" in left
    assert sorted(re.findall(r"<b>(.*?)</b>", left)) == sorted(numbers)
    assert left.count("音乐课") == 2
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    assert "收回了位子的家庭" in page_of(client, proposal)


def test_whoever_promised_and_lacks_something_by_then_is_named_on_both_pages() -> None:
    """Her certificate holds today and ends before the class: the plan keeps her word, and a person
    is to see it, here and on the page of the session."""
    scene = make_scene(state="published")
    scene.morning.shifts.get().role.requires.add(make_credential_kind(code="tutor"))
    assert scene.morning.starts_at is not None
    day = local_day(scene.morning.starts_at)
    for her, until in ((scene.alice, day - timedelta(days=1)), (scene.bob, day)):
        qualify(volunteer=her, code="tutor", until=until)
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    client = Client()
    client.force_login(scene.actor)
    proposal = scene.proposal(Plan())
    page = page_of(client, proposal)
    assert "新排的每条规则都满足" in page and "复核过，每条规则都满足" not in page
    assert "答应过的有 1 处到那天不合规则" in page
    unmet = page[page.index('id="unmet"') :]
    assert "陈秀英" in unmet and "到那天已经过期" in unmet
    session = client.get(reverse("coordinator:session", args=[scene.morning.pk]))
    assert "到那天已经过期" in session.content.decode()
    VolunteerCredential.objects.filter(volunteer=scene.alice).update(valid_until=day)
    assert 'id="unmet"' not in page_of(client, proposal)
    session = client.get(reverse("coordinator:session", args=[scene.morning.pk]))
    assert "到那天已经过期" not in session.content.decode()


def test_what_a_plan_looked_to_stays_with_it_when_the_rota_looks_elsewhere() -> None:
    scene = make_scene(state="published")
    set_aims(rota_id=scene.rota.pk, aims=Aims("fair", per_week=3), actor=scene.actor, now=NOW)
    proposal = scene.proposal()
    client = Client()
    client.force_login(scene.actor)
    page = page_of(client, proposal)
    assert "这份方案看重：更公平，每人每周尽量不超过 3 场。" in page and "后来定成了" not in page
    set_aims(rota_id=scene.rota.pk, aims=Aims("near"), actor=scene.actor, now=NOW)
    page = page_of(client, proposal)
    assert "这份方案看重：更公平，每人每周尽量不超过 3 场。" in page
    assert "后来定成了「更近」，再排一次才照那样排。" in page
    runs = client.get(reverse("coordinator:runs", args=[scene.rota.pk])).content.decode()
    assert "，看重：更公平，每人每周尽量不超过 3 场" in re.sub(r"\s+", " ", runs)
    compared = client.get(reverse("coordinator:compare", args=[scene.rota.pk])).content.decode()
    assert "看重：更公平，每人每周尽量不超过 3 场" in re.sub(r"\s+", " ", compared)


def test_a_plan_that_takes_nothing_back_says_nothing_of_it() -> None:
    scene = make_scene()
    client = Client()
    client.force_login(scene.actor)
    page = page_of(client, scene.proposal())
    assert "收回的家庭位子" not in page and "会收回" not in page


def test_the_list_of_families_costs_as_many_statements_whatever_its_length() -> None:
    counted = []
    for families in (1, 3):
        scene, proposal = with_seats_to_lose(families)
        client = Client()
        client.force_login(scene.actor)
        address = reverse("coordinator:proposal", args=[proposal.pk])
        counted.append(len(statements_of(client, address)))
    assert counted[0] == counted[1]


def test_a_plan_of_which_some_was_left_out_says_so_and_not_that_it_is_the_best() -> None:
    scene = make_scene()
    proposal = scene.proposal(scene.plan(with_seat=False))
    Proposal.objects.filter(pk=proposal.pk).update(bound=proposal.cost)
    cancel_session(session_id=scene.evening.pk, actor=None, now=NOW)
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW, rest=True)
    client = Client()
    client.force_login(scene.actor)
    page = page_of(client, proposal)
    assert "其中 1 处跟后来的变化对不上，没有送出；下面是排好时的样子。" in page
    assert "1 个邀请已经送出。" in page
    assert "这是能排出的最好的方案" not in page
