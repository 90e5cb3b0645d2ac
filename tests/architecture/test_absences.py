"""What is not there, on purpose (ARCHITECTURE.md, "Absences")."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import ROOT, Module, files, modules

SHELVES_THAT_WRITE = (
    "operations",
    "admin",
    "management",
    "sealing",
    "record",
    "access",
    "idempotency",
)


def calls(module: Module) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            found.append((node.lineno, ast.unparse(node.func)))
    return found


def lines_with(pattern: str, paths: tuple[str, ...]) -> list[str]:
    wanted = re.compile(pattern)
    found = []
    for path in paths:
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1):
            if wanted.search(line):
                found.append(f"{path}:{number} {line.strip()[:90]}")
    return found


def test_no_model_signal_receivers() -> None:
    assert (
        lines_with(
            r"\b(pre_init|post_init|pre_save|post_save|pre_delete|post_delete|m2m_changed)\.connect|@receiver\(",
            files("backend/*.py") + files("scheduler/*.py"),
        )
        == []
    )


def test_no_drawer_for_everything() -> None:
    names = {"utils.py", "helpers.py", "misc.py", "exceptions.py"}
    assert [p for p in files("*.py") if p.rsplit("/", 1)[-1] in names] == []


def test_operations_rules_and_policy_are_handed_the_time() -> None:
    found = []
    for module in modules("backend", "matching"):
        if re.search(r"/(operations|policy|rules)(/|\.py)", module.path):
            found += [
                f"{module.path}:{line} {name}"
                for line, name in calls(module)
                if re.search(r"(^|\.)(now|today|utcnow)$", name)
            ]
    assert found == []


def test_views_tasks_and_consumers_write_nothing_themselves() -> None:
    found = []
    for module in modules("backend/web", "backend/live", "scheduler"):
        if any(shelf in module.path for shelf in SHELVES_THAT_WRITE):
            continue
        for line, name in calls(module):
            if re.search(
                r"\.objects\.(create|bulk_create|update_or_create|get_or_create)$|\.objects\..*\.(update|delete)$",
                name,
            ):
                found.append(f"{module.path}:{line} {name}")
    assert found == []


def test_what_is_asked_and_done_knows_nothing_of_pages() -> None:
    """A message, an import or an interface asks the same questions without a page."""
    http = ("django.http", "django.shortcuts", "django.core.exceptions.PermissionDenied")
    found = []
    for module in modules("backend"):
        if not re.search(r"^backend/access/|/(operations|queries|policy)(/|\.py)", module.path):
            continue
        found += [
            f"{module.path}:{line} {name}"
            for line, name in module.imports()
            if name.startswith(http)
        ]
    assert found == []


def test_no_inline_style_or_script_in_templates() -> None:
    pages = tuple(p for p in files("frontend_templates/*.html") if "/emails/" not in p)
    assert (
        lines_with(
            r"\sstyle=\"|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")|\son[a-z]+=\"|hx-on|javascript:",
            pages,
        )
        == []
    )


def test_the_project_names_no_registry_and_no_machine() -> None:
    forbidden = r"py[p]i\.org|python[h]osted|registry\.n[p]mjs|/wor[k]/|/roo[t]/"
    paths = tuple(p for p in files("*") if not p.endswith((".png", ".gz", ".mo", ".ico")))
    assert lines_with(forbidden, paths) == []
