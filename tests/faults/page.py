"""The words of docs/reference/faults.md round the outcomes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from tests.faults.matrix import VICTIMS, Outcome
from tests.faults.phases import PHASES
from tests.faults.stock import PATIENCE, Redelivered, Told

ABOUT = """\
Real processes under the real launcher, in a throw-away folder: web, relay, worker, sender, solver,
beat, PostgreSQL, Valkey. Real clients: people sign in with a password, keep one line open, send
forms with their CSRF token and an idempotency key, and send a form again with the same key until
the answer is certain. Open pages listen on sockets with their position and read their fragments
again when they are told to.

"Killed" is SIGKILL at a moment that the seed chooses. A killed launcher is started again, as a
service manager would; everything else the launcher brings back itself. There are two solvers; in a
run "worker" means both of them at once, except where one is named.
"""
CHECKED = """\
From the database: no place and no seat sold twice, no volunteer and no family in two places, every
counter says what its rows say, event numbers without a gap, no family forgotten beside a free seat,
no booking left of a cancelled session; a run ends in one proposal and one event; a publish asks
everybody exactly once.

From what people saw: every certain yes has its row and every row its certain yes, withdrawals and
cancellations likewise; nobody was answered 500; every open page has heard of the newest change of
each of its streams and shows what a fresh page shows.

That the checks can see what they look for is tested in tests/faults/test_invariants.py.
"""
NOT_HERE = """\
A machine that loses power (fsync is on, but nothing here cuts the current), a clock that jumps, a
network that splits: everything is on one machine.
"""
SHELF = """\
Fifty changes of fifty sessions in eight seconds, told to open pages, while Valkey and then the web
process are killed. A page knows everything when it has heard of each of the fifty, or was told to
read everything anew. The control is Channels as its documentation has it: a consumer per socket and
`group_send`, on the same Valkey and server.
"""


class Machines(NamedTuple):
    """`times`: as many examples as `make test` looks at; `sound`: none of them broke a promise."""

    times: int
    sound: bool


def page(
    where: str,
    kills: Sequence[Outcome],
    days: Sequence[Outcome],
    told: Sequence[Told],
    again: Redelivered,
    chance: Machines,
    seconds: float,
) -> str:
    promises = [outcome for outcome in (*kills, *days) if outcome.found]
    return "\n".join(
        [
            "# What dies and what is kept",
            "",
            f"Written by `make faults` in {seconds / 60:.0f} minutes. {where}.",
            f"{len(kills) + len(days) - len(promises)} of {len(kills) + len(days)} scenarios kept "
            f"every promise.",
            "",
            ABOUT,
            "## Killed",
            "",
            f"Seconds from the kill until everything is well again, and in brackets the longest "
            f"that a person waited for a certain answer; the worst of {_seeds(kills)}.",
            "",
            "| killed | " + " | ".join(f"during {phase}" for phase in PHASES) + " |",
            "| --- |" + " --- |" * len(PHASES),
            *(
                f"| {victim} | "
                + " | ".join(_cell(kills, victim, phase) for phase in PHASES)
                + " |"
                for victim in VICTIMS
            ),
            "",
            *_resumed(kills),
            "## Other bad days",
            "",
            "| what | during | outcome | well again after, s | longest wait, s | asked "
            "again, or told twice |",
            "| --- | --- | --- | ---: | ---: | ---: |",
            *(
                f"| {o.what} | {o.phase} | {_verdict(o)} | {o.back:.1f} | {o.wait:.1f} | "
                f"{o.repeats} |"
                for o in days
            ),
            "",
            *_fences(days),
            _disk(days),
            "",
            "## The same blows against parts off the shelf",
            "",
            SHELF,
            "| | pages | know everything | most changes that one page never heard of |",
            "| --- | ---: | ---: | ---: |",
            *(f"| {t.what} | {t.pages} | {t.complete} | {t.missed} |" for t in told),
            "",
            _celery(again),
            "",
            "## What is looked at",
            "",
            CHECKED,
            "## Any order of anything",
            "",
            _chance(chance),
            "",
            "## What is not here",
            "",
            NOT_HERE,
            *(_broken(promises) if promises else []),
        ]
    )


def _seeds(kills: Sequence[Outcome]) -> str:
    count = len({outcome.seed for outcome in kills})
    return f"{count} seeds" if count != 1 else "one seed"


def _cell(kills: Sequence[Outcome], victim: str, phase: str) -> str:
    here = [o for o in kills if o.what == f"{victim} killed" and o.phase == phase]
    if not here:
        return "–"
    verdict = "**broken**" if any(o.found for o in here) else "kept"
    return f"{verdict}, {max(o.back for o in here):.1f} ({max(o.wait for o in here):.1f})"


def _verdict(outcome: Outcome) -> str:
    return "**broken**" if outcome.found else "kept"


def _resumed(kills: Sequence[Outcome]) -> list[str]:
    resumed = [o.resumed for o in kills if o.resumed is not None]
    if not resumed:
        return []
    return [
        f"A dead solver's run was with another attempt after {max(resumed):.1f} s at most, and "
        f"was applied once.",
        "",
    ]


def _fences(days: Sequence[Outcome]) -> list[str]:
    resumed = [o.resumed for o in days if "another beside it" in o.what and o.resumed is not None]
    if not resumed:
        return []
    return [
        f"While one solver was frozen the other had its run after {max(resumed):.1f} s; when it "
        f"thawed it found its lease lost and wrote nothing.",
        "",
    ]


def _disk(days: Sequence[Outcome]) -> str:
    who = "the superuser" if os.geteuid() == 0 else "an ordinary user"
    if any("disk" in o.what for o in days):
        return (
            f"The full disk is a small one of its own, mounted by {who} in a namespace that nobody "
            f"else sees."
        )
    return (
        f"The full disk was not tried: this machine lets {who} mount none, not even in a namespace "
        f"of one's own."
    )


def _celery(again: Redelivered) -> str:
    found = (
        f"began again after {again.after:.0f} s"
        if again.after is not None
        else f"had not begun again after {PATIENCE:.0f} s"
    )
    return (
        f"Celery with late acknowledgement and everything else as it comes: the task of a worker "
        f"that was killed {found}. Our runs are leased (above)."
    )


def _chance(chance: Machines) -> str:
    found = "no order broke a promise" if chance.sound else "**an order broke a promise**"
    return (
        "Nothing dies here; three state machines (tests/rota, tests/bookings, tests/faults) do "
        "what people, families, coordinators, workers and the clock may do, in\n"
        "orders made by chance: sign up, withdraw, swap, ask, answer, expire, edit, cancel, "
        "publish, close, book, move, promote. After each step the promises are\n"
        f"looked at, and whoever only listens to the events must show what the database says. "
        f"{chance.times} times as many orders as in `make test`: {found}."
    )


def _broken(promises: Sequence[Outcome]) -> list[str]:
    lines = [
        f"- {o.what} during {o.phase}, seed {o.seed}: {line}"
        for o in promises
        for line in o.found[:5]
    ]
    return ["## Promises that were broken", "", *lines, ""]
