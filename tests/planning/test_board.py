"""Where somebody is missing: one statement says what the cards of the board say."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from backend.planning.models import Proposal, ProposalLine
from backend.planning.queries import board, staffing
from backend.planning.queries.heads import short_sessions
from backend.rota.models import Session, Shift
from backend.volunteers.models import Volunteer
from tests.factories import NOW, make_assignment, make_offer, make_session, make_volunteer
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db


def crowd(scene: Scene, rng: Random) -> None:
    """Thirty sessions of every kind, with people assigned, asked, proposed and proposed to be let
    go."""

    def somebody() -> Volunteer:
        return make_volunteer(organisation=scene.rota.organisation)

    proposal = Proposal.objects.get()
    for n in range(30):
        start = None if n % 7 == 0 else NOW + timedelta(days=2, minutes=rng.choice((0, 90, 180)))
        needs = rng.choice((1, 2))
        session = make_session(
            rota=scene.rota,
            starts_at=start,
            shifts=[("lead", needs, 3), ("aide", 1, 2)][: rng.choice((1, 2))],
        )
        Session.objects.filter(pk=session.pk).update(
            required=rng.random() < 0.6, state=rng.choice(("open", "open", "planned", "cancelled"))
        )
        for shift in session.shifts.all():
            if rng.random() < 0.4:
                make_assignment(volunteer=somebody(), shift=shift)
            if rng.random() < 0.3:
                make_offer(volunteer=somebody(), shift=shift)
            held = Shift.objects.get(pk=shift.pk)
            for change in ("new", "gone", "kept"):
                if rng.random() < 0.4 and (change != "gone" or held.taken):
                    who = {
                        "volunteer_id": somebody().pk,
                        "shift_id": shift.pk,
                        "session_id": session.pk,
                    }
                    ProposalLine.objects.create(proposal=proposal, change=change, **who)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("with_proposal", [False, True])
def test_the_holes_are_the_cards_that_miss_somebody(seed: int, with_proposal: bool) -> None:
    scene = make_scene(state="published")
    proposal = scene.proposal()
    crowd(scene, Random(seed))
    sessions = Session.objects.filter(rota=scene.rota)
    open_one = proposal if with_proposal else None
    cards = board.cards(sessions, board.proposed_posts(sessions, open_one), now=NOW)
    expected = [(card.pk, card.missing) for card in cards if card.missing]
    short = short_sessions(sessions, open_one, now=NOW)
    assert [(one.session, one.people) for one in short] == expected
    assert 3 < len(expected) < len(cards)


def test_an_optional_session_misses_nobody_until_somebody_is_in() -> None:
    scene = make_scene(state="published")
    session = make_session(rota=scene.rota, shifts=[("lead", 1, 2), ("aide", 2, 2)])
    assert [lineup.missing for lineup in staffing.lineups(session, now=NOW)] == [1, 2]
    session.required = False
    assert [lineup.missing for lineup in staffing.lineups(session, now=NOW)] == [0, 0]
    make_offer(volunteer=scene.alice, shift=session.shifts.order_by("pk")[0])
    assert [lineup.missing for lineup in staffing.lineups(session, now=NOW)] == [0, 2]
