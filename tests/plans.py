"""What a page asks the database, and how many rows PostgreSQL looks at for it: costs that no busy
machine can blur."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def statements_of(client: Client, path: str) -> list[str]:
    """What a page asks the database, once everything that is read only the first time has been
    read."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
        return [
            query["sql"] for query in captured.captured_queries
        ]  # here, because the next request empties the log


def rows_read(statements: Iterable[str]) -> int:
    """Rows that scans of tables and indexes look at, those thrown away counted, over all
    SELECTs."""
    total = 0
    with connection.cursor() as cursor:
        for statement in statements:
            if statement.lstrip("( ").upper().startswith("SELECT"):
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}")
                plan = cursor.fetchone()[0]
                total += sum(
                    _read((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"])
                )
    return total


def _read(node: dict[str, Any]) -> Iterable[int]:
    if "Scan" in node["Node Type"] and "Relation Name" in node:
        seen = (
            node["Actual Rows"]
            + node.get("Rows Removed by Filter", 0)
            + node.get("Rows Removed by Index Recheck", 0)
        )
        yield round(seen * node["Actual Loops"])
    for part in node.get("Plans", ()):
        yield from _read(part)
