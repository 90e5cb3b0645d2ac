"""Thousands of rows in one statement that does not grow: ids go as one array, new values as one
array a column.

Django's `__in` and `bulk_update` write a placeholder for every id and a branch for every row; for a
whole city that text took longer to write than the database to answer it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from backend.common.sealing import next_ids

Row = TypeVar("Row", bound=models.Model)
Value = TypeVar("Value")
Field: TypeAlias = "models.Field[object, object]"
MANY = 100


class _AnyOf(models.Lookup):
    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*given, in_one_piece(self.rhs))


def in_one_piece(ids: list[Value]) -> list[Value] | str:
    """Many numbers as the text of an array: the driver takes a list apart to write each of them,
    which for a city took as long as the statement."""
    if len(ids) < MANY or set(map(type, ids)) != {int}:
        return ids
    return f"{{{','.join(map(str, ids))}}}"


def among(field: str, ids: Iterable[int] | Iterable[str]) -> _AnyOf:
    """`filter(among("session", ids))`: as `session__in=ids`, with all ids in one parameter."""
    return _AnyOf(models.F(field), list(ids))


def create(rows: Sequence[Row]) -> Sequence[Row]:
    """Store new rows and give them their ids, as bulk_create does.

    For fields of plain values: numbers, texts, moments.
    """
    if rows:
        for row, pk in zip(rows, next_ids(type(rows[0]), len(rows)), strict=True):
            row.pk = pk
        fields = rows[0]._meta.concrete_fields
        insert(
            type(rows[0]),
            [f.name for f in fields],
            ([getattr(row, f.attname) for f in fields] for row in rows),
        )
    return rows


def insert(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    unless_there: bool = False,
) -> None:
    """New rows from plain values in the order of `fields`; no row object is made. `unless_there`:
    one that a constraint says is there already is left as it is."""
    columns = list(zip(*rows, strict=True))
    if columns:
        written = [model._meta.get_field(name) for name in fields]
        # fields of the table itself
        names = ", ".join(map(_column, written))  # type: ignore[arg-type]
        statement = f"INSERT INTO {_table(model)} ({names}) SELECT * FROM unnest(%s)"
        if unless_there:
            statement += " ON CONFLICT DO NOTHING"
        _run(statement, written, columns)  # type: ignore[arg-type]


def write_back(rows: Iterable[Row], fields: Sequence[str]) -> None:
    """Store these fields of rows that exist, as bulk_update does. For fields of plain values."""
    rows = list(rows)
    if not rows:
        return
    written = [f for f in rows[0]._meta.concrete_fields if f.primary_key or f.name in fields]
    key = _column(rows[0]._meta.pk)
    columns = [_column(f) for f in written]
    table = _table(type(rows[0]))
    sets = ", ".join(f"{column} = new.{column}" for column in columns if column != key)
    values = ([getattr(row, f.attname) for row in rows] for f in written)
    _run(
        f"UPDATE {table} SET {sets} FROM unnest(%s) AS new({', '.join(columns)}) WHERE "
        f"{table}.{key} = new.{key}",
        written,
        values,
    )


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _column(field: Field) -> str:
    return connection.ops.quote_name(field.column or "")


def _run(statement: str, fields: Sequence[Field], columns: Iterable[Sequence[object]]) -> None:
    """`%s` of the statement stands for one array a field."""
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(statement % arrays, [list(column) for column in columns])
