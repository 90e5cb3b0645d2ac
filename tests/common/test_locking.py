"""The lock order is asserted, not hoped for."""
from __future__ import annotations

import pytest

from backend.common.locking import LockOrderBroken, lock, operation
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

    with pytest.raises(LockOrderBroken, match="volunteers.Volunteer 1 asked for after rota.Session 1"):
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
