"""Imports point down: scheduler → backend → matching, and inside backend an app imports only apps
listed before it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings

from tests.architecture.absences import upward
from tests.architecture.source import ROOT, modules

APPS = list(settings.OUR_APPS)
ROUND_THE_LINE = {"common", "outbox", "accounts", "live", "demo", "web"}  # drawn, or left out
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


def test_no_task_imports_a_page() -> None:
    assert wrong("scheduler", ("backend.web",)) == []


def test_an_app_imports_only_apps_before_it() -> None:
    found = []
    for module in modules("backend"):
        found += upward(APPS, WIRING, module.path, module.text)
    assert found == []


def test_the_map_names_the_apps_in_their_order() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (drawn,) = [line.split() for line in text.splitlines() if " → words → " in line]
    names = [app.removeprefix("backend.") for app in APPS]
    in_line = [name for name in reversed(names) if name not in ROUND_THE_LINE]
    assert [name for name in drawn if name != "→"] == in_line


@pytest.mark.parametrize(
    ("path", "text", "wrong_lines"),
    [
        ("backend/rota/x.py", "from backend.web import tabs", 1),
        ("backend/rota/x.py", "def f():\n    import backend.bookings.models", 1),
        ("backend/web/x.py", "from backend.config import settings", 1),
        ("backend/web/x.py", "from backend import config", 1),
        ("backend/rota/x.py", "from backend.volunteers.models import Volunteer", 0),
        ("backend/config/x.py", "from backend.web import tabs", 0),
    ],
)
def test_an_arrow_that_points_up_is_seen(path: str, text: str, wrong_lines: int) -> None:
    assert len(upward(APPS, WIRING, path, text)) == wrong_lines


def test_every_folder_of_backend_is_an_app_or_wiring() -> None:
    assert {m.package for m in modules("backend")} - {"backend"} - set(WIRING) <= set(APPS)


@pytest.mark.parametrize(
    "name", ["matching", "matching.check", "matching.rules", "matching.formats.files"]
)
def test_asking_a_rule_does_not_load_the_solver(name: str) -> None:
    code = f"import sys, {name}; sys.exit('ortools' in sys.modules or 'django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_a_module_that_loads_the_solver_would_be_seen() -> None:
    code = "import sys, matching.solvers.engines; sys.exit('ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 1


def test_the_web_process_does_not_load_the_solver_celery_or_a_dictionary() -> None:
    code = (
        "import sys, backend.config.asgi; "
        "sys.exit(bool({'ortools', 'celery', 'pypinyin'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
