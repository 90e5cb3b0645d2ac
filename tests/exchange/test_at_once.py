"""Two files at once, two workers at one file, a file and a publication: real threads, each row
written once, and nothing of it half."""

from __future__ import annotations

import pytest

from backend.exchange.models import Import
from backend.exchange.operations import confirm_import
from backend.exchange.work import work
from backend.planning.models import Proposal
from backend.planning.operations import request_publication
from backend.rota.models import Session
from backend.volunteers.models import Volunteer
from scheduler.publishing import publish
from tests.exchange.desk import book, bring, told
from tests.exchange.test_people import NEW, PEOPLE
from tests.exchange.test_sessions import HEAD, Stage
from tests.factories import (
    NOW,
    make_coordinator,
    make_division,
    make_organisation,
)
from tests.planning.scene import make_scene
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def confirmed(batch: Import) -> Import:
    return confirm_import(batch_id=batch.pk, actor=batch.made_by, now=NOW)


def to_the_end(*batches: Import) -> list[Import]:
    """Workers for all at once; whoever had to wait is called again as the sweep would."""
    assert together([lambda pk=b.pk: _work(pk) for b in batches]) == [None] * len(batches)
    for batch in batches:
        _work(batch.pk)
        batch.refresh_from_db()
    return list(batches)


def _work(pk: int) -> None:
    work(pk, clock=lambda: NOW, tell=told)


def test_two_files_with_the_same_session_make_it_once() -> None:
    stage = Stage()
    data = book([HEAD, *(stage.row(id="", day=f"2026-12-{day:02d}") for day in range(7, 12))])
    batches = [confirmed(bring(data, stage.user, "sessions", stage.rota)) for _ in range(2)]
    to_the_end(*batches)
    assert Session.objects.count() == 1 + 5
    assert sum(batch.rows_written for batch in batches) == 5
    assert {batch.state for batch in batches} == {"done"}


def test_two_workers_at_one_file_write_each_row_once() -> None:
    stage = Stage()
    data = book([HEAD, *(stage.row(id="", day=f"2026-12-{day:02d}") for day in range(7, 12))])
    batch = confirmed(bring(data, stage.user, "sessions", stage.rota))
    to_the_end(batch, Import.objects.get(pk=batch.pk))
    batch.refresh_from_db()
    assert (Session.objects.count(), batch.rows_written) == (6, 5)


def test_two_files_with_the_same_person_register_her_once() -> None:
    make_division(code="350121", name="闽侯县")
    make_division(code="350121001", name="甘蔗街道")
    user = make_coordinator(organisation=make_organisation(name="闽侯县妇联"))
    data = book([PEOPLE, NEW])
    batches = [confirmed(bring(data, user, "volunteers")) for _ in range(2)]
    to_the_end(*batches)
    assert Volunteer.objects.count() == 1
    assert sorted(batch.rows_written for batch in batches) == [0, 1]


def test_a_file_and_a_publication_of_one_rota_both_come_to_their_end() -> None:
    scene = make_scene()
    proposal = scene.proposal()
    head = ["编号", "名称"]
    data = book([head, [str(scene.evening.pk), "换了名字"]])
    batch = confirmed(bring(data, scene.actor, "sessions", scene.rota))
    request_publication(proposal_id=proposal.pk, actor=scene.actor, now=NOW)
    assert together([lambda: _work(batch.pk), lambda: publish(proposal.pk)]) == [None, None]
    _work(batch.pk)
    batch.refresh_from_db()
    proposal.refresh_from_db()
    assert (batch.state, proposal.state) != ("confirmed", Proposal.State.PUBLISHING)
    assert batch.state == "done"
