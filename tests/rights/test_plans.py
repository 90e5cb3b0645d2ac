"""What somebody took back while a plan waited: nobody is asked, and no seat is kept, by a plan that
was made before."""

from __future__ import annotations

import pytest

from backend.bookings.models import Booking
from backend.bookings.operations import withdraw_consent_and_seats
from backend.planning.operations import StaleProposal, finish_run, publish_proposal
from backend.rights.operations import erase_child, erase_family, erase_volunteer
from backend.rota.models import Offer
from tests.factories import NOW
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db


def asked_by(scene: Scene, proposal: int) -> tuple[list[int], int]:
    """Whom publishing what still fits asks, and how many seats it keeps."""
    with pytest.raises(StaleProposal):
        publish_proposal(proposal_id=proposal, actor=scene.actor, now=NOW)
    publish_proposal(proposal_id=proposal, actor=scene.actor, now=NOW, rest=True)
    asked = Offer.objects.order_by("volunteer").values_list("volunteer", flat=True)
    return list(asked), Booking.objects.count()


def test_who_erased_her_data_is_not_asked() -> None:
    scene = make_scene()
    proposal = scene.proposal()
    erase_volunteer(volunteer_id=scene.alice.pk, actor=scene.alice.user, now=NOW)
    assert asked_by(scene, proposal.pk) == ([scene.bob.pk], 0)


def test_a_family_that_erased_its_data_has_no_seat() -> None:
    scene = make_scene()
    proposal = scene.proposal()
    erase_family(family_id=scene.wish.family_id, actor=scene.wish.family.user, now=NOW)
    assert asked_by(scene, proposal.pk) == ([scene.alice.pk, scene.bob.pk], 0)


@pytest.mark.parametrize("how", ["consent", "child"])
def test_a_child_that_its_family_took_back_has_no_seat(how: str) -> None:
    scene = make_scene()
    proposal = scene.proposal()
    family = scene.wish.family
    child = family.children.get().pk
    hers = {"family_id": family.pk, "child_id": child, "actor": family.user, "now": NOW}
    if how == "consent":
        withdraw_consent_and_seats(purpose="booking", **hers)  # type: ignore[arg-type]
    else:
        erase_child(**hers)  # type: ignore[arg-type]
    assert asked_by(scene, proposal.pk) == ([scene.alice.pk, scene.bob.pk], 0)


def test_a_run_that_ends_after_it_was_taken_back_asks_nobody_either() -> None:
    scene = make_scene()
    run, attempt = scene.running()
    erase_volunteer(volunteer_id=scene.alice.pk, actor=scene.alice.user, now=NOW)
    proposal = finish_run(run_id=run.pk, attempt=attempt, plan=scene.plan(), bound=0, now=NOW)
    assert asked_by(scene, proposal.pk) == ([scene.bob.pk], 0)
