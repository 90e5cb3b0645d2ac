"""The words and the plot of docs/reference/benchmarks-live.md."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from tests.bench.live import PER_TURN, RATE, READERS, STALLED, FanOut, Stall, Steady, Storm

WIDTH, ROW, BAR = 640, 26, 300


class Measured(NamedTuple):
    fans: Sequence[FanOut]
    stalls: Sequence[Stall]  # ours, naive
    rates: Sequence[Steady]
    storms: Sequence[Storm]
    shares: Sequence[float]  # of a core, before each measurement
    yardstick: float  # milliseconds

    def pairs(self) -> list[tuple[FanOut, FanOut]]:
        controls = {fan.sockets: fan for fan in self.fans if fan.name == "group_send"}
        return [
            (fan, controls[fan.sockets])
            for fan in self.fans
            if fan.name == "hub" and fan.sockets in controls
        ]


def page(where: str, found: Measured) -> str:
    return "\n".join(
        [
            *_head(where, found),
            *_ratios(found),
            *_fans(found),
            *_stalls(found),
            *_rates(found),
            *_storms(found),
        ]
    )


def _head(where: str, found: Measured) -> list[str]:
    return [
        "# Live updates, measured",
        "",
        "Written by `python -m tests.bench.report_live` (`make bench`). " + where + ".",
        "The crowd, the web processes, the relay, PostgreSQL and Valkey share these cores over "
        "loopback: absolute times are upper bounds,",
        "ratios of the same minutes and processor time are what counts. Why it is built like "
        "this: docs/explanation/live.md.",
        "",
        f"How much of a machine this was: the yardstick of tests/bench/rig.py took "
        f"{found.yardstick:.1f} ms, and before each measurement one process got "
        f"{min(found.shares):.0%} to",
        f"{max(found.shares):.0%} of a core (median {median(found.shares):.0%}; 100% is a machine "
        f"of our own).",
        "",
    ]


def _ratios(found: Measured) -> list[str]:
    ours, naive = found.stalls
    largest = max(found.fans, key=lambda fan: fan.sockets)
    storms = [storm for storm in found.storms if storm.sockets == found.storms[-1].sockets]
    rows = []
    for hub, control in found.pairs():
        name = f"Channels' `group_send` to one consumer a socket ÷ the hub, {hub.sockets:,} sockets"
        rows.append(
            f"| time to the last socket: {name} | {control.last_median / hub.last_median:.1f} × | |"
        )
        wanted = "10 ×" if hub.sockets == 3_000 else ""
        rows.append(
            f"| web processor time per frame, the same | "
            f"{control.cpu_micros / hub.cpu_micros:.1f} × | {wanted} |"
        )
        rows.append(f"| memory per socket, the same | {control.kib_each / hub.kib_each:.1f} × | |")
    return [
        "| | measured | wanted |",
        "| --- | ---: | ---: |",
        *rows,
        f"| {largest.sockets:,} sockets: the last is told after, ms (worst of the run) | "
        f"{largest.last_worst:.0f} | 300 |",
        f"| {largest.sockets:,} sockets: KiB each | {largest.kib_each:.1f} | 25 |",
        f"| {STALLED} stalled lines beside {READERS} others: commit to page, with ÷ without | "
        f"{ours.ratio:.2f} | 1.10 |",
        f"| the same beside a hub that waits for each line: told of the last commit | "
        f"{naive.told:.0%} of them | it stops |",
        f"| {storms[0].sockets:,} pages come back after kill -9: all caught up after, s, the "
        f"median of {len(storms)} times | {median(s.seconds for s in storms):.1f} | 5 |",
        f"| statements that read what they had missed | {max(s.catch_up for s in storms)} | 1 |",
        "",
        "![How many times longer, or more, the control needs](benchmarks-live.svg)",
        "",
    ]


def _fans(found: Measured) -> list[str]:
    return [
        "## One event to everybody",
        "",
        "The hub's time begins at the commit and includes the relay; the control's begins at "
        "`group_send` itself (pubsub layer).",
        "",
        "| | sockets | web processes | last socket, median ms | worst of the run, ms | web CPU µs "
        "a frame | KiB a socket | MiB a process, empty | full | connects/s | delivered |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {f.name} | {f.sockets:,} | {f.processes} | {f.last_median:.0f} | "
            f"{f.last_worst:.0f} | {f.cpu_micros:.0f} | {f.kib_each:.1f} | {f.mib_empty:.0f} | "
            f"{f.mib_full:.0f} | {f.connects_a_second:,.0f} | {f.delivered:.1%} |"
            for f in found.fans
        ),
        "",
    ]


def _stalls(found: Measured) -> list[str]:
    return [
        "## A stalled phone",
        "",
        f"{READERS} sockets that read; in turns without and with {STALLED} more whose lines are "
        f"full and take nothing. {PER_TURN} commits a turn, {RATE} a second.",
        "",
        "| | turns | without, median ms of each turn | with | with ÷ without | told of the last "
        "commit |",
        "| --- | ---: | --- | --- | ---: | ---: |",
        *(
            f"| {s.name} | {len(s.calm)} | {_list(s.calm)} | {_list(s.stalled) or 'nothing came'} "
            f"| {f'{s.ratio:.2f}' if s.stalled else '∞'} | {s.told:.0%} |"
            for s in found.stalls
        ),
        "",
        "*naive* is the same hub but for one thing: it waits for each line in turn.",
        "",
    ]


def _list(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values)


def _rates(found: Measured) -> list[str]:
    return [
        "## Commit to page, at 100 commits a second",
        "",
        "| sockets | commits | median ms | p99 ms |",
        "| ---: | ---: | ---: | ---: |",
        *(f"| {s.sockets} | {s.writes} | {s.median:.0f} | {s.p99:.0f} |" for s in found.rates),
        "",
    ]


def _storms(found: Measured) -> list[str]:
    return [
        "## Everybody comes back at once",
        "",
        "kill -9 of the only web process with everybody on it, each signed in by a session of her "
        "own; 50 events happen; a new process starts and all return",
        "from where they were. Who they are and what they may hear is asked of the database for "
        "all who come within a tenth of a second together.",
        "",
        "| sockets | all caught up after, s | of which the process starts, s | statements: what "
        "was missed | who may hear it | anything new | web CPU µs a socket | caught up | share of "
        "a core |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {s.sockets:,} | {s.seconds:.1f} | {s.ready:.1f} | {s.catch_up} | {s.door} | "
            f"{s.looks} | {s.cpu_micros:.0f} | {s.caught_up:.1%} | {s.share:.0%} |"
            for s in found.storms
        ),
        "",
    ]


def plot(found: Measured) -> str:
    """Bars: the control in units of the hub, which is the line at 1.

    One colour that is readable on light and on dark.
    """
    bars = []
    for hub, control in found.pairs():
        bars.append(
            (f"{hub.sockets:,} sockets: time to the last", control.last_median / hub.last_median)
        )
        bars.append(
            (f"{hub.sockets:,} sockets: CPU per frame", control.cpu_micros / hub.cpu_micros)
        )
    most = max(value for _, value in bars)
    left = 240
    rows = [
        f'<text x="0" y="{n * ROW + 17}">{name}</text><rect x="{left}" y="{n * ROW + 5}" '
        f'width="{value / most * BAR:.0f}" height="16" rx="3"/>'
        f'<text x="{left + 6 + value / most * BAR:.0f}" y="{n * ROW + 17}">{value:.1f} ×</text>'
        for n, (name, value) in enumerate(bars)
    ]
    one = left + BAR / most
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {ROW * len(bars)}" '
        f'width="{WIDTH}" font-family="sans-serif" font-size="13" fill="#5b8266">'
        f"<title>group_send ÷ the hub</title>{''.join(rows)}"
        f'<line x1="{one:.0f}" x2="{one:.0f}" y1="0" y2="{ROW * len(bars)}" stroke="#b5838d" '
        f'stroke-dasharray="3 3"/></svg>\n'
    )
