"""No operation, policy or query says anything: a row would keep one language's sentence for every
reader. It names a state or raises a refusal with data, and `backend/words` says it."""

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
