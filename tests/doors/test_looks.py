"""Every page that shows one person's papers, places or hours to staff writes down who looked."""

from __future__ import annotations

import pytest

from backend.accounts.models import Access
from backend.web.doors.line import Line
from backend.web.doors.roles import OK
from backend.web.doors.table import OURS
from tests.city import build
from tests.doors.asking import address, client_of

# the rows of the scene that are one person, or a paper or a place of hers
HERS = {"volunteer", "volunteer2", "hand_in", "credential", "vetting", "assignment"}
HERS |= {"paired_child", "visit_request", "harm_report", "issued_statement"}
LOOKED = ("read", "export")
LOOKING = ("county", "officer")
LINES = [
    line
    for line in OURS
    if line.name.startswith("coordinator:") and OK in map(line.get.get, LOOKING)
]


def is_hers(line: Line) -> bool:
    """A page that reads itself again is one look (access.note_again): its first counts."""
    return bool(HERS & set(line.rows.values())) and not line.name.endswith("_fragment")


@pytest.mark.django_db
def test_whoever_looks_at_one_person_is_written_down() -> None:
    scene = build()
    silent = set()
    asked = set()
    for line in filter(is_hers, LINES):
        role = next(one for one in LOOKING if line.get.get(one) == OK)
        her = scene.users[role]
        assert her is not None
        before = Access.objects.count()
        answer = client_of(her).get(address(line, scene))
        if answer.status_code != OK:
            continue
        asked.add(line.name)
        looks = Access.objects.order_by("pk")[before:]
        if not [look for look in looks if look.user_id == her.pk and look.action in LOOKED]:
            silent.add(line.name)
    assert silent == set()
    assert asked >= {
        "coordinator:volunteer",
        "coordinator:hand_in",
        "coordinator:vetting",
        "coordinator:end_credential",
        "coordinator:hours_of",
        "coordinator:part",
        "coordinator:visit",
        "coordinator:harm_report",
        "coordinator:statement_file",
    }
