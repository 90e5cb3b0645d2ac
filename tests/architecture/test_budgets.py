"""Size budgets: a file is one thing, a function fits on a screen. An exception needs a reason here."""
from __future__ import annotations

import ast
import re

from tests.architecture.source import ROOT, files, modules

MODULE, FUNCTION, TEMPLATE, ASSET = 250, 40, 120, 200
REASONS: dict[str, str] = {
    "matching/reading.py": "one reader per record of the format; in two files the format would be in two places",
}


def over(path: str, length: int, limit: int) -> bool:
    return length > limit and path not in REASONS


def test_modules_are_short() -> None:
    assert [f"{m.path}: {n}" for m in modules("backend", "matching", "scheduler") if over(m.path, n := m.text.count("\n"), MODULE)] == []


def test_functions_fit_on_a_screen() -> None:
    found = []
    for module in modules("backend", "matching", "scheduler"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if over(f"{module.path}:{node.name}", length, FUNCTION):
                    found.append(f"{module.path}:{node.lineno} {node.name}: {length}")
    assert found == []


def test_templates_and_assets_are_short() -> None:
    found = []
    for path, limit in [(p, TEMPLATE) for p in files("frontend_templates/*.html")] + [
        (p, ASSET) for p in files("frontend_templates/static/*") if p.endswith((".css", ".js")) and "/vendor/" not in p
    ]:
        length = (ROOT / path).read_text(encoding="utf-8").count("\n")
        if over(path, length, limit):
            found.append(f"{path}: {length}")
    assert found == []


def test_every_reason_still_names_something() -> None:
    assert [entry for entry in REASONS if not (ROOT / entry.split(":")[0]).exists()] == []


def test_no_test_is_skipped_without_a_reason() -> None:
    bare = re.compile(r"pytest\.(skip|xfail)\(\s*\)|mark\.(skip|xfail)(\(\s*\))?\s*$|mark\.skipif\((?!.*reason)")
    found = []
    for path in files("tests/*.py"):
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        found += [f"{path}:{number}" for number, line in enumerate(lines, 1) if bare.search(line)]
    assert found == []
