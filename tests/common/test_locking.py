"""The lock order is asserted, not hoped for."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.common.locking import LockOrderBroken, hold, lock, operation
from backend.planning.models import Run
from backend.rota.models import Rota, Session
from backend.volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def test_locks_in_order_are_taken() -> None:
    @operation
    def work() -> None:
        lock(Volunteer, [2, 1])
        lock(Rota, [9])
        lock(Session, [1])
        lock(Volunteer, [1])  # held already: asking again is no step back

    work()


def test_a_person_after_a_session_is_refused() -> None:
    @operation
    def work() -> None:
        lock(Session, [1])
        lock(Volunteer, [1])

    with pytest.raises(
        LockOrderBroken, match="volunteers.Volunteer 1 asked for after rota.Session 1"
    ):
        work()


def test_a_lower_id_after_a_higher_one_is_refused() -> None:
    @operation
    def work() -> None:
        lock(Run, [5])
        lock(Run, [4])

    with pytest.raises(LockOrderBroken):
        work()


def test_an_operation_inside_another_shares_its_order() -> None:
    @operation
    def inner() -> None:
        lock(Volunteer, [1])

    @operation
    def outer() -> None:
        lock(Session, [1])
        inner()

    with pytest.raises(LockOrderBroken):
        outer()


def test_a_lock_outside_an_operation_is_refused() -> None:
    with pytest.raises(LockOrderBroken, match="outside an operation"):
        lock(Volunteer, [1])


def test_what_is_held_is_not_asked_for_again() -> None:
    @operation
    def work() -> None:
        hold(Volunteer, [1, 2])
        with CaptureQueriesContext(connection) as captured:
            hold(Volunteer, [2, 1])
        assert len(captured) == 0
        with pytest.raises(LockOrderBroken):
            hold(Volunteer, [0])

    work()


def test_what_an_operation_inside_locked_is_let_go_when_it_fails() -> None:
    """Its savepoint took the locks with it, so holding them again must ask the database again."""

    @operation
    def inner() -> None:
        hold(Session, [1])
        raise ValueError

    @operation
    def outer() -> None:
        hold(Volunteer, [1])
        with pytest.raises(ValueError):
            inner()
        with CaptureQueriesContext(connection) as captured:
            hold(Session, [1])
            hold(Volunteer, [1])
        assert ["FOR NO KEY UPDATE" in query["sql"] for query in captured] == [True]

    outer()
