"""When a rota may be planned and a proposal published, and how long a run may take."""

from __future__ import annotations

import pytest

from backend.planning import policy
from backend.planning.models import Proposal
from backend.rota.models import Rota


@pytest.mark.parametrize(
    ("sessions", "seconds"),
    [
        (0, 60),
        (999, 60),
        (1_000, 120),
        (2_500, 180),
        (58_999, 3_540),
        (59_000, 3_600),
        (60_000, 3_600),
        (900_000, 3_600),
    ],
)
def test_every_thousand_sessions_give_the_usual_time_again_up_to_an_hour(
    sessions: int, seconds: int
) -> None:
    assert policy.seconds_for(sessions, usual=60) == seconds


@pytest.mark.parametrize(
    ("state", "may"), [("draft", True), ("published", True), ("closed", False)]
)
@pytest.mark.parametrize("proposal", ["open", "publishing", "published", "discarded"])
def test_a_closed_rota_is_neither_planned_nor_published(
    state: str, may: bool, proposal: str
) -> None:
    rota = Rota(state=state)
    assert policy.can_plan(rota) is may
    waits = proposal in ("open", "publishing")
    assert policy.can_publish(Proposal(rota=rota, state=proposal)) is (may and waits)


def test_the_machine_is_as_patient_as_the_page_says() -> None:
    assert policy.QUEUE_PATIENCE == 30
    assert policy.PUBLISH_PATIENCE == 5
    assert policy.MOST_ATTEMPTS == 4
