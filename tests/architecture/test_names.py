"""One word per thing: no noun goes by another name in another file, and no word that was given up
comes back."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import Module, modules

# A class of a library that is extended under its own name, or meets one of ours.
RENAMED = {"FileLoader", "FormField", "AllauthLoginForm"}


def renamed(module: Module) -> list[str]:
    """Classes that the file imports under another name."""
    return [
        f"{module.path}:{node.lineno} {alias.name} as {alias.asname}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname and alias.asname != alias.name and alias.name[0].isupper()
        if alias.asname not in RENAMED
    ]


def test_a_noun_has_one_name() -> None:
    assert [
        found for m in modules("backend", "matching", "scheduler") for found in renamed(m)
    ] == []


def test_another_name_for_a_noun_is_found() -> None:
    text = "from matching import Request as Wish\nfrom matching import Plan as Plan\n"
    module = Module("backend/rota/example.py", text, ast.parse(text))
    assert renamed(module) == ["backend/rota/example.py:1 Request as Wish"]


def clocks(module: Module) -> list[str]:
    """Lines that import the reading of the clock by itself: a test that stops the clock at
    `clock.now` would not stop it there."""
    return [
        f"{module.path}:{node.lineno}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "backend.common.clock"
        if any(alias.name == "now" for alias in node.names)
    ]


def test_the_clock_is_read_in_one_way() -> None:
    assert [found for m in modules("backend", "scheduler") for found in clocks(m)] == []


def test_another_way_to_read_the_clock_is_found() -> None:
    text = "from backend.common.clock import local_day, now\n"
    module = Module("backend/rota/example.py", text, ast.parse(text))
    assert clocks(module) == ["backend/rota/example.py:1"]


# Given up for the words of docs/reference/glossary.md: excerpt, lineup, pool, task, checkpoints.
RETIRED = {"corner", "corners", "crew", "crews", "parcel", "parcels", "diary", "errand", "errands"}
WORD = re.compile(r"[A-Z]?[a-z]+")


def retired(module: Module) -> list[str]:
    """Names that the file gives to something and that hold a word that was given up."""
    names: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return sorted(
        f"{module.path} {name}"
        for name in names
        if RETIRED & {word.lower() for word in WORD.findall(name)}
    )


def test_a_word_that_was_given_up_stays_away() -> None:
    assert [
        found for m in modules("backend", "matching", "scheduler") for found in retired(m)
    ] == []


def test_a_word_that_was_given_up_is_found() -> None:
    text = "class RemoteCrew: ...\ndef f(corner): ...\nscore = 1\n"
    module = Module("backend/rota/example.py", text, ast.parse(text))
    assert retired(module) == [
        "backend/rota/example.py RemoteCrew",
        "backend/rota/example.py corner",
    ]
