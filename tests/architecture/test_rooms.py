"""The rooms of `matching`: which stand above which, no circle, and one public door."""

from __future__ import annotations

import ast
import subprocess
import sys

import matching
from tests.architecture.circles import circles, house
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


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(house(modules("backend", "matching", "scheduler"))) == []


def test_a_circle_is_seen() -> None:
    imports = {"a": "import b", "b": "def f():\n    import c", "c": "if x:\n    import b", "d": ""}
    made = [Module(f"{name}.py", text, ast.parse(text)) for name, text in imports.items()]
    assert circles(house(made)) == [("b", "c")]


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
