"""A test changes a setting through the fixture `settings`, which puts it back and tells whoever
keeps something made of it. What stands up a platform for a test has no fixture to ask."""

from __future__ import annotations

import ast

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
