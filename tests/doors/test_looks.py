"""Every page that shows one person's papers, places or hours to staff writes down who looked."""

from __future__ import annotations

import pytest

from backend.accounts.models import Access
from backend.web.doors.line import Line
from backend.web.doors.roles import OK
from backend.web.doors.table import COORDINATOR, DAY
from tests.city import build
from tests.doors.asking import address, client_of

# the rows of the scene that are one person, or a paper or a place of hers
HERS = {"volunteer", "volunteer2", "hand_in", "credential", "vetting", "assignment"}
LINES = [
    line
    for line in (*COORDINATOR, *DAY)
    if line.name.startswith("coordinator:") and line.get.get("county") == OK
]


def is_hers(line: Line) -> bool:
    return bool(HERS & set(line.rows.values()))


@pytest.mark.django_db
def test_whoever_looks_at_one_person_is_written_down() -> None:
    scene = build()
    county = scene.users["county"]
    assert county is not None
    silent = set()
    asked = set()
    for line in filter(is_hers, LINES):
        before = Access.objects.count()
        answer = client_of(county).get(address(line, scene))
        if answer.status_code != OK:
            continue
        asked.add(line.name)
        looks = Access.objects.order_by("pk")[before:]
        if not [look for look in looks if (look.user_id, look.action) == (county.pk, "read")]:
            silent.add(line.name)
    assert silent == set()
    assert asked >= {
        "coordinator:volunteer",
        "coordinator:hand_in",
        "coordinator:vetting",
        "coordinator:end_credential",
        "coordinator:hours_of",
        "coordinator:part",
    }
