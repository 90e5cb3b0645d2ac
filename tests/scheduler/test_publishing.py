"""Publishing beside others: two workers at once, somebody who takes a place meanwhile, and a worker
that is killed in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
import pytest
from django.db import connection

from backend.bookings.models import Booking
from backend.common.clock import now
from backend.common.refusal import Refusal
from backend.outbox.models import Event
from backend.planning.models import Proposal
from backend.planning.operations import publish_proposal, request_publication
from backend.planning.queries.stale import stale_lines
from backend.rota.models import Assignment, Offer, Shift
from backend.rota.operations import claim_shift
from scheduler.publishing import publish
from tests.factories import NOW, make_volunteer
from tests.planning.scene import make_scene
from tests.races.together import together
from tests.running import Platform
from tests.scheduler.test_solving import kill_worker, until


def outcome() -> tuple[str, int, int, int]:
    """State of the proposal, offers, seats, and how often it was told."""
    proposal = Proposal.objects.get()
    told = Event.objects.filter(
        kind="proposal_published", payload__proposal=proposal.pk
    ).count()  # a platform keeps the events of earlier tests
    return (proposal.state, Offer.objects.count(), Booking.objects.count(), told)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "hands",
    [
        publish,
        lambda pk: publish_proposal(
            proposal_id=pk, actor=Proposal.objects.get(pk=pk).publisher, now=NOW
        ),
    ],
)
def test_two_who_publish_at_once_publish_once(hands, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """Two workers; and two transactions without the workers' own care, which the rota's lock alone
    keeps apart."""
    monkeypatch.setattr("backend.common.clock.now", lambda: NOW)
    scene = make_scene()
    proposal = request_publication(proposal_id=scene.proposal().pk, actor=scene.actor, now=NOW)
    for result in together([partial(hands, proposal.pk)] * 4):
        assert not isinstance(result, Exception), result
    assert outcome() == ("published", 2, 1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(6))
def test_a_place_is_hers_who_took_it_or_his_who_was_asked_never_both(
    attempt: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.common.clock.now", lambda: NOW)
    scene = make_scene(state="published")
    proposal = request_publication(proposal_id=scene.proposal().pk, actor=scene.actor, now=NOW)
    shift = scene.morning.shifts.get()
    Shift.objects.filter(pk=shift.pk).update(minimum=1, target=1)
    quick = make_volunteer(name="黄丽华", organisation=scene.rota.organisation)

    claimed, _ = together(
        [
            partial(claim_shift, volunteer_id=quick.pk, shift_id=shift.pk, actor=None, now=NOW),
            partial(publish, proposal.pk),
        ]
    )

    got_it = Assignment.objects.filter(volunteer=quick).exists()
    assert got_it != isinstance(claimed, Refusal)
    proposal.refresh_from_db()
    if got_it:
        assert outcome() == ("open", 0, 0, 0) and [
            item.code for item in stale_lines(proposal, NOW)[0]
        ][:1] == ["shift_full"]
    else:
        assert outcome() == ("published", 2, 1, 1)
    shift.refresh_from_db()
    assert shift.taken + shift.held == got_it + Offer.objects.filter(shift=shift).count() <= 1


# --- the processes that a user runs ---------------------------------------------------------------


@contextmanager
def no_offers(platform: Platform) -> Iterator[None]:
    """Nobody can write an offer: whoever publishes stands in the middle of the transaction and
    waits.

    A table's lock and no row's, because a row's would hold up the numbering of events as well.
    """
    with psycopg.connect(platform.database_url) as other:
        other.execute("LOCK TABLE rota_offer IN SHARE MODE")
        yield


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'rota_offer'::regclass"
        )
        return cursor.fetchone()[0] > 0


def test_a_worker_killed_in_the_middle_is_replaced_within_15_seconds_and_everybody_is_asked_once(
    platform: Platform,
) -> None:
    with platform.data():
        scene = make_scene(after=now())
        proposal = scene.proposal()
        with no_offers(platform):
            request_publication(proposal_id=proposal.pk, actor=scene.actor, now=now())
            until(somebody_waits, 30)
            kill_worker(platform, "worker")
        until(lambda: outcome()[0] == "published", 15)
        assert outcome() == ("published", 2, 1, 1)
        assert Proposal.objects.get().attempt >= 2
