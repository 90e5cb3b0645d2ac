"""A test changes a setting through the fixture `settings`, which puts it back and tells whoever
keeps something made of it. What stands up a platform for a test has no fixture to ask.

And what a test imports leaves the environment alone: each process that a test starts afterwards
would be another than where its tests came in another order."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import pytest

from tests.architecture.absences import mentions, origins, written
from tests.architecture.source import Module, modules

OVERRIDES = ("django.test.override_settings", "django.test.modify_settings")
OVERRIDES += ("django.test.utils.override_settings", "django.test.utils.modify_settings")
PATCHING = {"setattr", "delattr", "object", "setitem"}


def changed(module: Module) -> list[str]:
    """Where a test gives settings another value by itself."""
    known = {name for name, of in origins(module.text).items() if of == "django.conf.settings"}
    found = [(line, name) for line, name in mentions(module.text) if name.startswith(OVERRIDES)]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete):
            for one in ast.walk(node):
                stored = isinstance(one, ast.Attribute) and not isinstance(one.ctx, ast.Load)
                if stored and written(one.value) in known:
                    found.append((node.lineno, ast.unparse(one)))
        elif isinstance(node, ast.Call) and node.args:
            last = written(node.func).rsplit(".", 1)[-1]
            first = node.args[0]
            by_name = isinstance(first, ast.Constant) and "conf.settings" in str(first.value)
            patched = last in PATCHING and written(first) in known
            if patched or (by_name and last in PATCHING | {"patch"}):
                found.append((node.lineno, ast.unparse(node)))
    return [f"{module.path}:{line} {said}" for line, said in found]


def is_test(module: Module) -> bool:
    return module.path.rsplit("/", 1)[-1].startswith("test_")


def test_a_test_changes_settings_through_the_fixture() -> None:
    tests = [one for one in modules("tests") if is_test(one)]
    assert [line for one in tests for line in changed(one)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from django.test import override_settings\nwith override_settings(DEMO=True): ...", 1),
        ("from django import test\n@test.utils.override_settings(A=1)\ndef test(): ...", 1),
        ("from django.conf import settings\nsettings.DEMO = True", 1),
        ("from django.conf import settings as s\na, s.DEMO = 1, True", 1),
        ("from django.conf import settings\ndel settings.DEMO", 1),
        ("from django.conf import settings\nmonkeypatch.setattr(settings, 'DEMO', True)", 1),
        ("from django.conf import settings\nwith patch.object(settings, 'A', 1): ...", 1),
        ("monkeypatch.setattr('django.conf.settings.DEMO', True)", 1),
        ("with patch('django.conf.settings.DEMO', True): ...", 1),
        ("def test(settings):\n    settings.DEMO = True", 0),
        ("from django.conf import settings\na = settings.DEMO", 0),
    ],
)
def test_another_way_is_found(text: str, found: int) -> None:
    assert len(changed(Module("tests/x/test_x.py", text, ast.parse(text)))) == found


# --- the environment ------------------------------------------------------------------------------
# What every process of the tests has, whichever test it runs.
EVERYWHERE = {"DJANGO_SETTINGS_MODULE"}
CHANGING = {"setdefault", "update", "pop", "clear"}


def environment_changed(module: Module) -> list[str]:
    """Where importing a module gives the process another environment."""
    found = []
    for statement in module.tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) or is_main(statement):
            continue
        for node in ast.walk(statement):
            name = ""
            if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
                name = written(node.value)
            elif isinstance(node, ast.AugAssign):
                name = written(node.target)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = written(node.func.value) if node.func.attr in CHANGING else ""
            if name == "os.environ" and not any(one in ast.unparse(node) for one in EVERYWHERE):
                found.append(f"{module.path}:{statement.lineno}")
    return found


def is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__main__" in ast.unparse(statement.test)


def imported_by_tests(every: Sequence[Module]) -> set[str]:
    """Every module that comes with some test, also by way of another."""
    house = {one.path: one for one in every}
    found: set[str] = set()
    waiting = [one.path for one in every if is_test(one)]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for _line, name in house[path].imports():
            as_path = name.replace(".", "/")
            beside = (f"{as_path}.py", f"{as_path.rpartition('/')[0]}.py")
            waiting += [file for file in beside if file in house]
    return found


def test_what_a_test_imports_leaves_the_environment_alone() -> None:
    every = modules("tests")
    come = imported_by_tests(every)
    assert [line for one in every if one.path in come for line in environment_changed(one)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('import os\nos.environ.setdefault("DEMO", "True")', 1),
        ('import os\nos.environ["DEMO"] = "True"', 1),
        ('import os\nos.environ |= {"DEMO": "True"}', 1),
        ('import os\nif True:\n    del os.environ["DEMO"]', 1),
        ('import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "x"', 0),
        ('import os\na = os.environ["DEMO"]', 0),
        ('import os\ndef main():\n    os.environ["DEMO"] = "True"', 0),
        ('import os\nif __name__ == "__main__":\n    os.environ["DEMO"] = "True"', 0),
    ],
)
def test_a_module_that_changes_the_environment_is_found(text: str, found: int) -> None:
    assert len(environment_changed(Module("tests/x/y.py", text, ast.parse(text)))) == found


def test_what_comes_by_way_of_another_comes_too() -> None:
    texts = {
        "tests/test_a.py": "from tests.b import b",
        "tests/b.py": "import tests.c",
        "tests/c.py": "",
        "tests/d.py": "",
    }
    every = [Module(path, text, ast.parse(text)) for path, text in texts.items()]
    assert imported_by_tests(every) == {"tests/test_a.py", "tests/b.py", "tests/c.py"}
