"""What the web process has loaded once a coordinator's pages have been shown: also what a page
loads only when it is asked for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection

from backend.planning.queries.runs import open_proposal
from tests.architecture.source import ROOT
from tests.factories import NOW
from tests.planning.random_rota import rota_in

SHOW = """
import sys
from datetime import datetime
from django.utils import timezone
timezone.now = lambda: datetime.fromisoformat(sys.argv[2])
import backend.config.asgi
from django.test import Client
from backend.accounts.models import User
client = Client(HTTP_HOST="127.0.0.1", secure=True)
client.force_login(User.objects.get(pk=int(sys.argv[1])))
for path in sys.argv[3:]:
    print(client.get(path).status_code, path)
print(*sorted({"numpy", "ortools", "celery", "scheduler"} & set(sys.modules)))
"""


@pytest.mark.django_db(transaction=True)
def test_no_page_of_a_coordinator_loads_the_solver_into_the_web_process() -> None:
    made, proposal = rota_in("proposal", 100)
    assert proposal is not None and proposal == open_proposal(made.rota)
    board, session = f"/c/rotas/{made.rota.pk}/", made.sessions[0].pk
    her = proposal.lines.filter(shift_id__isnull=False).order_by("pk")[0]
    paths = [
        "/c/",
        "/c/rotas/",
        "/c/volunteers/",
        f"/c/volunteers/{made.people[0].pk}/",
        *(board + rest for rest in ("", "?view=person", "?view=table", "?view=open")),
        *(board + rest for rest in ("holes/", "run-panel/", f"?pick={session}")),
        f"{board}?pick={her.session_id}&who={her.volunteer_id}",
        f"{board}others/?pick={her.session_id}&who={her.volunteer_id}",
        f"/c/sessions/{session}/",
        f"/c/sessions/{session}/ask/",
        f"/c/proposals/{proposal.pk}/",
    ]
    url = os.environ["DATABASE_URL"].replace("/moli?", f"/{connection.settings_dict['NAME']}?")
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, str(made.actor.pk), NOW.isoformat(), *paths],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stderr
    # numpy: the engine was asked; its solver was not
    assert shown.stdout.splitlines() == [*(f"200 {path}" for path in paths), "numpy"]
