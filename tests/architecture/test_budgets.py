"""Size budgets: a file is one thing, a function fits on a screen.

Tokens, branches and columns are counted, never newlines: whoever counts newlines gets packed lines.
An exception needs a reason here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import pytest

from tests.architecture.counting import (
    branches,
    chained,
    columns,
    nested,
    packed,
    ternaries,
    tokens,
)
from tests.architecture.source import ROOT, files, modules

COLUMNS = 100
FUNCTION_TOKENS = 350
FUNCTION_LINES = 40
FUNCTION_BRANCHES = 22
MODULE_TOKENS = 3_300
TOKENS_A_LINE = 7.0
ANYS_A_THOUSAND_LINES = 5.0
NO_PAGES = (
    "matching/",
    "scheduler/",
    "backend/accounts/",
    "backend/common/",
    "backend/config/",
    "backend/demo/",
    "backend/launcher/",
    "backend/live/",
    "backend/outbox/",
    "backend/records/",
)
WRITTEN = (".py", ".html", ".css", ".js")
TEMPLATE_BYTES = 7_000
ASSET_BYTES = 8_000
TEMPLATE_BYTES_A_LINE = 45
REASONS: dict[str, str] = {
    "matching/formats/reading.py": "one reader per record of the format; in two files the format "
    "would be in two places",
}


def over(path: str, length: int, limit: int) -> bool:
    return length > limit and path not in REASONS


def test_modules_are_one_thing() -> None:
    found = []
    for module in modules("backend", "matching", "scheduler"):
        length = len(tokens(module.text))
        if over(module.path, length, MODULE_TOKENS):
            found.append(f"{module.path}: {length}")
    assert found == []


def test_functions_fit_on_a_screen() -> None:
    found = []
    for module in modules("backend", "matching", "scheduler"):
        at = tokens(module.text)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                last = node.end_lineno or node.lineno
                lines = last - node.lineno + 1
                length = sum(node.lineno <= line <= last for line in at)
                name = f"{module.path}:{node.name}"
                if over(name, length, FUNCTION_TOKENS) or over(name, lines, FUNCTION_LINES):
                    found.append(f"{name}: {length} tokens, {lines} lines")
    assert found == []


def test_a_text_with_holes_is_one_token_in_every_python() -> None:
    assert tokens("x = f'{a.b + f\"{c}\"} and {d}' + 'e'\n") == [1] * 5


def test_lines_breathe() -> None:
    """As in the code that we would like ours to be like: five to seven tokens a line."""
    said = lines = 0
    for module in modules("backend", "matching", "scheduler"):
        said += len(tokens(module.text))
        lines += module.text.count("\n")
    assert said / lines <= TOKENS_A_LINE


def test_functions_go_few_ways() -> None:
    found = []
    for module in modules("backend", "matching", "scheduler"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                ways = branches(node)
                if over(f"{module.path}:{node.name}", ways, FUNCTION_BRANCHES):
                    found.append(f"{module.path}:{node.name}: {ways} branches")
    assert found == []


@pytest.mark.parametrize(
    ("habit", "most"),
    [(packed, 0.4), (nested, 0.8), (ternaries, 9.0), (chained, 0.0)],
)
def test_a_reader_need_not_unpack(habit: Callable[[ast.AST], list[int]], most: float) -> None:
    """So many a thousand lines, at the most."""
    found = lines = 0
    for module in modules("backend", "matching", "scheduler"):
        found += len(habit(module.tree))
        lines += module.text.count("\n")
    assert found / lines * 1_000 <= most


def test_where_no_page_is_made_an_if_says_what_is_so() -> None:
    """A page chooses among words; elsewhere few answers are so short that one line holds both."""
    found = lines = 0
    for module in modules("backend", "matching", "scheduler"):
        if module.path.startswith(NO_PAGES):
            found += len(ternaries(module.tree))
            lines += module.text.count("\n")
    assert found / lines * 1_000 <= 9.0


def test_what_is_packed_is_seen() -> None:
    tree = ast.parse(
        "a, b = 1, 2\nc = [[x for x in y] for y in z]\nd = 1 if a else 2 if b else 3\n"
    )
    assert packed(tree) == [1]
    assert nested(tree) == [2]
    assert ternaries(tree) == [3, 3]
    assert chained(tree) == [3]


def test_no_line_is_wider_than_a_page() -> None:
    found = []
    for path in (*files("*.py"), *files("frontend_templates/*")):
        if "/migrations/" in path or "/vendor/" in path or not path.endswith(WRITTEN):
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if columns(line) > COLUMNS:
                found.append(f"{path}:{number}")
    assert found == []


def test_templates_and_assets_are_one_thing() -> None:
    found = []
    for path, limit in [(p, TEMPLATE_BYTES) for p in files("frontend_templates/*.html")] + [
        (p, ASSET_BYTES)
        for p in files("frontend_templates/static/*")
        if p.endswith((".css", ".js")) and "/vendor/" not in p
    ]:
        length = len((ROOT / path).read_bytes())
        if over(path, length, limit):
            found.append(f"{path}: {length}")
    assert found == []


def test_an_element_a_line() -> None:
    pages = [(ROOT / path).read_bytes() for path in files("frontend_templates/*.html")]
    lines = sum(page.count(b"\n") for page in pages)
    assert sum(map(len, pages)) / lines <= TEMPLATE_BYTES_A_LINE


def test_a_declaration_a_line() -> None:
    found = []
    for path in files("frontend_templates/static/css/*.css"):
        text = re.sub(r"/\*.*?\*/", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.S)
        found += [f"{path}: {line}" for line in text.splitlines() if line.count(";") > 1]
    assert found == []


def test_every_reason_still_names_something() -> None:
    assert [entry for entry in REASONS if not (ROOT / entry.split(":")[0]).exists()] == []


def without_reason(call: ast.expr) -> bool:
    """A skip, skipif or xfail that does not say why."""
    if isinstance(call, ast.Attribute):
        return call.attr in ("skip", "xfail", "skipif")
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr not in ("skip", "xfail", "skipif"):
        return False
    said = (
        call.args if call.func.attr == "skip" else [k for k in call.keywords if k.arg == "reason"]
    )
    return not said and not any(k.arg == "reason" for k in call.keywords)


def test_no_test_is_skipped_without_a_reason() -> None:
    found = []
    for module in modules("tests"):
        called = {id(node.func) for node in ast.walk(module.tree) if isinstance(node, ast.Call)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and id(node) in called:
                continue
            if (
                isinstance(node, ast.expr)
                and "pytest" in ast.unparse(node)
                and without_reason(node)
            ):
                found.append(f"{module.path}:{node.lineno}")
    assert found == []


def test_what_is_handed_on_has_a_type() -> None:
    """Behind `Any` the type checker sees no misspelt field."""
    named = lines = 0
    for module in modules("backend", "matching", "scheduler"):
        found = [node for node in ast.walk(module.tree) if isinstance(node, ast.Name)]
        named += sum(node.id == "Any" for node in found)
        lines += module.text.count("\n")
    assert 1000 * named / lines <= ANYS_A_THOUSAND_LINES
