"""Operations and the order in which they lock rows: person → family → rota → session → shift → run, ascending ids within each.

Two operations that lock in one order cannot deadlock. `lock()` is the only way to take a row lock and refuses to go backwards
within one operation, so a wrong order is an error at the first test that meets it and not a rare hang under load.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import models, transaction

from backend.common.measures import measured

ORDER = ("volunteers.Volunteer", "families.Family", "rota.Rota", "rota.Session", "rota.Shift", "planning.Run")
Row = TypeVar("Row", bound=models.Model)
P = ParamSpec("P")
R = TypeVar("R")

_held: ContextVar[set[tuple[int, int]] | None] = ContextVar("locks of this operation", default=None)


class LockOrderBroken(RuntimeError):
    """A lock was asked for after a later one, or outside an operation; the message names the rows."""


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """One all-or-nothing write. Called inside another operation it joins that one: its transaction and its locks."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _held.get() is not None:
            with transaction.atomic():
                return function(*args, **kwargs)
        token = _held.set(set())
        try:
            with measured(function.__name__), transaction.atomic():
                return function(*args, **kwargs)
        finally:
            _held.reset(token)

    return run


def lock(model: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    """Lock rows until the operation ends and return them fresh, by id. Ids that do not exist are left out.

    Raises LockOrderBroken when a row that comes later in ORDER (or a higher id of the same model) is locked already.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    _keep_order(model._meta.label, wanted)
    rows = model._default_manager.select_for_update().filter(pk__in=wanted).order_by("pk")
    return {row.pk: row for row in rows}


def lock_one(model: type[Row], pk: int) -> Row:
    """As lock(), for one row; raises model.DoesNotExist."""
    row = lock(model, [pk]).get(pk)
    if row is None:
        raise model.DoesNotExist(f"{model._meta.label} {pk}")  # type: ignore[attr-defined]  # every model has its own
    return row


def _keep_order(label: str, wanted: list[int]) -> None:
    held = _held.get()
    if held is None:
        raise LockOrderBroken(f"{label} locked outside an operation")
    rank = ORDER.index(label)
    new = [(rank, pk) for pk in wanted if (rank, pk) not in held]
    if new and held and min(new) < max(held):
        later_rank, later_id = max(held)
        raise LockOrderBroken(f"{label} {min(new)[1]} asked for after {ORDER[later_rank]} {later_id}")
    held.update(new)
