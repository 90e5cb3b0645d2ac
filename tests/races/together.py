"""Real threads on the real database, let go at one moment."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def together(calls: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run every call in a thread with a connection of its own, all at once; what each returned or raised, in the given order."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | Exception:
        try:
            connection.ensure_connection()  # connecting takes longer than what is raced
            gate.wait(timeout=30)
            return call()
        except Exception as raised:
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
