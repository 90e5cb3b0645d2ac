"""Imports point down: scheduler → backend → matching, and inside backend an app imports only apps
listed before it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

from tests.architecture.source import ROOT, modules

APPS = list(settings.OUR_APPS)
WIRING = ("backend.config", "backend.launcher")  # composes the apps; no app may import them


def wrong(folder: str, forbidden: tuple[str, ...]) -> list[str]:
    found = []
    for module in modules(folder):
        for line, name in module.imports():
            if any(name == f or name.startswith(f + ".") for f in forbidden):
                found.append(f"{module.path}:{line} imports {name}")
    return found


def test_matching_knows_no_framework() -> None:
    assert (
        wrong("matching", ("django", "channels", "celery", "redis", "backend", "scheduler")) == []
    )


def test_backend_starts_no_task_and_loads_no_solver() -> None:
    assert wrong("backend", ("celery", "scheduler", "ortools")) == []


def test_an_app_imports_only_apps_before_it() -> None:
    found = []
    for module in modules("backend"):
        if module.package not in APPS:
            continue
        later = APPS[APPS.index(module.package) + 1 :] + list(WIRING)
        for line, name in module.imports():
            if any(name == app or name.startswith(app + ".") for app in later):
                found.append(f"{module.path}:{line} imports {name}")
    assert found == []


def test_every_folder_of_backend_is_an_app_or_wiring() -> None:
    assert {m.package for m in modules("backend")} - {"backend"} - set(WIRING) <= set(APPS)


@pytest.mark.parametrize(
    "name", ["matching", "matching.check", "matching.rules", "matching.formats.files"]
)
def test_asking_a_rule_does_not_load_the_solver(name: str) -> None:
    code = f"import sys, {name}; sys.exit('ortools' in sys.modules or 'django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_web_process_does_not_load_the_solver_celery_or_a_dictionary() -> None:
    code = (
        "import sys, backend.config.asgi; "
        "sys.exit(bool({'ortools', 'celery', 'pypinyin'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
