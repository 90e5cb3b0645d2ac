"""A proposal page says what has happened since the plan was made, and counts what lacks people
now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from backend.planning.models import Proposal
from backend.planning.queries.proposal import Since, since
from backend.planning.queries.runs import proposals
from backend.rota.models import Offer, Session
from backend.rota.operations import cancel_session, decline_offer
from matching.plan import Plan
from tests.factories import NOW, make_session
from tests.planning.scene import Scene, make_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def page_of(scene: Scene, name: str, pk: int) -> str:
    client = Client()
    client.force_login(scene.actor)
    return client.get(reverse(f"coordinator:{name}", args=[pk])).content.decode()


def changes(proposal: Proposal) -> Since:
    return since(proposals().get(pk=proposal.pk))


def test_a_fresh_proposal_is_what_it_says() -> None:
    scene = make_scene()
    proposal = scene.proposal()
    assert changes(proposal) == Since()
    assert "排好以后" not in page_of(scene, "proposal", proposal.pk)


def test_what_was_added_changed_and_called_off_since_stands_on_the_page() -> None:
    scene = make_scene()
    third = make_session(rota=scene.rota)
    proposal = scene.proposal()
    make_session(rota=scene.rota)
    Session.objects.filter(pk=scene.morning.pk).update(version=7)
    cancel_session(session_id=third.pk, actor=scene.actor, now=NOW)
    assert changes(proposal) == Since(added=1, changed=1, cancelled=1)
    text = page_of(scene, "proposal", proposal.pk)
    assert "排好以后加了 1 场，改了 1 场，取消了 1 场" in text and "最好的方案" not in text


def test_who_answers_while_a_plan_waits_makes_it_old() -> None:
    scene = make_scene(state="published")
    shift = scene.evening.shifts.get()
    asked = Offer.objects.create(
        shift=shift,
        session=scene.evening,
        volunteer=scene.bob,
        answer_by=NOW + timedelta(days=1),
        made_at=NOW,
    )
    type(shift).objects.filter(pk=shift.pk).update(held=1)
    Session.objects.filter(pk=scene.evening.pk).update(staff=1)
    proposal = scene.proposal()
    decline_offer(offer_id=asked.pk, actor=None, now=NOW + timedelta(minutes=1))
    assert changes(proposal) == Since(people=1)
    proposal.facts.pop("versions")
    proposal.save(update_fields=["facts"])
    assert changes(proposal) == Since(people=1), "which needs no versions"


def test_one_number_says_how_many_people_are_missing() -> None:
    scene = make_scene()
    proposal = scene.proposal(plan=Plan())
    text = page_of(scene, "proposal", proposal.pk)
    assert text.count("缺 1 人") == 2
    assert "一共缺 2 人" in page_of(scene, "holes", scene.rota.pk)
