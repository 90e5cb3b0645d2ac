"""The rooms of `matching`: which stand above which, no circle, and one public door."""

from __future__ import annotations

import ast
import subprocess
import sys

import matching
from tests.architecture.source import ROOT, Module, modules

# From the ground up: a room may import those before it. Modules at the top of `matching` are rooms
# of their own; what only the type checker reads, and what a function loads when it is called, is
# no arrow.
ROOMS = (
    "plan",
    "agreements",
    "problem",
    "presets",
    "chances",
    "travel",
    "tally",
    "forecast",
    "rules",
    "cost",
    "check",
    "formats",
    "progress",
    "stop",
    "result",
    "arrays",
    "program",
    "solvers",
    "search",
    "ask",
    "__init__",
    "command",
    "__main__",
)


FACES = {"matching/__init__.py"}  # hands on the names of all rooms


def room(path: str) -> str:
    """ "matching/rules/age.py" → rules, "matching/plan.py" → plan."""
    return path.split("/")[1].removesuffix(".py")


def at_import(module: Module) -> list[str]:
    """The modules of `matching` that are loaded together with this one."""
    found = []
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("matching."):
            found.append(str(node.module))
    return found


def test_every_room_is_listed_and_exists() -> None:
    assert {room(m.path) for m in modules("matching")} == set(ROOMS)


def arrows_up(module: Module) -> list[str]:
    """What a room imports that stands above it."""
    here = room(module.path)
    if here == "__init__":
        return []  # the public door opens onto all of them
    found = []
    for name in at_import(module):
        there = name.split(".")[1]
        if there != here and ROOMS.index(there) > ROOMS.index(here):
            found.append(f"{module.path} imports {name}")
    return found


def test_no_arrow_points_up() -> None:
    assert [line for module in modules("matching") for line in arrows_up(module)] == []


def test_an_arrow_that_points_up_is_seen() -> None:
    up = "from matching.search.search import Search\n"
    down = "from matching.plan import Plan\ndef f():\n    from matching.ask.repair import repair\n"
    path = "matching/rules/x.py"
    assert arrows_up(Module(path, up, ast.parse(up))) == [f"{path} imports matching.search.search"]
    assert arrows_up(Module(path, down, ast.parse(down))) == []


def circles(house: dict[str, set[str]]) -> list[tuple[str, ...]]:
    """Files that import each other in a loop, for the type checker and inside functions, too."""
    reached: dict[str, set[str]] = {}
    for file in house:
        todo = list(house[file])
        seen: set[str] = set()
        while todo:
            there = todo.pop()
            if there not in seen:
                seen.add(there)
                todo += house.get(there, ())
        reached[file] = seen
    tied = {file: {o for o in reached[file] if file in reached.get(o, ())} for file in house}
    return sorted({tuple(sorted(others)) for others in tied.values() if others})


def arrows(module: Module, known: set[str]) -> set[str]:
    """The modules of this project that a module names in an import."""
    named = {name for _, name in module.imports()}
    return {name if name in known else name.rpartition(".")[0] for name in named} & known


def test_no_files_import_each_other_in_a_circle() -> None:
    house = [one for one in modules("backend", "matching", "scheduler") if one.path not in FACES]
    names = {
        one.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): one
        for one in house
    }
    assert circles({name: arrows(one, set(names)) - {name} for name, one in names.items()}) == []


def test_a_circle_is_seen() -> None:
    house: dict[str, set[str]] = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}
    assert circles(house) == [("b", "c")]


def test_the_platform_comes_in_by_the_public_door() -> None:
    found = []
    for module in modules("backend", "scheduler"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("matching."):
                found.append(f"{module.path}:{node.lineno} imports {node.module}")
    assert found == []


def test_the_public_door_has_what_it_promises() -> None:
    assert [name for name in matching.__all__ if not hasattr(matching, name)] == []
    assert set(matching.LAZY) <= set(matching.__all__)


def test_data_rules_and_check_load_neither_numpy_nor_a_solver() -> None:
    code = "import sys, matching; sys.exit(bool({'numpy', 'ortools', 'django'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
