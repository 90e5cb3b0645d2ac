"""`make measure`: how dense the house is, as a page.

The budgets (`test_budgets.py`) say what may not be passed; this says where the house stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.architecture import test_budgets as budgets
from tests.architecture.circles import circles
from tests.architecture.circles import house as arrows_of
from tests.architecture.counting import branches, columns, nested, packed, ternaries, tokens
from tests.architecture.source import ROOT, Module, files, modules

HOUSE = ("backend", "matching", "scheduler")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def spread(values: Sequence[int]) -> str:
    """The middle one, the one that 95 of 100 are below, and the largest."""
    ranked = sorted(values)
    middle = ranked[len(ranked) // 2]
    return f"{middle}/{ranked[len(ranked) * 95 // 100]}/{ranked[-1]}"


@dataclass(frozen=True)
class House:
    """Some modules as a whole."""

    modules: tuple[Module, ...]

    @cached_property
    def lines(self) -> list[str]:
        return [line for module in self.modules for line in module.text.splitlines()]

    @cached_property
    def at(self) -> dict[str, list[int]]:
        """The lines of every module's tokens."""
        return {module.path: tokens(module.text) for module in self.modules}

    @cached_property
    def functions(self) -> list[tuple[Module, Function]]:
        return [
            (module, node)
            for module in self.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    def lengths(self) -> list[int]:
        return [(node.end_lineno or 0) - node.lineno + 1 for _, node in self.functions]

    def said(self) -> list[int]:
        """The tokens of every function."""
        found = []
        for module, node in self.functions:
            last = node.end_lineno or node.lineno
            found.append(sum(node.lineno <= line <= last for line in self.at[module.path]))
        return found

    def a_thousand(self, habit: Callable[[ast.AST], list[int]]) -> str:
        """How often a habit is met in a thousand lines."""
        found = sum(len(habit(module.tree)) for module in self.modules)
        return f"{1000 * found / len(self.lines):.1f}"

    def share(self, sample: Sequence[bool]) -> str:
        return f"{100 * sum(sample) / len(sample):.0f} %"

    def documented(self) -> str:
        """Public functions and classes with a docstring."""
        classes = [
            node
            for module in self.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef)
        ]
        functions = [node for _, node in self.functions]
        said = [
            self.share([bool(ast.get_docstring(node)) for node in nodes if node.name[0] != "_"])
            for nodes in (functions, classes)
        ]
        return " / ".join(said)


def anys(tree: ast.AST) -> list[int]:
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return [node.lineno for node in named if node.id == "Any"]


def rows(house: House) -> dict[str, str]:
    sizes = [len(lines) for lines in house.at.values()]
    widths = [columns(line) for line in house.lines if line.strip()]
    comments = [line.lstrip().startswith("#") or "  # " in line for line in house.lines]
    ignores = sum("# type: ignore" in line for line in house.lines)
    said = house.said()
    ways = [branches(node) for _, node in house.functions]
    annotated = [node.returns is not None for _, node in house.functions]
    return {
        "files · lines · thousand tokens": (
            f"{len(sizes)} · {len(house.lines)} · {sum(sizes) / 1000:.0f}"
        ),
        "tokens a line": f"{sum(sizes) / len(house.lines):.1f}",
        "columns of a line; over 100": f"{spread(widths)}; {sum(wide > 100 for wide in widths)}",
        "lines of a function": spread(house.lengths()),
        "tokens of a function; over 350": f"{spread(said)}; {sum(n > 350 for n in said)}",
        "branches of a function": spread(ways),
        "tokens of a module": spread(sizes),
        "packed assignments a thousand lines": house.a_thousand(packed),
        "nested comprehensions a thousand lines": house.a_thousand(nested),
        "ternaries a thousand lines": house.a_thousand(ternaries),
        "Any a thousand lines · type-ignores": f"{house.a_thousand(anys)} · {ignores}",
        "returns annotated": house.share(annotated),
        "docstring: functions / classes": house.documented(),
        "comments in 100 lines": f"{100 * sum(comments) / len(comments):.1f}",
        "files that import each other in a circle": str(
            sum(map(len, circles(arrows_of(house.modules))))
        ),
    }


def templates() -> str:
    """Bytes of a line; the share of lines over 120."""
    pages = [(ROOT / path).read_bytes() for path in files("frontend_templates/*.html")]
    return bytes_a_line(pages)


def styles() -> str:
    pages = [(ROOT / path).read_bytes() for path in files("frontend_templates/static/css/*.css")]
    return bytes_a_line(pages)


def bytes_a_line(texts: Sequence[bytes]) -> str:
    lines = [line for text in texts for line in text.splitlines()]
    wide = sum(len(line) > 120 for line in lines)
    return f"{sum(map(len, texts)) / len(lines):.0f}; {100 * wide / len(lines):.1f} %"


def tests_beside(house: House) -> str:
    """Test functions; their tokens beside those of the house; uses of a mock."""
    checks = House(modules("tests"))
    functions = sum(node.name.startswith("test_") for _, node in checks.functions)
    share = sum(map(len, checks.at.values())) / sum(map(len, house.at.values()))
    mocks = sum(
        len(re.findall(r"\bmonkeypatch\.|\bMock\(", module.text)) for module in checks.modules
    )
    return f"{functions} · {share:.2f} · {mocks}"


PAGE = ROOT / "docs" / "reference" / "measured.md"
HEAD = """# How dense the code is

Written by `make measure`. Tests of `tests/architecture` fail where the last column is passed, but
for what `test_budgets.py` names with the reason. Three figures are the middle one, the
one that 95 of 100 are below, and the largest; tokens are names, numbers, operators and texts.

| | house | matching | wanted |
| --- | --- | --- | --- |
"""
WANTED = {
    "tokens a line": f"at most {budgets.TOKENS_A_LINE:g}",
    "columns of a line; over 100": f"at most {budgets.COLUMNS}",
    "lines of a function": f"at most {budgets.FUNCTION_LINES}",
    "tokens of a function; over 350": f"at most {budgets.FUNCTION_TOKENS}",
    "branches of a function": f"at most {budgets.FUNCTION_BRANCHES}",
    "tokens of a module": f"at most {budgets.MODULE_TOKENS}",
    "Any a thousand lines · type-ignores": f"Any: at most {budgets.ANYS_A_THOUSAND_LINES:g}",
    "files that import each other in a circle": "none",
}


def main() -> None:
    house = House(modules(*HOUSE))
    engine = rows(House(modules("matching")))
    page = HEAD
    for name, value in rows(house).items():
        page += f"| {name} | {value} | {engine[name]} | {WANTED.get(name, '')} |\n"
    page += (
        f"| tests: functions · tokens a token of the house · mocks | {tests_beside(house)} | | |\n"
    )
    wanted = f"at most {budgets.TEMPLATE_BYTES_A_LINE}"
    page += f"| template bytes a line; over 120 | {templates()} | | {wanted} |\n"
    page += f"| CSS bytes a line; over 120 | {styles()} | | |\n"
    PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
