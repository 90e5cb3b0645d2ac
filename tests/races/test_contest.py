"""A small contest of each kind is fought to its end twice in one database, as `make races` does it
with more hands."""

from __future__ import annotations

import pytest

from backend.rota.models import Rota
from tests.races import contest
from tests.races.scenes import SCENES, Scene

ATTEMPTS = 2 * contest.WORKERS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", SCENES)
def test_one_contest_follows_another(kind: type[Scene], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest, "ATTEMPTS", ATTEMPTS)
    for seed in (1, 2):
        outcome = contest.play(kind(), seed, naive=False)
        assert outcome.yes
        assert not (outcome.errors or outcome.wrong or outcome.oversold or outcome.overlaps)
        contest.begin_anew()
        assert not Rota.objects.exists()
