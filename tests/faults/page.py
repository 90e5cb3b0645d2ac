"""The words of docs/reference/faults.md round the outcomes."""
from __future__ import annotations

from collections.abc import Sequence

from tests.faults.matrix import VICTIMS, Outcome
from tests.faults.phases import PHASES

ABOUT = """\
Real processes under the real launcher, in a throw-away folder: web, relay, worker, solver, beat, PostgreSQL, Valkey. Real clients: people sign in
with a password, keep one line open, send forms with their CSRF token and an idempotency key, and send a form again with the same key until the answer
is certain. Open pages listen on sockets with their position and read their fragments again when they are told to.

"Killed" is SIGKILL at a moment that the seed chooses. A killed launcher is started again, as a service manager would; everything else the launcher
brings back itself. In a run, "worker" is the solver's.
"""
CHECKED = """\
From the database: no place and no seat sold twice, nobody in two places, every counter says what its rows say, event numbers without a gap, no
family forgotten beside a free seat, no booking left of a cancelled session; a run ends in one proposal and one event; a publish asks everybody
exactly once.

From what people saw: every certain yes has its row and every row its certain yes, withdrawals and cancellations likewise; nobody was answered 500;
every open page has heard of the newest change of each of its streams and shows what a fresh page shows.

That the checks can see what they look for is tested in tests/faults/test_invariants.py.
"""
NOT_HERE = """\
A second solver beside a frozen one: the only one is frozen, so its run goes on when it thaws. A machine that loses power (fsync is on, but nothing here cuts the current), a clock that jumps, a network that splits: everything is on one machine.
The full disk needs the right to mount a small one, so it is tried for the superuser only; otherwise its lines are missing above.
"""


def page(where: str, kills: Sequence[Outcome], days: Sequence[Outcome], seconds: float) -> str:
    promises = [outcome for outcome in (*kills, *days) if outcome.found]
    return "\n".join(
        [
            "# What dies and what is kept",
            "",
            f"Written by `make faults` in {seconds / 60:.0f} minutes. {where}.",
            f"{len(kills) + len(days) - len(promises)} of {len(kills) + len(days)} scenarios kept every promise.",
            "",
            ABOUT,
            "## Killed",
            "",
            f"Seconds from the kill until everything is well again, and in brackets the longest that a person waited for a certain answer; the worst of {_seeds(kills)}.",
            "",
            "| killed | " + " | ".join(f"during {phase}" for phase in PHASES) + " |",
            "| --- |" + " --- |" * len(PHASES),
            *(f"| {victim} | " + " | ".join(_cell(kills, victim, phase) for phase in PHASES) + " |" for victim in VICTIMS),
            "",
            *_resumed(kills),
            "## Other bad days",
            "",
            "| what | during | outcome | well again after, s | longest wait, s | asked again |",
            "| --- | --- | --- | ---: | ---: | ---: |",
            *(f"| {o.what} | {o.phase} | {_verdict(o)} | {o.back:.1f} | {o.wait:.1f} | {o.repeats} |" for o in days),
            "",
            *([] if any("disk" in o.what for o in days) else ["The full disk was not tried: this user may not mount one.", ""]),
            "## What is looked at",
            "",
            CHECKED,
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
    return [f"A dead solver's run was with another attempt after {max(resumed):.1f} s at most, and was applied once.", ""]


def _broken(promises: Sequence[Outcome]) -> list[str]:
    lines = [f"- {o.what} during {o.phase}, seed {o.seed}: {line}" for o in promises for line in o.found[:5]]
    return ["## Promises that were broken", "", *lines, ""]
