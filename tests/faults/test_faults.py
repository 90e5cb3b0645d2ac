"""A short form of `make faults`: four of its scenarios, one after the other on one stand, within a minute."""
from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.blows import repeat_everything
from tests.faults.cast import Cast
from tests.faults.matrix import Outcome, furnish, play
from tests.faults.stand import Stand

pytestmark = pytest.mark.xdist_group("platform")


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with Stand() as stand:
        yield stand


@pytest.fixture(scope="module")
def cast(stand: Stand, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock():
        yield furnish(stand, volunteers=5, families=3, asked=12, county=False)


def was_noticed(outcome: Outcome) -> bool:
    """A blow that nobody met would prove nothing."""
    return outcome.done > 0 and (outcome.repeats > 0 or outcome.back > 0.5)


@pytest.mark.parametrize(("phase", "victim"), [("sign-ups", "web"), ("booking", "PostgreSQL"), ("a publish", "relay"), ("booking", "Valkey")])
def test_whoever_dies_nothing_is_lost_and_nothing_invented(stand: Stand, cast: Cast, phase: str, victim: str) -> None:
    outcome = play(stand, cast, phase, victim, seed=1)
    assert outcome.found == ()
    assert was_noticed(outcome)


def test_events_and_tasks_that_come_twice_change_nothing(stand: Stand, cast: Cast) -> None:
    assert play(stand, cast, "booking", "", seed=2, blow=repeat_everything).found == ()
