"""The words and the plot of docs/reference/benchmarks-spine.md."""
from __future__ import annotations

from collections.abc import Sequence

from tests.bench.herd import CONNECTIONS, WEB_PROCESSES, Herd
from tests.bench.pages import Cost

TARGET_RATE, TARGET_P99, TARGET_BESIDE = 500, 300, 0.65
WIDTH, ROW = 640, 26


def page(where: str, herds: Sequence[Herd], pages: Sequence[Cost]) -> str:
    by = {herd.name: herd for herd in herds}
    ours, stock, naive = by["ours"], by["stock"], by["naive"]
    idle = (ours.rate + by["ours again"].rate) / 2
    beside = by["beside a solver"].rate / idle
    return "\n".join(
        [
            "# The spine, measured",
            "",
            f"Written by `python -m tests.bench.report_spine` (part of `make bench`). {where}.",
            f"{WEB_PROCESSES} web processes, the relay, PostgreSQL (fsync on), Valkey and the {CONNECTIONS} clients share these cores: ratios of the same run and",
            "processor time per attempt are what counts; rates are those of this machine at this moment. Signing up goes the whole way: session, CSRF token,",
            "idempotency key, rules, locks, event.",
            "",
            "| | ratio | what was expected |",
            "| --- | ---: | ---: |",
            f"| sign-ups a second, ours ÷ the same application on Django's own ASGI handler with a connection pool | {ours.rate / stock.rate:.2f} × | 1.5 × |",
            f"| web processor time per sign-up, the same ÷ ours | {stock.cpu / ours.cpu:.2f} × | |",
            f"| places sold twice, sign-up without locks : ours | {naive.oversold} : {sum(h.oversold for h in herds if h is not naive)} | some : 0 |",
            f"| sign-ups a second while a city is solved ÷ idle (before and after) | {beside:.2f} | {TARGET_BESIDE} |",
            f"| sign-ups a second ÷ the wanted {TARGET_RATE} | {ours.rate / TARGET_RATE:.2f} | 1 |",
            f"| the slowest hundredth ÷ the wanted {TARGET_P99} ms | {ours.p99 / TARGET_P99:.1f} | 1 |",
            "",
            "![sign-ups a second](benchmarks-spine.svg)",
            "",
            "| herd | attempts | taken of places | a second | median ms | p99 ms | worst ms | web CPU ms an attempt | web memory MiB | errors | sold twice |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *(
                f"| {h.name} | {h.attempts:,} | {h.taken:,} of {h.places:,} | {h.rate:.0f} | {h.median:.0f} | {h.p99:.0f} | {h.worst:.0f} | {h.cpu:.1f} | "
                f"{h.memory:.0f} | {h.errors} | {h.oversold} |"
                for h in herds
            ),
            "",
            "## Pages, with the whole demo city in the database",
            "",
            "Inside one process, without the network, the median of 12. CPU is the process's own time; ÷ yardstick is the same in units of a fixed piece of",
            "Python measured in turns with it, which holds on a busy machine too. Rows are all that PostgreSQL looked at. No timing counts in a test: statements,",
            "rows and bytes do (`tests/web/test_costs.py`).",
            "",
            "| who | page | statements | rows | CPU ms | ÷ yardstick | kB of HTML | gzipped |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *(
                f"| {c.who} | {c.name} | {c.statements} | {c.rows:,} | {c.cpu:.1f} | {c.cpu / c.yard:.1f} | {c.plain:.0f} | {c.packed:.1f} |"
                for c in pages
            ),
            "",
        ]
    )


def plot(herds: Sequence[Herd]) -> str:
    """Bars of the rates, readable in light and dark."""
    most = max(herd.rate for herd in herds)
    rows = [
        f'<text x="0" y="{n * ROW + 17}">{herd.name}</text><rect x="220" y="{n * ROW + 5}" width="{herd.rate / most * 340:.0f}" height="16" rx="3"/>'
        f'<text x="{226 + herd.rate / most * 340:.0f}" y="{n * ROW + 17}">{herd.rate:.0f}</text>'
        for n, herd in enumerate(herds)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {ROW * len(herds)}" width="{WIDTH}" font-family="sans-serif" font-size="13" fill="#5b8266">'
        f"<title>sign-ups or bookings a second</title>{''.join(rows)}</svg>\n"
    )
