"""Real threads on the real database, let go at one moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

from tests.patience import patience

Result = TypeVar("Result")


def together(calls: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run every call in a thread with a connection of its own, all at once; what each returned or
    raised, in the given order.

    A busy machine makes the line behind a lock slow: they wait for it longer there. Who waits for
    ever is found by the server.
    """
    gate = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | Exception:
        try:
            with connection.cursor() as cursor:  # connecting takes longer than what is raced
                cursor.execute(
                    "SELECT set_config('lock_timeout', %s, false), "
                    "set_config('statement_timeout', %s, false)",
                    [f"{patience(5):.0f}s", f"{patience(15):.0f}s"],
                )
            gate.wait(timeout=30)
            return call()
        except Exception as raised:
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
