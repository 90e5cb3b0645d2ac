"""When a rota may be planned and a proposal published, and how long a run may take."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.planning import policy
from backend.planning.models import Proposal
from backend.rota.models import Rota
from tests.factories import MONDAY, NOW, at


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
    rota = Rota(state=state, starts_on=MONDAY)
    assert policy.can_plan(rota, NOW) is may
    waits = proposal in ("open", "publishing")
    assert policy.can_publish(Proposal(rota=rota, state=proposal), NOW) is (may and waits)


@pytest.mark.parametrize("state", ["draft", "published"])
@pytest.mark.parametrize(
    ("moment", "may"), [(at("2026-12-27 23:59"), True), (at("2026-12-28 00:00"), False)]
)
def test_a_rota_is_planned_until_the_last_of_its_days_is_over(
    state: str, moment: datetime, may: bool
) -> None:
    rota = Rota(state=state, starts_on=MONDAY, weeks=4)
    assert policy.can_plan(rota, moment) is may
    assert policy.can_publish(Proposal(rota=rota, state="open"), moment) is may


def test_the_machine_is_as_patient_as_the_page_says() -> None:
    assert policy.QUEUE_PATIENCE == 30
    assert policy.PUBLISH_PATIENCE == 5
    assert policy.MOST_ATTEMPTS == 4
