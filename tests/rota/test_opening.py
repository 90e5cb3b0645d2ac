"""A coordinator begins a rota: whole weeks from a Monday, ahead of today, not further than a
year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.common.clock import local_day, monday_of
from backend.rota.models import Rota
from backend.rota.operations import RotaRefused, open_rota
from tests.factories import NOW, make_organisation

pytestmark = pytest.mark.django_db
MONDAY = monday_of(local_day(NOW))


def begin(name: str = "十二月", starts_on: date = MONDAY, weeks: int = 4) -> Rota:
    return open_rota(
        organisation=make_organisation(),
        name=name,
        starts_on=starts_on,
        weeks=weeks,
        actor=None,
        now=NOW,
    )


def test_a_rota_begins_as_an_empty_draft() -> None:
    rota = begin(name="  十二月\n的课 ")
    assert (rota.name, rota.state, rota.version) == ("十二月 的课", "draft", 0)
    assert rota.ends_on == MONDAY + timedelta(weeks=4) and not rota.sessions.exists()


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"name": "\u2800"}, "name", "empty"),
        ({"name": "茉" * 61}, "name", "long"),
        ({"weeks": 0}, "weeks", "range"),
        ({"weeks": 13}, "weeks", "range"),
        ({"starts_on": MONDAY + timedelta(days=1)}, "starts_on", "weekday"),
        ({"starts_on": MONDAY - timedelta(weeks=4)}, "starts_on", "over"),
        ({"starts_on": MONDAY + timedelta(weeks=54)}, "starts_on", "far"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, object], field: str, why: str) -> None:
    with pytest.raises(RotaRefused) as refused:
        begin(**changed)  # type: ignore[arg-type]
    assert (refused.value.facts["field"], refused.value.facts["why"]) == (field, why)
    assert not Rota.objects.exists()
