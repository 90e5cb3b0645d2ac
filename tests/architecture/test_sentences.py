"""No operation, policy or query says anything, by itself or through gettext: a row would keep one
language's sentence for every reader. It names a state or raises a refusal with data, and
`backend/words` says it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import Module, modules

SILENT = re.compile(r"^backend/\w+/(operations|policy|queries)(/|\.py$)")
SPEAKS = ("django.utils.translation.gettext", "django.utils.translation.ngettext")
SPEAKS += ("django.utils.translation.pgettext", "django.utils.translation.npgettext")


def speaking(module: Module) -> list[str]:
    """Where a module that must be silent takes a sentence for itself."""
    if not SILENT.match(module.path):
        return []
    whole = ("django.utils.translation", "django.utils")
    found = []
    for line, name in module.imports():
        if name.startswith(SPEAKS) or name in whole or name == "django.utils.translation.*":
            found.append(f"{module.path}:{line} {name}")
    return found


# A text of ours in Chinese that is kept or handed on as it is: why whoever reads it reads Chinese.
IN_CHINESE = {
    "backend/cases/operations/working.py": "the title of a session is what a coordinator writes",
    "backend/pairs/operations/correcting.py": "a reason in the chain of her hours, as one is typed",
    "backend/pairs/operations/meeting.py": "the title of a session is what a coordinator writes",
    "backend/proofs/policy.py": "the title of a paper, which is never translated",
    "backend/proofs/queries/reporting.py": "columns of the state's own form",
    "backend/rights/operations/volunteers.py": "what stands on sheets where a name was",
}
DEMO = "backend/demo/"  # invented people
HAN = re.compile("[\u4e00-\u9fff]")


def in_chinese(module: Module) -> list[str]:
    """Texts with Chinese characters in a module that must be silent; a docstring is none."""
    if not SILENT.match(module.path) or module.path.startswith(DEMO):
        return []
    said = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    return [
        f"{module.path}:{node.lineno} {node.value}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if HAN.search(node.value) and id(node) not in said
    ]


def test_no_operation_policy_or_query_keeps_a_sentence() -> None:
    found = {module.path: in_chinese(module) for module in modules("backend")}
    assert [path for path, texts in found.items() if texts and path not in IN_CHINESE] == []
    assert [path for path in IN_CHINESE if not found[path]] == [], "a reason for nothing"


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("backend/visits/operations/x.py", 'OFF = "这一家取消了上门"', 1),
        ("backend/visits/operations.py", 'def f(day):\n    return f"{day} 取消"', 1),
        ("backend/rota/queries/x.py", 'def f(name="茉莉"):\n    "中文"', 1),
        ("backend/rota/policy.py", '"福州市"\nOFF = "off"  # 取消', 0),
        ("backend/demo/operations/x.py", 'OFF = "取消"', 0),
        ("backend/words/x.py", 'OFF = "取消"', 0),
    ],
)
def test_it_finds_a_kept_sentence(path: str, text: str, found: int) -> None:
    assert len(in_chinese(Module(path, text, ast.parse(text)))) == found


def test_no_operation_policy_or_query_says_a_sentence() -> None:
    silent = [module for module in modules("backend") if SILENT.match(module.path)]
    assert len(silent) > 50
    assert [found for module in silent for found in speaking(module)] == []


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("backend/rights/operations/x.py", "from django.utils.translation import gettext as _", 1),
        ("backend/rights/operations.py", "from django.utils.translation import gettext_lazy", 1),
        ("backend/rota/policy.py", "import django.utils.translation", 1),
        ("backend/rota/policy/x.py", "from django.utils import translation", 1),
        (
            "backend/rota/queries/x.py",
            "def f():\n from django.utils.translation import ngettext",
            1,
        ),
        ("backend/rota/operations/x.py", "from django.utils.translation import get_language", 0),
        ("backend/words/x.py", "from django.utils.translation import gettext", 0),
    ],
)
def test_it_finds_one(path: str, text: str, found: int) -> None:
    assert len(speaking(Module(path, text, ast.parse(text)))) == found
