"""Statements written by hand name every column that a row needs: a column that is added later would
otherwise be left empty without a word."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db.models import NOT_PROVIDED, Field, Model

from tests.architecture.source import modules

INSERT = re.compile(r"INSERT INTO (\w+)(?: AS \w+)?\s*\(([^)]*)\)", re.S)


def statements() -> list[tuple[str, str, frozenset[str]]]:
    found = []
    for module in modules("backend", "scheduler"):
        for table, columns in INSERT.findall(module.text):
            if "{" in table or "{" in columns:
                continue
            named = frozenset(c.strip() for c in columns.split(","))
            found.append((module.path, table, named))
    return found


def model_of(table: str) -> type[Model]:
    every = apps.get_models(include_auto_created=True)
    return next(model for model in every if model._meta.db_table == table)


def needed(field: Field) -> bool:
    """Django would write something there, and the database would not do it by itself."""
    if field.primary_key or field.db_default is not NOT_PROVIDED:
        return False
    fills = field.default is not NOT_PROVIDED or getattr(field, "auto_now_add", False)
    return fills or not field.null


@pytest.mark.parametrize(
    ("path", "table", "named"),
    statements(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_insert_names_every_column_that_a_row_needs(
    path: str, table: str, named: frozenset[str]
) -> None:
    fields = [f for f in model_of(table)._meta.concrete_fields if needed(f)]
    assert {f.column for f in fields} - named == set()


def test_the_statements_are_found() -> None:
    assert {"bookings_booking", "rota_assignment"} <= {table for _, table, _ in statements()}
