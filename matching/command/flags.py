"""What a flag may say. Whatever it may not is one line on stderr and exit code 2."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from matching.command.opening import say

MOST_WORKERS = 256  # each is a process; more than any machine has use for
NUMBER = re.compile(r"-\.?[0-9]")


class Parser(argparse.ArgumentParser):
    """Complains in one line, without the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        say(f"{message} (see {self.prog} --help)")
        raise SystemExit(2)


def words(argv: Sequence[str]) -> list[str]:
    """The command line, so that a value such as -26.05,119.3 or -1 is a value and no flag."""
    return [f" {word}" if NUMBER.match(word) else word for word in argv]


def count(low: int, high: int | None = None) -> Callable[[str], int]:
    """A whole number of at least `low`, and at most `high`."""
    wanted = f"{low} or more" if high is None else f"{low} to {high}"

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if value < low or (high is not None and value > high):
            raise argparse.ArgumentTypeError(
                f"must be a whole number, {wanted}, not {text.strip()!r}"
            )
        return value

    return read


def seconds(text: str) -> float:
    """A span of time; 0 is none."""
    return _number(text, "a number of seconds, 0 or more")


def share(text: str) -> float:
    """A share of the cost."""
    return _number(text, "a share, 0 or more: 0.0005 is 0.05 %")


def chance(text: str) -> float:
    """How likely something is, neither certain nor impossible."""
    value = _number(text, "above 0 and below 1")
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"must be above 0 and below 1, not {text.strip()!r}")
    return value


def _number(text: str, wanted: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"must be {wanted}, not {text.strip()!r}")
    return value
