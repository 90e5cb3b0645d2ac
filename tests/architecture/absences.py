"""What must not stand in the source, each as a question to one file: (path, text) → findings.

Kept apart from the test that asks them of the project, so that each can also be asked of a file
that breaks it on purpose: a guard that nobody has seen bite guards nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

Check = Callable[[str, str], list[str]]

SIGNALS = r"(pre_init|post_init|pre_save|post_save|pre_delete|post_delete|m2m_changed)"
WRITING = {"save", "asave", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
ROWS = {"create", "acreate", "update", "delete", "aupdate", "adelete"}
MAKERS = re.compile(r"\b(objects|_default_manager|_base_manager)\b")
# What is asked and done; a message, an import or an interface asks it without a page.
WITHOUT_PAGES = r"^backend/access/|^backend/.*/(operations|queries|policy)(/|\.py)"
HTTP = ("django.http", "django.shortcuts", "django.core.exceptions.PermissionDenied")
ONE_TRANSLATION = "backend/rota/snapshot/"
NOUNS = {"Problem", "Volunteer", "Session", "Shift", "Request"}
DRAWERS = {"utils.py", "helpers.py", "misc.py", "exceptions.py", "common.py"}
INLINE = (
    r"\sstyle=\""
    r"|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")"
    r"|\son[a-z]+=\"|hx-on|javascript:"
)


def calls(text: str) -> Iterator[tuple[int, str]]:
    """Every call with its line and what is called, as it is written."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def lines(pattern: str, path: str, text: str) -> list[str]:
    """The lines that a pattern matches."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(pattern, line):
            found.append(f"{path}:{number} {line.strip()[:90]}")
    return found


def signals(path: str, text: str) -> list[str]:
    """Receivers of model signals, connected or decorated."""
    return lines(rf"\b{SIGNALS}\.connect|@receiver\(", path, text)


def clocks(path: str, text: str) -> list[str]:
    """A clock inside rules, policy or operations."""
    if not re.search(r"/(operations|policy|rules)(/|\.py)", path):
        return []
    named = re.compile(
        r"(^|\.)(now|today|utcnow|localdate|localtime|time\.time|monotonic|time_ns)$"
    )
    return [f"{path}:{line} {name}" for line, name in calls(text) if named.search(name)]


def writes(path: str, text: str) -> list[str]:
    """A row made, changed or deleted by a page, a task or a consumer."""
    if not path.startswith(("backend/web/", "backend/live/", "scheduler/")):
        return []
    found = []
    for line, name in calls(text):
        last = name.rsplit(".", 1)[-1]
        rows = last in ROWS and (MAKERS.search(name) or last == "create")
        if "." in name and (last in WRITING or rows):
            found.append(f"{path}:{line} {name}")
    return found


def questions(path: str, text: str) -> list[str]:
    """A question to the tables in a page: it may fetch the row that its address or form names by
    its key (`pk`, `key`), or begin with none; everything else is a query's."""
    if not path.startswith("backend/web/"):
        return []
    tree = ast.parse(text)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Attribute) and node.attr == "objects"):
            continue
        names: set[str | None] = set()
        chain: ast.AST = node
        while isinstance(above.get(chain), (ast.Attribute, ast.Call)):
            chain = above[chain]
            if isinstance(chain, ast.Attribute):
                names.add(chain.attr)
            elif isinstance(chain, ast.Call):
                names |= {word.arg for word in chain.keywords}
        if not names & {"pk", "key", "none"}:
            found.append(f"{path}:{node.lineno} {ast.unparse(chain)[:90]}")
    return found


def drawers(path: str, text: str) -> list[str]:
    """A file for everything that found no place."""
    return [path] if path.rsplit("/", 1)[-1] in DRAWERS else []


def inline(path: str, text: str) -> list[str]:
    """Style or script inside a template."""
    if not path.endswith(".html") or "/emails/" in path:
        return []
    return lines(INLINE, path, text)


def frameworks(path: str, text: str) -> list[str]:
    """A web framework in the engine; a task queue or a solver in the pages' process."""
    if path.startswith("matching/"):
        shut = ("django", "channels", "celery", "redis", "backend", "scheduler")
    elif path.startswith("backend/"):
        shut = ("celery", "scheduler", "ortools")
    else:
        return []
    return [
        f"{path}:{line} imports {name}"
        for line, name in imports(text)
        if name.split(".")[0] in shut
    ]


def imports(text: str) -> Iterator[tuple[int, str]]:
    """Every imported name with its line, inside functions too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def http(path: str, text: str) -> list[str]:
    """A page's answer in what is asked or done."""
    if not re.search(WITHOUT_PAGES, path):
        return []
    return [f"{path}:{line} {name}" for line, name in imports(text) if name.startswith(HTTP)]


def upward(apps: list[str], wiring: tuple[str, ...], path: str, text: str) -> list[str]:
    """An app that imports one listed after it, or what composes them."""
    package = ".".join(path.split("/")[:2])
    if package not in apps:
        return []
    later = [*apps[apps.index(package) + 1 :], *wiring]
    return [
        f"{path}:{line} imports {name}"
        for line, name in imports(text)
        if any(name == app or name.startswith(f"{app}.") for app in later)
    ]


def translations(path: str, text: str) -> list[str]:
    """A noun of a problem that is made of rows outside the one place that does so."""
    if not path.startswith("backend/") or path.startswith(ONE_TRANSLATION):
        return []
    bare = {name.split(".")[-1] for _, name in imports(text) if name.startswith("matching.")}
    made = {f"matching.{noun}" for noun in NOUNS} | (bare & NOUNS)
    return [f"{path}:{line} {name}" for line, name in calls(text) if name in made]


def unsent(path: str, text: str) -> list[str]:
    """A form that takes a POST without fields for a page that was only asked for
    (`web.methods.filled_in` tells them apart)."""
    return lines(r"\.POST or ", path, text)


PYTHON: tuple[Check, ...] = (
    signals,
    clocks,
    writes,
    drawers,
    frameworks,
    http,
    questions,
    translations,
    unsent,
)
