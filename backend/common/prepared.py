"""Statements that are asked so often that writing and planning them would cost more than answering
them.

A `Prepared` query is written in Django's words, turned into SQL once per process, and prepared by
the server once per connection. What it answers is what its queryset would answer. Anything else
goes through the ORM as usual: a prepared query is for hot paths alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models import query as of_django
from django.db.models.base import ModelState
from django.db.models.sql.compiler import SQLCompiler
from psycopg.types.numeric import Int8

from backend.common.bulk import in_one_piece

Row = TypeVar("Row")
Argument = int | float | str | date | list[int] | list[str]  # a moment is a date, too
SOME_DAY = date(2000, 1, 1)  # for `like`, where a day or a moment is meant
SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
Values = Sequence[Any]  # whatever the driver can write
Columns = tuple[Any, ...]  # a row of an answer: the statement, not Python, knows what is in it
PreparingCursor: Any = base.ServerBindingCursor


def cursor() -> CursorWrapper:
    """A cursor whose statements the server prepares when it first sees them (settings:
    prepare_threshold); else like connection.cursor().

    Where statements are logged it is connection.cursor() itself, because a prepared statement
    cannot be shown with its values.
    """
    database = cast(Any, connections[DEFAULT_DB_ALIAS])
    if database.queries_logged:
        return cast(CursorWrapper, database.cursor())
    database.close_if_health_check_failed()
    database.ensure_connection()
    with database.wrap_database_errors:
        return cast(CursorWrapper, database._prepare_cursor(PreparingCursor(database.connection)))


def run(sql: str, values: Values) -> Columns | None:
    """Run one prepared statement; its first row, or None when it has none."""
    return next(iter(rows(sql, values)), None)


def only(sql: str, values: Values) -> Columns:
    """Run one prepared statement that gives a row, as an INSERT … RETURNING does; that row."""
    (row,) = rows(sql, values)
    return row


def rows(sql: str, values: Values) -> list[Columns]:
    """Run one prepared statement; all its rows."""
    with cursor() as prepared:
        prepared.execute(sql, _as_wide(values))
        return prepared.fetchall() if prepared.description else []


def _as_wide(values: Iterable[object]) -> Values:
    """Numbers as bigint, all of them: psycopg gives a number the smallest type that holds it, and
    the server would prepare once for each."""
    return [_wide(value) for value in values]


def _wide(value: object) -> object:
    if type(value) is int:
        return Int8(value)
    if type(value) is list:
        whole = in_one_piece(value)
        return _as_wide(whole) if type(whole) is list else whole
    return value


class Prepared(Generic[Row]):
    """`prepared = Prepared(lambda pk: Thing.objects.filter(pk=pk), 0)`, then `prepared(7)` →
    [thing], as often as one likes.

    `write` is called once, with stand-ins of the types of `like` (an integer, a fraction, a text, a
    day, a moment, or a list of integers or texts for `bulk.among`), and returns a queryset of
    models (select_related and annotations included) or of `.values()`. A stand-in may be used
    several times, but only as it is: a value that is computed from it would stay what it was for
    the stand-in.
    """

    def __init__(self, write: Callable[..., QuerySet[Model, Row]], *like: Argument) -> None:
        self.write = write
        self.like = like

    def __call__(self, *arguments: Argument) -> list[Row]:
        statement = self._statement
        with cursor() as prepared:
            prepared.execute(statement.sql, _as_wide(statement.filled(arguments)))
            return cast(
                list[Row], [statement.read(row) for row in statement.converted(prepared.fetchall())]
            )

    @cached_property
    def _statement(self) -> _Statement:
        stand_ins = [_stand_in(n, kind) for n, kind in enumerate(self.like)]
        return _Statement(self.write(*stand_ins), stand_ins)


def _stand_in(n: int, like: Argument) -> Argument:
    """A value that no query has by itself."""
    if isinstance(like, list):
        return [_stand_in(n, like[0])]  # type: ignore[return-value]  # of what was in it
    if isinstance(like, str):
        return f"stand-in {n}"
    if isinstance(like, date):
        return like.replace(year=1, month=1, day=1 + n)
    return -(2**40) - n - (0.5 if isinstance(like, float) else 0)


class _Statement:
    """SQL with its values, where the arguments go among them, and how a row of the answer is
    read."""

    def __init__(self, queryset: QuerySet[Model, object], stand_ins: Sequence[Argument]) -> None:
        self.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, values = self.compiler.as_sql()
        self.values = [
            (value, stand_ins.index(value) if value in stand_ins else None) for value in values
        ]
        self.converters = self.compiler.get_converters(
            [column[0] for column in self.compiler.select]
        )
        names = queryset.query.selected  # of .values(); None where models are asked for
        self.read = _Instances(self.compiler) if names is None else _Dicts(names)

    def filled(self, arguments: Sequence[Argument]) -> list[object]:
        return [value if place is None else arguments[place] for value, place in self.values]

    def converted(self, rows: Iterable[Columns]) -> Iterable[Sequence[object]]:
        return self.compiler.apply_converters(rows, self.converters) if self.converters else rows


class _Dicts:
    """As django.db.models.query.ValuesIterable reads a row."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)

    def __call__(self, row: Sequence[object]) -> dict[str, object]:
        return dict(zip(self.names, row, strict=True))


class _Plain:
    """`from_db` of a model in a quarter of its time: without the signals, which nobody here listens
    to (tests/architecture), and without looking for defaults, which a row from the database does
    not need."""

    def __init__(self, model: type[Model]) -> None:
        made = getattr(model.from_db, "__func__", None)
        plainly = getattr(Model.from_db, "__func__", None)
        assert model.__init__ is Model.__init__, f"{model} is made in its own way"
        assert made is plainly, f"{model} is read in its own way"
        self.model = model

    def from_db(self, alias: str, names: Sequence[str], values: Sequence[object]) -> Model:
        state = ModelState()
        state.adding = False
        state.db = alias
        made = self.model.__new__(self.model)
        made.__dict__.update(zip(names, values, strict=True), _state=state)
        return made


class _Instances:
    """As django.db.models.query.ModelIterable reads a row."""

    def __init__(self, compiler: SQLCompiler) -> None:
        kind = compiler.klass_info
        places = kind["select_fields"]
        self.model = _Plain(kind["model"])
        self.own = slice(places[0], places[-1] + 1)
        self.attributes = [column[0].target.attname for column in compiler.select[self.own]]
        self.related = cast(Any, of_django).get_related_populators(
            kind, compiler.select, DEFAULT_DB_ALIAS
        )
        _make_plain(self.related)
        self.annotations = tuple((compiler.annotation_col_map or {}).items())

    def __call__(self, row: Sequence[object]) -> Model:
        found = self.model.from_db(DEFAULT_DB_ALIAS, self.attributes, row[self.own])
        for related in self.related:
            related.populate(row, found)
        for name, place in self.annotations:
            setattr(found, name, row[place])
        return found


def _make_plain(populators: Iterable[Any]) -> None:
    for populator in populators:
        populator.model_cls = _Plain(populator.model_cls)
        _make_plain(populator.related_populators)
