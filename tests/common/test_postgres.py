"""A request finds out that its connection is gone without asking the server each time."""

from __future__ import annotations

import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from tests.faults.stand import until

pytestmark = pytest.mark.django_db(transaction=True)


def asked() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_connection_at_rest_is_used_again_without_a_statement() -> None:
    before = asked()
    connection.health_check_done = False
    with CaptureQueriesContext(connection) as queries:
        close_old_connections()
        connection.health_check_done = False
        assert asked() == before
    assert len(queries) == 1


def test_a_connection_that_the_server_ended_is_replaced() -> None:
    before = asked()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [before])
        until(lambda: _gone(cursor, before), 10, "the end of the connection")
    other.close()
    connection.health_check_done = False
    assert asked() != before


def _gone(cursor, pid: int) -> bool:
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid])
    return cursor.fetchone()[0] == 0
