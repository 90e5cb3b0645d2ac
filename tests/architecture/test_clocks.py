"""No test passes or fails by how long something took: that is the machine's, not the product's.

A deadline of a waiting loop is none (`assert time.monotonic() < deadline`); work is counted in
queries, calls and asks.
"""

from __future__ import annotations

import ast

from tests.architecture.source import Module, modules

MEASURING = ("tests/bench/", "tests/faults/", "tests/races/")  # reports, not tests
STOPWATCHES = {"process_time", "perf_counter", "thread_time"}
CLOCKS = STOPWATCHES | {"monotonic", "time"}


def names(node: ast.AST) -> set[str]:
    """The names of functions that are called anywhere inside."""
    called = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    return {
        one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in called
    }


def durations(module: Module) -> list[str]:
    """The lines on which a test asserts a difference of two moments, or uses a stopwatch."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assert):
            taken = [one for one in ast.walk(node.test) if isinstance(one, ast.BinOp)]
            wrong = any(isinstance(one.op, ast.Sub) and names(one) & CLOCKS for one in taken)
        else:
            wrong = isinstance(node, ast.Call) and bool(names(node) & STOPWATCHES)
        if wrong:
            found.append(f"{module.path}:{getattr(node, 'lineno', 0)}")
    return found


def test_no_test_asserts_how_long_something_took() -> None:
    tests = [one for one in modules("tests") if not one.path.startswith(MEASURING)]
    assert [line for one in tests for line in durations(one)] == []


def test_the_check_finds_what_it_forbids() -> None:
    text = "assert time.monotonic() - began < 3\nspent = process_time()\n"
    allowed = "assert time.monotonic() < deadline\nassert now() - began == 3\n"
    found = durations(Module("a.py", text + allowed, ast.parse(text + allowed)))
    assert found == ["a.py:1", "a.py:2"]
