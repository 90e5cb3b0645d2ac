"""The words and the plot of docs/reference/benchmarks-spine.md."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from tests.bench.core import THREADS, Core
from tests.bench.herd import CONNECTIONS, WEB_PROCESSES, Herd
from tests.bench.pages import Beside, Cost

TARGET_RATE, TARGET_P99, TARGET_BESIDE, TARGET_CORE = 500, 300, 0.65, 5
TARGET_EMPTY = 8  # 500 sign-ups where 4,000 empty requests are answered, as on the design's machine
WIDTH, ROW = 640, 26


def page(
    where: str,
    herds: Sequence[Herd],
    cores: Sequence[Core],
    pages: Sequence[Cost],
    beside: Sequence[Beside],
) -> str:
    def middle(name: str, figure: str = "rate") -> float:
        return median(getattr(herd, figure) for herd in herds if herd.name == name)

    def turns(name: str, other: str, figure: str = "rate") -> str:
        """The ratio of two that took turns: the middle one, and the lowest and the highest."""
        pairs = zip(
            *([getattr(h, figure) for h in herds if h.name == n] for n in (name, other)),
            strict=True,
        )
        ratios = sorted(one / two for one, two in pairs)
        return f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"

    naive = {
        name: sum(herd.oversold for herd in herds if herd.name == name)
        for name in ("naive", "bookings, naive")
    }
    empty = middle("empty requests")
    core = median(c.ours / c.control for c in cores)
    return "\n".join(
        [
            "# The spine, measured",
            "",
            f"Written by `python -m tests.bench.report_spine` (part of `make bench`). {where}.",
            f"{WEB_PROCESSES} web processes, the relay, PostgreSQL (fsync on), Valkey and the "
            f"{CONNECTIONS} clients share these cores. Signing up goes the whole way:",
            "session, CSRF token, idempotency key, rules, locks, event. What counts are ratios "
            "inside this run: the same machine may be three times",
            "slower an hour later. *Yardstick* is the processor time of a fixed piece of Python "
            "just before each herd.",
            "",
            "| | figure | what was wanted |",
            "| --- | ---: | ---: |",
            f"| sign-ups a second, ours ÷ the same application on Django's own ASGI handler with "
            f"a connection pool | {turns('ours', 'stock')} | 1.5 |",
            f"| web processor time per sign-up, the same ÷ ours | {turns('stock', 'ours', 'cpu')} "
            f"| |",
            f"| bookings a second, the same two | {turns('bookings', 'bookings, stock')} | |",
            f"| web processor time per booking, the same ÷ ours | "
            f"{turns('bookings, stock', 'bookings', 'cpu')} | |",
            f"| places sold twice: look and write : look and write, booking : ours | "
            f"{' : '.join(map(str, naive.values()))} : "
            f"{sum(h.oversold for h in herds if h.name not in naive)} | some : some : 0 |",
            f"| sign-ups a second while a city is solved ÷ without | "
            f"{turns('beside a solver', 'ours')} | {TARGET_BESIDE} |",
            f"| the slowest hundredth while a city is solved ÷ without | "
            f"{turns('beside a solver', 'ours', 'p99')} | 2 |",
            f"| one sign-up costs as much as so many empty requests | "
            f"{empty / middle('ours'):.1f} | {TARGET_EMPTY} |",
            f"| admissions a second without HTTP, ours with all rules ÷ row locks with the ORM "
            f"and two rules | {core:.2f} | {TARGET_CORE} |",
            f"| sign-ups a second | {middle('ours'):.0f} | {TARGET_RATE} |",
            f"| the slowest hundredth, ms | {middle('ours', 'p99'):.0f} | {TARGET_P99} |",
            f"| bookings a second; the slowest hundredth, ms | {middle('bookings'):.0f}; "
            f"{middle('bookings', 'p99'):.0f} | |",
            "",
            "![sign-ups a second](benchmarks-spine.svg)",
            "",
            "| herd | attempts | taken of places | a second | median ms | p99 ms | worst ms | web "
            "CPU ms an attempt | web memory MiB | errors | sold twice | yardstick ms |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *(
                f"| {h.name} | {h.attempts:,} | {h.taken:,} of {h.places:,} | {h.rate:.0f} | "
                f"{h.median:.0f} | {h.p99:.0f} | {h.worst:.0f} | {h.cpu:.1f} | "
                f"{h.memory:.0f} | {h.errors} | {h.oversold} | {h.yardstick:.0f} |"
                for h in herds
            ),
            "",
            f"Without HTTP, {THREADS} threads of one process: "
            + "; ".join(
                f"ours {c.ours:.0f} a second and {c.ours_cpu:.1f} ms of its processor time, row "
                f"locks {c.control:.0f} and {c.control_cpu:.1f}"
                for c in cores
            )
            + ".",
            "",
            "## Pages, with the whole demo city in the database",
            "",
            "Inside one process, without the network, the median of 12. CPU is the process's own "
            "time; ÷ yardstick is the same in units of a fixed piece of",
            "Python measured in turns with it, which holds on a busy machine too. Rows are all "
            "that PostgreSQL looked at. No timing counts in a test: statements,",
            "rows and bytes do (`tests/web/test_costs.py`).",
            "",
            "| who | page | statements | rows | CPU ms | ÷ yardstick | kB of HTML | gzipped |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *(
                f"| {c.who} | {c.name} | {c.statements} | {c.rows:,} | {c.cpu:.1f} | "
                f"{c.cpu / c.yard:.1f} | {c.plain:.0f} | {c.packed:.1f} |"
                for c in pages
            ),
            "",
            *turns_with_the_board(beside),
        ]
    )


def turns_with_the_board(beside: Sequence[Beside]) -> list[str]:
    return [
        "A coordinator's day and whom to ask for a shift (where most people live), in turns with "
        "the board of the whole city; here PostgreSQL's time counts too:",
        "",
        "| page | ms | the board then, ms | ÷ the board | CPU ms | ÷ the board's |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {b.name} | {b.wall:.0f} | {b.board_wall:.0f} | {b.wall / b.board_wall:.2f} | "
            f"{b.cpu:.0f} | {b.cpu / b.board_cpu:.2f} |"
            for b in beside
        ),
        "",
    ]


def plot(herds: Sequence[Herd]) -> str:
    """Bars of the rates, readable in light and dark."""
    most = max(herd.rate for herd in herds)
    rows = [
        f'<text x="0" y="{n * ROW + 17}">{herd.name}</text><rect x="220" y="{n * ROW + 5}" '
        f'width="{herd.rate / most * 340:.0f}" height="16" rx="3"/>'
        f'<text x="{226 + herd.rate / most * 340:.0f}" y="{n * ROW + 17}">{herd.rate:.0f}</text>'
        for n, herd in enumerate(herds)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {ROW * len(herds)}" '
        f'width="{WIDTH}" font-family="sans-serif" font-size="13" fill="#5b8266">'
        f"<title>sign-ups or bookings a second</title>{''.join(rows)}</svg>\n"
    )
