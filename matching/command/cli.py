"""The command line: one sub-command per question.

Bad input is one line on stderr and exit code 2; nothing is written.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

from matching.check import check
from matching.command.ask import add_commands
from matching.command.flags import MOST_WORKERS, Parser, chance, count, seconds, share, words
from matching.command.opening import opened, say
from matching.formats.files import read_plan, write_json
from matching.formats.schema import SCHEMAS, schema
from matching.plan import PlanError
from matching.problem import ProblemError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 fine, 1 the plan breaks a rule, 2 bad input)."""
    arguments = parser().parse_args(words(sys.argv[1:] if argv is None else argv))
    try:
        return arguments.run(arguments)
    except (ProblemError, PlanError) as error:
        say(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}")
    return 2


def parser() -> argparse.ArgumentParser:
    """Every command and its options."""
    top = Parser(prog="python -m matching", description="Match volunteers, sessions and families.")
    commands = top.add_subparsers(required=True, metavar="command")
    _check(
        _command(
            commands,
            "check",
            run_check,
            "list every broken rule of a plan and its cost; exit 1 if it breaks one",
        )
    )
    _solve(
        _command(
            commands,
            "solve",
            run_solve,
            "find the best plan and how far at most it is from the best possible",
        )
    )
    _bench(
        commands.add_parser(
            "bench", help="measure the search beside flat programs of HiGHS and CP-SAT"
        )
    )
    _simulate(commands.add_parser("simulate", help="what plans come to when people may say no"))
    shape = commands.add_parser("schema", help="print the JSON Schema of a format")
    shape.set_defaults(run=run_schema)
    shape.add_argument("format", choices=SCHEMAS)
    add_commands(lambda name, run, says: _command(commands, name, run, says))
    return top


def _command(
    commands: argparse._SubParsersAction[Parser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    says: str,
) -> argparse.ArgumentParser:
    """One command that reads a problem."""
    command = commands.add_parser(name, help=says, description=says)
    command.set_defaults(run=run)
    command.add_argument("problem", help="matching-problem/1 or 2, .gz allowed")
    command.add_argument(
        "--lenient",
        action="store_true",
        help="a field that the format does not know is a note, not an error",
    )
    return command


def _check(command: argparse.ArgumentParser) -> None:
    command.add_argument("plan", help="matching-plan/1, .gz allowed")


def _solve(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", required=True, help="where to write the plan, .gz allowed")
    command.add_argument(
        "--seconds",
        type=seconds,
        default=30.0,
        help="when to stop, reading and writing included (default 30)",
    )
    command.add_argument(
        "--gap",
        type=share,
        default=0.0,
        help="stop when the plan is proven within this share of the best, 0.0005 is 0.05 %%",
    )
    command.add_argument("--seed", type=count(0), default=0)
    command.add_argument(
        "--workers",
        type=count(1, MOST_WORKERS),
        default=2,
        help="child processes that solve (default 2)",
    )
    command.add_argument("--start", help="a plan to begin from")
    command.add_argument(
        "--progress",
        choices=["line", "json", "none"],
        help="default: a line on a terminal, else nothing",
    )


def _bench(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=run_bench)
    command.add_argument(
        "problems",
        nargs="*",
        help="problem files; none: generated ones of the sizes town, county, city",
    )
    command.add_argument(
        "--seconds", type=seconds, default=45.0, help="for the search (default 45)"
    )
    command.add_argument(
        "--flat-seconds",
        type=seconds,
        default=120.0,
        help="for each flat program, 0 to leave them out (default 120)",
    )
    command.add_argument("--seed", type=count(0), default=1)
    command.add_argument("--workers", type=count(1, MOST_WORKERS), default=2)
    command.add_argument("--course", help="write cost and bound over time to this file")


def _simulate(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=run_simulate)
    command.add_argument("problems", nargs="*", help="problem files; none: generated small towns")
    command.add_argument(
        "--seeds", type=count(1), default=10, help="months, or answers to a file's"
    )
    command.add_argument(
        "--levels", type=chance, nargs="+", help="how many say yes (default 0.5 0.7 0.85)"
    )
    command.add_argument("--rounds", type=count(1, 9), default=2, help="of asking (default 2)")
    command.add_argument(
        "--seconds", type=seconds, default=10.0, help="for each plan at most (default 10)"
    )


def run_solve(arguments: argparse.Namespace) -> int:
    """Solve, write the plan, print its verdict in one line."""
    from matching.command.solve import solve_file

    return solve_file(arguments)


def run_bench(arguments: argparse.Namespace) -> int:
    """Print the machine and the table of figures."""
    from matching.command.bench import machine, run, table

    print(machine(), end="\n\n", flush=True)
    lines = list(
        run(
            arguments.problems,
            arguments.seconds,
            arguments.flat_seconds,
            arguments.workers,
            arguments.seed,
        )
    )
    print(table(lines))
    if arguments.course:
        write_json(arguments.course, {line.name: line.course for line in lines})
    return 0


def run_simulate(arguments: argparse.Namespace) -> int:
    """Print the machine and the table."""
    from matching.command.bench import machine
    from matching.command.simulate import simulated

    print(machine(), end="\n\n", flush=True)
    levels = arguments.levels or (0.5, 0.7, 0.85)
    a = arguments
    for line in simulated(a.problems, levels, a.seeds, a.seconds, a.rounds):
        print(line, flush=True)
    return 0


def run_schema(arguments: argparse.Namespace) -> int:
    """Print what an editor or another program may check a file by before it is handed in."""
    print(json.dumps(schema(arguments.format), indent=1))
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Print the verdict as JSON, with the first 50 violations."""
    verdict = check(opened(arguments.problem, arguments.lenient), read_plan(arguments.plan))
    shown = [{"rule": v.rule, **v.facts} for v in verdict.violations[:50]]
    out = {
        "violations": shown,
        "violation_count": len(verdict.violations),
        "cost": verdict.cost,
        "total": verdict.total,
        "facts": asdict(verdict.facts),
    }
    print(json.dumps(out, ensure_ascii=False, indent=1))
    return 0 if verdict.sound else 1
