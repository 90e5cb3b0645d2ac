"""Whose question or seat a second plan takes back hears of it, and of nothing else."""

from __future__ import annotations

import pytest

from backend.planning.operations import publish_proposal
from tests.factories import NOW, at, make_booking, make_offer, make_session, make_shift
from tests.notifications.post import Box, tell
from tests.planning.scene import make_scene

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_family_whose_offered_seat_goes_is_told() -> None:
    scene = make_scene(state="published")
    away = make_session(
        rota=scene.rota,
        programme=scene.morning.programme,
        starts_at=at("2026-12-06 09:30"),
        seats=(0, 10, 5),
        required=False,
    )
    make_offer(volunteer=scene.alice, shift=away.shifts.get(), state="declined")
    family = scene.wish.family
    make_booking(family=family, session=away, state="offered", request=scene.wish)
    proposal = scene.proposal(scene.plan(with_seat=False))
    publish_proposal(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    box = Box()
    tell(box)
    hers = [message for address, message in box.got if address == family.number]
    assert [message.template for message in hers] == ["booking_ended"]
    assert hers[0].text.startswith("12 月 6 日 周日 9:30–10:30")


def test_whose_open_offer_goes_is_told_unless_she_is_asked_for_something_else_there() -> None:
    scene = make_scene(state="published")
    plan = scene.plan(with_seat=False)
    lead = scene.evening.shifts.get()
    helper = make_shift(session=scene.evening, role="helper", minimum=0, target=1)
    make_offer(volunteer=scene.alice, shift=lead)
    make_offer(volunteer=scene.bob, shift=helper)
    publish_proposal(proposal_id=scene.proposal(plan).pk, actor=scene.actor, now=NOW)
    box = Box()
    tell(box)
    told = dict(box.got)
    assert told.keys() == {scene.alice.number, scene.bob.number}
    assert "「值班」（lead）：邀请收回了，不用再回复。" in told[scene.alice.number].text
    assert told[scene.bob.number].template == "offer_made"
