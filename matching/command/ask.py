"""The command line's further questions: repair, candidates, explain, compare, draw.

Answers are JSON on standard output.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from matching.ask.compare import Turn, compare
from matching.ask.disruptions import (
    Cancel,
    CloseVenue,
    Decline,
    Disruption,
    Lapse,
    Move,
    Withdraw,
    codes_of,
)
from matching.command.flags import count
from matching.command.opening import known, opened, opened_plan
from matching.formats.files import read_reports, write_plan, write_problem, write_text
from matching.formats.values import LATEST, point
from matching.plan import Plan
from matching.problem import Problem, ProblemError
from matching.progress import gap_in_words

if TYPE_CHECKING:
    from matching.ask.repair import Repaired

MINUTE = re.compile(r"[0-9]{1,9}", re.ASCII)
Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def add_commands(add: Add) -> None:
    """Register every command of this file; `add` makes one that takes a problem file."""
    _repair_options(
        add(
            "repair",
            run_repair,
            "heal a plan after something happened; the given plan counts as what people were told",
        )
    )
    candidates = add("candidates", run_candidates, "who could take a shift, cheapest first")
    candidates.add_argument("plan")
    candidates.add_argument("--shift", required=True)
    candidates.add_argument("--limit", type=count(1), default=20)
    explain = add(
        "explain",
        run_explain,
        "why nobody (--shift), why or why not her (--volunteer --shift), why the pins clash "
        "(neither)",
    )
    explain.add_argument("plan", nargs="?")
    explain.add_argument("--shift")
    explain.add_argument("--volunteer")
    compare = add("compare", run_compare, "two plans by person and by part of the cost")
    compare.add_argument("plan")
    compare.add_argument("other")
    draw = add(
        "draw",
        run_draw,
        "the rota, the load or (of a progress file) the course of a search, as SVG",
    )
    draw.add_argument(
        "plan", help="a plan; for --what course the JSON lines that `solve --progress json` printed"
    )
    draw.add_argument("--what", choices=["timeline", "load", "course"], default="timeline")
    draw.add_argument("--out", required=True)


HAPPENED = {
    "withdraw": ("VOLUNTEER[:SHIFT|@MINUTE]", "from one shift, from now on, or from all"),
    "decline": ("VOLUNTEER:SESSION", "an offer that came back"),
    "cancel": ("SESSION", "it does not take place"),
    "move": ("SESSION:[START-END][@LAT,LON]", "to another time or place"),
    "close": ("LAT,LON[@MINUTE]", "a venue, from a minute on"),
    "lapse": ("VOLUNTEER:CODE[@MINUTE]", "a credential, now or at a minute"),
}


def _repair_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("plan")
    command.add_argument("--out", required=True, help="where to write the plan, .gz allowed")
    command.add_argument(
        "--problem-out",
        help="where to write the problem as it is now, for the next repair: what was said stays",
    )
    command.add_argument("--seed", type=count(0), default=0)
    for name, (form, says) in HAPPENED.items():
        command.add_argument(
            f"--{name}", nargs="+", action="extend", default=[], metavar=form, help=says
        )


def run_repair(arguments: argparse.Namespace) -> int:
    """Write the healed plan, print whom to tell."""
    from matching.ask.repair import CannotRepair, repair

    problem = opened(arguments.problem, arguments.lenient)
    plan = opened_plan(arguments.plan, problem)
    disruptions = list(disruptions_of(problem, arguments))
    if not disruptions:
        flags = ", ".join(f"--{name}" for name in HAPPENED)
        raise ProblemError("repair", f"nothing happened: give one of {flags}")
    began = time.monotonic()
    try:
        done = repair(problem, plan, disruptions, arguments.seed)
    except CannotRepair as error:
        raise ProblemError("repair", str(error)) from None
    except KeyError as error:
        raise ProblemError("repair", f"{error.args[0]!r} is gone by then") from None
    took = time.monotonic() - began
    _hand_over(done, took, arguments)
    return 0


def _hand_over(done: Repaired, took: float, arguments: argparse.Namespace) -> None:
    cost = done.verdict.total
    proof: dict[str, object] = {
        "cost": cost,
        "bound": done.bound,
        "status": "optimal" if done.bound == cost else "feasible",
        "seconds": round(took, 3),
    }
    write_plan(arguments.out, done.plan, **proof)
    if arguments.problem_out:
        write_problem(arguments.problem_out, done.problem)
    _say(
        {
            **proof,
            "gap": gap_in_words(done.gap, 4),
            "volunteers": done.volunteers,
            "requests": done.requests,
            "short": done.verdict.facts.short,
        }
    )


def disruptions_of(problem: Problem, arguments: argparse.Namespace) -> Iterable[Disruption]:
    """What the options say happened; raises ProblemError for an id that is not there or a form that
    is not understood."""
    for text in arguments.withdraw:
        who, _, shift = text.partition(":")
        who, _, since = who.partition("@")
        known(problem, volunteers=[who], shifts=[shift] if shift else [])
        yield Withdraw(who, shift or None, _minute(since or "0", text))
    pairs = [_halves(text, ":") for text in arguments.decline]
    known(problem, volunteers=[v for v, _ in pairs], sessions=[s for _, s in pairs])
    if pairs:
        yield Decline(tuple(pairs))
    known(problem, sessions=arguments.cancel)
    yield from (Cancel(session) for session in arguments.cancel)
    yield from (_move(problem, text) for text in arguments.move)
    for text in arguments.close:
        place, _, since = text.partition("@")
        closed = CloseVenue(_point(place), _minute(since or "0", text))
        if not closed.sessions(problem, Plan()):
            raise ProblemError(text, "no session takes place there, or none from then on")
        yield closed
    for text in arguments.lapse:
        who, rest = _halves(text, ":")
        code, _, until = rest.partition("@")
        known(problem, volunteers=[who])
        if code not in codes_of(problem):
            raise ProblemError(text, f"nobody holds {code!r} and no shift requires it")
        yield Lapse(who, code, _minute(until, text) if until else -1)


def _move(problem: Problem, text: str) -> Move:
    session, rest = _halves(text, ":")
    known(problem, sessions=[session])
    times, _, place = rest.partition("@")
    start, _, end = times.partition("-")
    if bool(start) != bool(end):
        raise ProblemError(text, "give both START and END, or neither")
    if start and _minute(start, text) >= _minute(end, text):
        raise ProblemError(text, "START must be before END")
    return Move(
        session,
        _minute(start, text) if start else None,
        _minute(end, text) if end else None,
        _point(place) if place else None,
    )


def run_candidates(arguments: argparse.Namespace) -> int:
    """Print who could take the shift."""
    from matching.ask.candidates import Desk

    problem = opened(arguments.problem, arguments.lenient)
    plan = opened_plan(arguments.plan, problem)
    known(problem, shifts=[arguments.shift])
    _say(Desk(problem, plan).candidates(arguments.shift, arguments.limit))
    return 0


def run_explain(arguments: argparse.Namespace) -> int:
    """Print one explanation."""
    from matching.ask import explain

    problem = opened(arguments.problem, arguments.lenient)
    if arguments.shift is None:
        if arguments.volunteer:
            raise ProblemError("--volunteer", "goes with --shift")
        _say(explain.why_infeasible(problem))
        return 0
    if arguments.plan is None:
        raise ProblemError("explain", "needs a plan when --shift is given")
    plan = opened_plan(arguments.plan, problem)
    shift = arguments.shift
    who = arguments.volunteer
    known(problem, shifts=[shift], volunteers=[who] if who else [])
    if who is None:
        _say(explain.why_nobody(problem, plan, shift))
    elif (who, shift) in plan.assignments:
        _say(explain.why_her(problem, plan, who, shift))
    else:
        _say(explain.why_not(problem, plan, who, shift))
    return 0


def run_compare(arguments: argparse.Namespace) -> int:
    """Print the comparison."""
    problem = opened(arguments.problem, arguments.lenient)
    plan = opened_plan(arguments.plan, problem)
    other = opened_plan(arguments.other, problem)
    _say(compare(problem, plan, other))
    return 0


def run_draw(arguments: argparse.Namespace) -> int:
    """Write one picture."""
    from matching.command import draw

    problem = opened(arguments.problem, arguments.lenient)
    if arguments.what == "course":
        picture = draw.course(read_reports(arguments.plan))
    else:
        picture = getattr(draw, arguments.what)(problem, opened_plan(arguments.plan, problem))
    write_text(arguments.out, picture)
    return 0


# --- reading words, writing answers ---------------------------------------------------------------


def _halves(text: str, mark: str) -> tuple[str, str]:
    left, found, right = text.partition(mark)
    if not found or not left or not right:
        raise ProblemError(text, f"must be two words with {mark!r} between them")
    return left, right


def _minute(text: str, whole: str) -> int:
    if not MINUTE.fullmatch(text) or int(text) > LATEST:
        raise ProblemError(whole, f"{text!r} is not a minute")
    return int(text)


def _point(text: str) -> tuple[float, float]:
    try:
        place = [float(part) for part in text.split(",")]
    except ValueError:
        raise ProblemError(text, "must be latitude,longitude") from None
    return point(place, text)


def _say(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    """A record as plain data; TypeError for anything else."""
    if isinstance(value, Plan):
        return value.to_json()
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} is no answer")
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Turn):
        found["kind"] = value.kind
    return found
