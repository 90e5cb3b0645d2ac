"""Those who come together are answered together, and the fault of one is hers alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from django.db import DataError, OperationalError

from backend.live import door
from backend.live.database import Database
from backend.live.door import Admissions, Ask, NotAdmitted, Pass
from backend.live.visitors import Visitor

BAD = "bad"


def answers(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, sessions: Sequence[str]
) -> tuple[list[Pass | BaseException], list[int]]:
    """What each gets when the database fails on every look with a bad session in it, and how many
    were asked for in each look."""
    looks: list[int] = []

    def decide(asks: Sequence[Ask]) -> list[Pass | NotAdmitted]:
        looks.append(len(asks))
        if any(ask.session == BAD for ask in asks):
            raise fault
        return [Pass(Visitor(ask.session)) for ask in asks]

    async def story() -> list[Pass | BaseException]:
        database = Database()
        try:
            here = Admissions(database)
            asked = (here.admit(session, ["rota.1"]) for session in sessions)
            return await asyncio.gather(*asked, return_exceptions=True)
        finally:
            database.close()

    monkeypatch.setattr(door, "decide", decide)
    return asyncio.run(story()), looks


@pytest.mark.parametrize("fault", [DataError("NUL"), ValueError("NUL"), KeyError("x")])
def test_a_fault_of_one_asker_does_not_reach_the_others(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    got, looks = answers(monkeypatch, fault, ["a", BAD, "b"])
    assert got == [Pass(Visitor("a")), fault, Pass(Visitor("b"))]
    assert looks == [3, 1, 1, 1]


def test_a_database_that_is_away_is_asked_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = OperationalError("away")
    assert answers(monkeypatch, fault, ["a", BAD, "b"]) == ([fault] * 3, [3])
