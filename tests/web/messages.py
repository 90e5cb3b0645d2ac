"""Every sentence that pages and code ask gettext for: what the English catalogue has to hold."""

from __future__ import annotations

import ast
import re

from django.utils.translation.template import templatize

from backend.web.templates import joined
from tests.architecture.source import ROOT, files, modules

SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
STRING = r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(_|gettext|ngettext)\(\s*{STRING}")


def asked_by_code() -> dict[str, str]:
    """Sentence → where it stands, for every literal that Python hands to gettext."""
    found: dict[str, str] = {}
    for module in modules("backend"):
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in SINGULAR | PLURAL
                and node.args
            ):
                for text in _literals(node.args[0]):
                    found[text] = f"{module.path}:{node.lineno}"
    return found


def asked_by_templates() -> dict[str, str]:
    """Sentence → template. Django's own reader of templates turns them into calls of gettext."""
    found: dict[str, str] = {}
    for path in files("frontend_templates/*.html"):
        code = templatize(joined((ROOT / path).read_text("utf-8")))
        for _function, quoted in CALL.findall(code):
            found[str(ast.literal_eval(quoted))] = path
    return found


def _literals(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _literals(node.body) + _literals(node.orelse)
    return []
