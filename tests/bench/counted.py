"""`python -m tests.bench.counted FD`: our web process, which also writes down what its sockets ask
the database.

In the file that COUNTED names: {"past": statements, "decide": …, "after": …, "ready": moment of the
monotonic clock, "cpu": seconds until then}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")


def count(where: Path) -> None:
    from django.db import connection

    from backend.live.database import Database

    asked: Counter[str] = Counter()
    facts: dict[str, float] = {}
    ask = Database.ask

    async def counted(
        self: Database, function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        def note(execute: Any, *call: Any) -> Any:
            asked[function.__name__] += 1
            return execute(*call)

        def work() -> Any:
            connection.ensure_connection()
            with connection.execute_wrapper(note):
                return function(*args, **kwargs)

        answer = await ask(self, work)
        if not facts:
            facts.update(ready=time.monotonic(), cpu=time.process_time())
        where.write_text(json.dumps({**asked, **facts}), encoding="utf-8")
        return answer

    Database.ask = counted  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    import django

    django.setup()
    count(Path(os.environ["COUNTED"]))
    from backend.launcher import web

    web.main(sys.argv[1])
