"""One word per thing: no noun goes by another name in another file, and no word that was given up
comes back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

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


# Two classes of one name: why whoever reads the name in either place reads the same.
TWICE = {
    **dict.fromkeys(
        ("Volunteer", "Session", "Shift", "Request"), "the same, as a row and in a problem"
    ),
    "Command": "Django's, one a file of its own name",
    "Stream": "the numbers of all streams, and who hears one kind of them",
}


def classes(all_modules: Iterable[Module]) -> dict[str, list[str]]:
    """Name → the files in which a public class of that name stands."""
    found: dict[str, list[str]] = {}
    for module in all_modules:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(module.path)
    return found


def test_a_name_means_one_class() -> None:
    found = classes(modules("backend", "matching", "scheduler"))
    twice = {name: paths for name, paths in found.items() if len(paths) > 1}
    assert {name: paths for name, paths in twice.items() if name not in TWICE} == {}
    assert set(TWICE) == set(twice) & set(TWICE), "a reason for nothing"


def test_a_name_of_two_classes_is_found() -> None:
    text = "class Row: ...\nclass _Row: ...\n"
    module = Module("backend/rota/example.py", text, ast.parse(text))
    assert classes([module, module]) == {"Row": ["backend/rota/example.py"] * 2}


# Operations of one name in two apps: why whoever imports either does the whole of it.
SAME_OPERATION: dict[str, str] = {}
OPERATIONS = re.compile(r"^backend/(?!demo/)\w+/operations(/|\.py$)")


def operations_of(all_modules: Iterable[Module]) -> dict[str, list[str]]:
    """Name → the files in which a public operation of that name stands. One that does the whole of
    another and more has a name of its own: who imports the lower by mistake leaves half undone."""
    found: dict[str, list[str]] = {}
    for module in all_modules:
        for node in module.tree.body if OPERATIONS.match(module.path) else ():
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if "operation" in [ast.unparse(one) for one in node.decorator_list]:
                found.setdefault(node.name, []).append(module.path)
    return found


def test_a_name_means_one_operation() -> None:
    found = operations_of(modules("backend"))
    assert len(found) > 100
    twice = {name: paths for name, paths in found.items() if len(paths) > 1}
    assert {name: paths for name, paths in twice.items() if name not in SAME_OPERATION} == {}
    assert set(SAME_OPERATION) <= set(twice), "a reason for nothing"


def test_a_name_of_two_operations_is_found() -> None:
    text = "@operation\ndef correct(): ...\n@operation\ndef _row(): ...\ndef helps(): ...\n"
    paths = ["backend/families/operations.py", "backend/visits/operations/x.py"]
    paths += ["backend/visits/queries.py", "backend/demo/operations/x.py"]
    found = operations_of(Module(path, text, ast.parse(text)) for path in paths)
    assert found == {"correct": paths[:2]}


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


def unnamed_fragments(module: Module) -> list[str]:
    """Views that show nothing but a part of a page, whose template begins with "_", and are not
    called so."""
    found = []
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        decorators = [ast.unparse(one) for one in node.decorator_list]
        if not decorators or "require_POST" in decorators:
            continue
        calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
        named = [ast.unparse(one.func) for one in calls]
        shown = [
            one.args[1].value
            for one in calls
            if ast.unparse(one.func) == "render" and isinstance(one.args[1], ast.Constant)
        ]
        parts = [str(name).rsplit("/", 1)[-1].startswith("_") for name in shown]
        elsewhere = any(name.endswith(("redirect", "see_other")) for name in named)
        if parts and all(parts) and not elsewhere and not node.name.endswith("_fragment"):
            found.append(f"{module.path}:{node.lineno} {node.name}")
    return found


def test_a_view_of_a_part_of_a_page_is_called_a_fragment() -> None:
    sides = modules("backend/web/coordinator", "backend/web/family", "backend/web/volunteer")
    assert [found for module in sides for found in unnamed_fragments(module)] == []


def test_a_fragment_that_is_called_otherwise_is_found() -> None:
    text = """
@coordinator
def answers_list(request):
    return render(request, "coordinator/_answers.html", {})

@coordinator
def answers_fragment(request):
    return render(request, "coordinator/_answers.html", {})

@coordinator
def answers(request):
    return render(request, "coordinator/answers.html", {})
"""
    module = Module("backend/web/coordinator/x.py", text, ast.parse(text))
    assert unnamed_fragments(module) == ["backend/web/coordinator/x.py:3 answers_list"]


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
