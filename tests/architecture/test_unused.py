"""Nothing stands there for its tests alone: who reads a function believes that a page, a task, a
command or another function comes by."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import ROOT, Module, files, modules

FOUND_BY_A_LIBRARY = {
    "BookingsConfig",
    "Command",
    "DatabaseWrapper",
    "SessionStore",
    "WebConfig",
    "__all__",
    "__getattr__",
    "app_name",
    "urlpatterns",
}
READ_BY_DJANGO = ("backend/config/",)  # whose constants are settings
HANDED_OVER = ("admin.register", "register.filter")  # decorators that give it to a library
NO_PAGE = "an operation with its rules and races, whose page is still to be made"
KEPT = {
    "backend.bookings.operations.requests.seat_requests": NO_PAGE,
    "backend.volunteers.operations.limits.set_wishes": NO_PAGE,
    "backend.notifications.table.NOBODY": "why nobody is told; the table is whole with it alone",
    "backend.places.files.code_lists": "the official codes that hours are reported with",
    "backend.web.components.status.LiveBadge": "the layouts include its template without a value",
    "matching.command.draw.load": "a choice of the command's --what",
    "matching.command.draw.timeline": "a choice of the command's --what",
    "matching.command.tiny.tiny": "problems of the recorded verdicts, drawn as month() is",
}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Constant = ast.Assign | ast.AnnAssign


def dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def definitions(module: Module) -> Iterator[str]:
    """Names that the module defines, except those that a library finds by itself."""
    for node in module.tree.body:
        if isinstance(node, Constant) and not module.path.startswith(READ_BY_DJANGO):
            yield from constants(node)
        elif isinstance(node, Definition):
            given = [ast.unparse(one) for one in node.decorator_list]
            if not any(one.startswith(HANDED_OVER) for one in given):
                yield node.name


def constants(node: Constant) -> Iterator[str]:
    """The names of this file that are given a value; those of something else's fields are none."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        for one in ast.walk(target):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                yield one.id


def imports(module: Module) -> dict[str, str]:
    """Name in the module → what it stands for, "backend.common.clock.now"."""
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            found |= {one.asname or one.name: one.name for one in node.names}
    return found


def used(module: Module) -> Counter[str]:
    """What the module names: by an import, by itself, in a dotted text (settings, tasks). A
    package that only hands a name on does not use it, unless it is what `matching` offers."""
    known = imports(module)
    here = dotted(module.path)
    found: Counter[str] = Counter()
    if not module.path.endswith("__init__.py"):
        found.update(known.values())
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            found[f"{known.get(ast.unparse(node.value), '')}.{node.attr}"] += 1
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found[known.get(node.id, f"{here}.{node.id}")] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(re.findall(r"\w+(?:\.\w+)+", node.value.replace(":", ".")))
            if here == "matching":
                found[f"matching.{node.value}"] += 1
    return found


def handed_on(house: list[Module]) -> dict[str, set[str]]:
    """Name → the other names by which packages hand it on."""
    found: dict[str, set[str]] = {}
    for module in house:
        if module.path.endswith("__init__.py"):
            for name, origin in imports(module).items():
                found.setdefault(origin, set()).add(f"{dotted(module.path)}.{name}")
    return found


def names_of(name: str, others: dict[str, set[str]]) -> set[str]:
    found = {name}
    for other in others.get(name, set()):
        found |= names_of(other, others)
    return found


def unused(house: list[Module], users: list[Module], pages: str) -> list[str]:
    """Functions, classes and constants that no module names and, of template tags, that no page
    names."""
    counted = sum((used(module) for module in users), Counter())
    others = handed_on(house)
    in_pages = set(re.findall(r"\{% *(\w+)", pages))
    found = []
    for module in house:
        for defined in definitions(module):
            if defined in FOUND_BY_A_LIBRARY:
                continue
            name = f"{dotted(module.path)}.{defined}"
            tag = "/templatetags/" in module.path and defined in in_pages
            if not tag and not any(counted[one] for one in names_of(name, others)):
                found.append(name)
    return sorted(found)


def read(path: str) -> Module:
    text = (ROOT / path).read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text))


def test_whatever_stands_there_is_used_by_more_than_its_tests() -> None:
    """An example of the style guide is no use: a component stands on a page."""
    house = [
        one
        for one in modules("backend", "matching", "scheduler")
        if not one.path.startswith("backend/web/examples/")
    ]
    migrations = [read(path) for path in files("backend/*/migrations/*.py")]
    pages = [(ROOT / path).read_text("utf-8") for path in files("frontend_templates/*.html")]
    assert unused(house, house + migrations, "".join(pages)) == sorted(KEPT)


def test_what_nobody_names_is_found() -> None:
    def module(path: str, text: str) -> Module:
        return Module(path, text, ast.parse(text))

    defining = module("backend/a.py", "def one(): ...\ndef two(): ...\nclass Three: ...\n")
    package = module("backend/b/__init__.py", "from backend.b.c import four, five\n")
    inside = module("backend/b/c.py", "def four(): ...\ndef five(): ...\n")
    using = module("backend/d.py", "from backend import a\nfrom backend.b import five\na.one()\n")
    tags = module("backend/web/templatetags/t.py", "def shown(): ...\ndef hidden(): ...\n")
    constants = module("backend/e.py", "A = B = 1\nC: int = B\nD, (E, f.g) = C, (A, 2)\nprint(D)\n")
    house = [defining, package, inside, using, tags, constants]
    assert unused(house, house, "{% shown x %}") == [
        "backend.a.Three",
        "backend.a.two",
        "backend.b.c.four",
        "backend.e.E",
        "backend.web.templatetags.t.hidden",
    ]
