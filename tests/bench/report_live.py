"""`python -m tests.bench.report_live`: run the live benchmarks and write
docs/reference/benchmarks-live.md."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from backend.outbox import doorbell
from tests.bench.live import fan_out, signed_in, stall, steady, storm
from tests.bench.live_page import Measured, page, plot
from tests.bench.rig import ROOT, machine, milliseconds, share, yardstick

PAGE = Path(ROOT) / "docs" / "reference" / "benchmarks-live.md"
Result = TypeVar("Result")


def main() -> None:
    where = machine()
    call_command("migrate", verbosity=0)
    from tests.factories import make_rota, make_session

    stream, other = (f"session.{make_session(rota=make_rota()).pk}" for _ in range(2))
    people = signed_in(3_000)
    doorbell.client().flushdb()
    connection.close()
    shares: list[float] = []

    def tell(measure: Callable[[], Result]) -> Result:
        shares.append(share())
        result = measure()
        print(result, flush=True)
        return result

    fans = [
        tell(lambda: fan_out(stream, sockets, 1, control))  # noqa: B023 - called at once
        for sockets in (1_000, 3_000)
        for control in (False, True)
    ]
    fans.append(tell(lambda: fan_out(stream, 10_000, 2)))
    stalls = [
        tell(lambda: stall(stream, other, 8)),
        tell(lambda: stall(stream, other, 1, naive=True)),
    ]
    rates = [tell(lambda: steady(stream, 200, 100, 8))]
    storms = [
        tell(lambda: storm(stream, people[:sockets]))  # noqa: B023 - the same
        for sockets in (1_000, 3_000, 3_000, 3_000)
    ]
    found = Measured(fans, stalls, rates, storms, shares, milliseconds(yardstick))
    PAGE.with_suffix(".svg").write_text(plot(found), encoding="utf-8")
    PAGE.write_text(page(where, found), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
