"""Operations and the order in which they lock rows (ORDER), ascending ids within each.

Two operations that lock in one order cannot deadlock. `lock()` and `hold()` are the only ways to
take a row lock and refuse to go backwards within one operation, so a wrong order is an error at the
first test that meets it and not a rare hang under load.

The locks leave a row's key free (FOR NO KEY UPDATE). Whoever writes a row that refers to another
(a notice for a volunteer, an act of a coordinator) has the database hold that one's key, in no
order of ours: against a lock of the whole row that would be a deadlock with whoever acts as her.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, models, transaction
from django.db.models import QuerySet

from backend.common.bulk import among
from backend.common.measures import measured
from backend.common.prepared import Prepared
from backend.common.refusal import Refusal

FEW = 4  # so many rows are locked by a statement that is kept
ORDER = (
    "accounts.User",
    "accounts.Code",
    "organisations.Invitation",
    "organisations.Organisation",
    "volunteers.Volunteer",
    "families.Family",
    "pairs.PairedChild",
    "cases.CareCase",
    "rota.Rota",
    "rota.Session",
    "rota.Shift",
    "planning.Run",
    "projects.Project",
)
Row = TypeVar("Row", bound=models.Model)
P = ParamSpec("P")
R = TypeVar("R")

_held: ContextVar[set[tuple[int, int]] | None] = ContextVar("locks of this operation", default=None)


class LockOrderBroken(RuntimeError):
    """A lock was asked for after a later one, or outside an operation; the message names the
    rows."""


class Busy(Refusal, OperationalError):
    """Somebody else holds a row for longer than one waits for it: nothing was written, and the same
    may be asked for again.

    A page says so like any refusal and keeps what was typed; a worker takes it for what the
    database said, and tries again later.
    """

    code = "busy"


WAITED_TOO_LONG = ("55P03", "40P01")  # SQLSTATE: a lock was not to be had, a deadlock


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """One all-or-nothing write.

    Called inside another operation it joins that one: its transaction and its locks.
    """
    return _operation(function, transaction.atomic)


def admission(function: Callable[P, R]) -> Callable[P, R]:
    """An operation that refuses before it has written anything, so that in a request's transaction
    it needs no savepoint.

    A savepoint costs two round trips, and rolling back to one makes psycopg forget all prepared
    statements of the connection.
    """
    return _operation(
        function,
        lambda: (
            nullcontext() if transaction.get_connection().in_atomic_block else transaction.atomic()
        ),
    )


def _operation(
    function: Callable[P, R], whole: Callable[[], AbstractContextManager[None]]
) -> Callable[P, R]:
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        held = _held.get()
        if held is not None:
            before = set(held)
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except BaseException:
                held.intersection_update(before)  # what it locked was let go with its savepoint
                raise
        token = _held.set(set())
        try:
            with measured(function.__name__):
                return _outermost(function, whole, *args, **kwargs)
        finally:
            _held.reset(token)

    return run


def _outermost(
    function: Callable[P, R],
    whole: Callable[[], AbstractContextManager[None]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Its transaction; a lock that was not to be had is Busy once that has been taken back, so that
    a page may still read what it shows. Where there is no transaction of its own the request's is
    lost, and no page could be made of it."""
    own = whole()
    try:
        with own:
            return function(*args, **kwargs)
    except OperationalError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state not in WAITED_TOO_LONG or isinstance(own, nullcontext):
            raise
        raise Busy from error.__cause__


def lock(model: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    """Lock rows until the operation ends and return them fresh, by id. Ids that do not exist are
    left out.

    Raises LockOrderBroken when a row that comes later in ORDER (or a higher id of the same model)
    is locked already.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    _keep_order(model._meta.label, wanted)
    rows = (
        _locked(model, len(wanted))(*wanted)
        if len(wanted) <= FEW
        else _to_lock(model).filter(among("pk", wanted))
    )
    return {row.pk: row for row in rows}


def hold(model: type[Row], ids: Iterable[int]) -> None:
    """As lock(), without reading the rows; those that this operation holds already are not asked
    for again."""
    wanted = sorted(set(ids))
    new = _keep_order(model._meta.label, wanted) if wanted else []
    if new:
        list(_to_lock(model).filter(among("pk", new)).values_list("pk"))


def hold_one(model: type[Row], pk: int) -> None:
    """As hold(), for one row; raises model.DoesNotExist."""
    _keep_order(model._meta.label, [pk])
    if not _holding(model)(pk):
        # every model has its own
        raise model.DoesNotExist(f"{model._meta.label} {pk}")  # type: ignore[attr-defined]


def lock_one(model: type[Row], pk: int) -> Row:
    """As lock(), for one row; raises model.DoesNotExist."""
    row = lock(model, [pk]).get(pk)
    if row is None:
        # every model has its own
        raise model.DoesNotExist(f"{model._meta.label} {pk}")  # type: ignore[attr-defined]
    return row


def announce(model: type[models.Model], ids: Iterable[int]) -> None:
    """Say which rows a statement locked that locks several tables: once for each table, in the
    order in which it does it.

    Raises LockOrderBroken as lock() does.
    """
    _keep_order(model._meta.label, sorted(set(ids)))


def _to_lock(model: type[Row]) -> QuerySet[Row]:
    return model._default_manager.select_for_update(no_key=True).order_by("pk")


@cache
def _locked(model: type[Row], many: int) -> Prepared[Row]:
    return Prepared(lambda *wanted: _to_lock(model).filter(pk__in=wanted), *range(many))


@cache
def _holding(model: type[Row]) -> Prepared[dict[str, int]]:
    return Prepared(lambda pk: _to_lock(model).filter(pk=pk).values("pk"), 0)


def _keep_order(label: str, wanted: list[int]) -> list[int]:
    """Note these rows as held; those of them that were not before."""
    held = _held.get()
    if held is None:
        raise LockOrderBroken(f"{label} locked outside an operation")
    rank = ORDER.index(label)
    new = [(rank, pk) for pk in wanted if (rank, pk) not in held]
    if new and held and min(new) < max(held):
        later_rank, later_id = max(held)
        raise LockOrderBroken(
            f"{label} {min(new)[1]} asked for after {ORDER[later_rank]} {later_id}"
        )
    held.update(new)
    return [pk for _, pk in new]
