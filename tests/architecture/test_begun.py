"""Whether a session has begun or is over is asked of the policy alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import ROOT

ASKS = {
    "backend/rota/policy.py",  # the policy itself
    "backend/demo/operations/recent.py",  # a drawn plan of the demo, not yet a session
    "backend/rota/operations/sessions.py",  # a time that somebody types, not yet a session's
    "backend/bookings/queries/finding.py",  # a span that an index reads, prepared once
    "backend/bookings/queries/instead.py",  # a span that an index reads
}
MOMENTS = ("now", "moment")
ENDS = tuple(f"{of}_at__{how}" for of in ("starts", "ends") for how in ("gt", "gte", "lt", "lte"))


def is_now(node: ast.expr) -> bool:
    """`now`, `self.now`, what an event's `at` says, or a clock that is read on the spot."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).rsplit(".", 1)[-1] in MOMENTS
    if isinstance(node, ast.Attribute):
        return node.attr in (*MOMENTS, "at")
    return isinstance(node, ast.Name) and node.id in MOMENTS


def is_end(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("starts_at", "ends_at")


def asked_by_hand(text: str) -> Iterator[int]:
    """The lines that compare the start or the end of a session with this moment."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.keyword) and (node.arg or "").endswith(ENDS) and is_now(node.value):
            yield node.value.lineno
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if len(sides) == 2 and any(map(is_end, sides)) and any(map(is_now, sides)):
                yield node.lineno


def test_begun_and_over_are_asked_in_one_place() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sorted(Path(ROOT, "backend").rglob("*.py"))
        if (lines := list(asked_by_hand(path.read_text())))
    }
    assert {path: lines for path, lines in found.items() if path not in ASKS} == {}
    assert found.keys() == ASKS  # none is excused for nothing


def test_each_way_of_asking_by_hand_is_found() -> None:
    for line in (
        "rows.filter(session__starts_at__gt=now)",
        "Q(ends_at__lte=moment)",
        "session.ends_at <= now",
        "now < row.session.starts_at",
        "session.starts_at <= clock.now()",
        "rows.filter(ends_at__lte=timezone.now())",
        "self.now < row.session.starts_at",
        "it.at >= session.ends_at",
    ):
        assert list(asked_by_hand(line)) == [1], line
    for line in ("rows.filter(starts_at__gt=now - LATE)", "has_begun(session, now)"):
        assert list(asked_by_hand(line)) == []
