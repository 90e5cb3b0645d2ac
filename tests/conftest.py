"""What every test may use: see tests/README.md.

Without DATABASE_URL the session starts throw-away services of its own, so `pytest tests/rota` works
by itself. `make test` starts them outside and hands them in.
"""

from __future__ import annotations

import atexit
import json
import os
from contextlib import ExitStack

# Folders that tests make are open or shut as the tests say, whatever the shell's own umask;
# a strict one is tried where it matters (tests/launcher/test_closed_folders.py).
os.umask(0o022)

if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
    from backend.launcher.services import throw_away_services

    _services = ExitStack()
    os.environ.update(_services.enter_context(throw_away_services()))
    atexit.register(_services.close)

# Each parallel worker has its own test database (pytest-django names it) and its own corner of
# Redis.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker.startswith("gw"):
    os.environ["REDIS_PREFIX"] = f"test-{_worker}"
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace(
        "?db=0", f"?db={int(_worker[2:]) + 1}"
    )

# Settings are read only now that they know their services. The name does not stay in the
# environment: a parallel worker would inherit it, and pytest-django would read the settings there
# before this file chose the worker's databases.
os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"

import django

django.setup()
# all pages now: one that was first loaded while a test holds the clock would keep that test's time
import backend.config.urls  # noqa: F401

del os.environ["DJANGO_SETTINGS_MODULE"]

from django.db import connections

# Tests begin anew with empty tables, append-only ones too (backend/common/append_only.py).
connections.settings["default"]["OPTIONS"]["options"] += " -c moli.begin_anew=on"

import hashlib
from collections.abc import Iterator

import pytest

from tests import emptying, migrated, one_chain

one_chain.begin()
pytest_plugins = ["tests.running", "tests.browser.fixtures", "tests.units"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database begins as a copy of one that is migrated already."""
    found = migrated.template(os.environ["DATABASE_URL"])
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = found


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The tables as the migrations make them; what a test leaves is gone before the next."""
    emptying.begin()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know whether their test failed."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when == "call":
        item.report_of_call = report  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def heads_of_hours_are_of_this_test_alone(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> None:
    """What the nightly task of one test writes down is no witness against the rows of another. Few
    write any, so the folder is a name alone."""
    from django.conf import settings

    own = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]
    monkeypatch.setattr(settings, "HEADS_FOLDER", tmp_path_factory.getbasetemp() / f"heads-{own}")


@pytest.fixture(autouse=True)
def every_refusal_finds_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever any test is refused can be sent as JSON, and the sentence be made of that alone."""
    from backend import words
    from backend.common.refusal import Refusal

    begin = Refusal.__init__

    def checked(self: Refusal, **facts: object) -> None:
        begin(self, **facts)
        if type(self).__module__.startswith("backend."):
            public = json.loads(json.dumps(self.public()))
            assert public == self.public()
            assert words.said(public) and words.said(public, you=False)

    monkeypatch.setattr(Refusal, "__init__", checked)


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is NOW, for the pages as well: of tests whose rotas lie round that day."""
    from tests.factories import NOW

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
