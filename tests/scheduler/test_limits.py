"""What may take long is not cut short, and what may not is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from backend.common.clock import now
from backend.outbox.kinds import SessionChanged
from backend.outbox.record import record
from backend.planning.models import Proposal, Run
from backend.planning.operations import request_publication, request_run
from backend.planning.policy import LONGEST_RUN, seconds_for
from scheduler import limits
from scheduler.app import app
from tests.planning.scene import make_scene
from tests.scheduler.processes import RELAY, python, until, valkey

# A real worker whose tasks may take a second. A search and a publication take three times that, and
# so does a task that has no limit of its own.
WORKER = """
import time
from scheduler import limits
limits.SHORT = 1
from scheduler.app import app  # sets Django up
from scheduler import publishing, solving

class Slow(solving.Search):
    def run(self, stop=None):
        yield from super().run(stop)
        time.sleep(3)

def slow(proposal, publish=publishing._publish):
    time.sleep(3)
    publish(proposal)

solving.Search, publishing._publish = Slow, slow

@app.task(name="tests.note", acks_late=False)
def note(session):
    time.sleep(3)

app.worker_main(["worker", "-Q", "default,solve", "--concurrency", "1", "--without-gossip",
                 "--without-mingle", "--without-heartbeat", "--loglevel", "info"])
"""
# The product's own subscriptions, and the task above.
WHOLE_RELAY = RELAY.replace("subscriptions.SUBSCRIPTIONS.clear()\n", "")


def test_no_task_has_its_limit_from_the_settings() -> None:
    """There it would be everybody's, whatever a task says of itself."""
    assert (app.conf.task_time_limit, app.conf.task_soft_time_limit) == (None, None)


def test_the_longest_run_ends_before_it_counts_as_hanging() -> None:
    assert seconds_for(10**6, usual=LONGEST_RUN) == LONGEST_RUN < limits.RUN


@pytest.mark.django_db(transaction=True)
def test_a_run_and_a_publication_outlast_the_limit_of_other_tasks(tmp_path: Path) -> None:
    scene, said = make_scene(after=now()), tmp_path / "worker.log"
    with valkey() as bell, python(WHOLE_RELAY, bell.url), python(WORKER, bell.url, said):
        run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=now())
        until(lambda: Run.objects.get(pk=run.pk).state not in Run.LIVE, seconds=60)
        run.refresh_from_db()
        assert (run.state, run.attempt) == ("finished", 1)

        proposal = Proposal.objects.get(run=run)
        request_publication(proposal_id=proposal.pk, actor=scene.actor, now=now())
        until(lambda: Proposal.objects.get(pk=proposal.pk).state != "publishing", seconds=60)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.attempt) == ("published", 1)
        assert "Hard time limit" not in said.read_text()

        with transaction.atomic():
            record(SessionChanged(rota=1, session=7), streams=["session.7"], now=now(), actor=None)
        until(lambda: "Hard time limit (1s) exceeded for tests.note" in said.read_text(), 60)
