"""Whoever is told of something may be acting herself just then: neither waits for the other."""

from __future__ import annotations

from functools import partial
from threading import Barrier

import pytest

from backend.common.locking import hold_one, lock_one, operation
from backend.rota.agreed import Agreed
from backend.rota.models import Notice, Session
from backend.rota.operations.acts import note_act
from backend.rota.operations.notices import Word, tell
from backend.volunteers.models import Volunteer
from tests.factories import NOW, make_coordinator, make_organisation, make_session, make_volunteer
from tests.patience import patience
from tests.races.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@operation
def she_acts(volunteer: int, session: int, both: Barrier) -> str:
    """Holds herself, then the session, as whoever claims, accepts or calls off does."""
    hold_one(Volunteer, volunteer)
    both.wait(patience(10))
    lock_one(Session, session)
    return "she acted"


@operation
def she_is_told(volunteer: int, session: int, both: Barrier) -> str:
    """Holds the session, then writes a row that refers to her, as whoever calls it off does."""
    row = lock_one(Session, session)
    both.wait(patience(10))
    tell([Word(volunteer, session, Notice.Kind.TOLD, Agreed.of(row).as_json())], NOW)
    return "she was told"


def test_she_is_told_of_a_session_while_she_acts_on_it() -> None:
    volunteer = make_volunteer().pk
    session = make_session().pk
    both = Barrier(2)
    calls = [partial(act, volunteer, session, both) for act in (she_acts, she_is_told)]
    assert together(calls) == ["she acted", "she was told"]


def test_an_act_is_noted_of_a_coordinator_whose_account_is_held() -> None:
    boss = make_coordinator(organisation=make_organisation())
    session = make_session()
    both = Barrier(2)

    @operation
    def account_is_held() -> str:
        hold_one(type(boss), boss.pk)
        both.wait(patience(10))
        lock_one(Session, session.pk)
        return "held"

    @operation
    def act_is_noted() -> str:
        row = lock_one(Session, session.pk)
        both.wait(patience(10))
        note_act("changed", row, actor=boss, now=NOW)
        return "noted"

    assert together([account_is_held, act_is_noted]) == ["held", "noted"]
