"""What one of the parallel workers does without the other: the tests of one file, or of a group.

pytest-xdist hands its groups on in the names of tests, which pytest since 9.2 keeps to itself
(pytest-xdist issue 1386): every test would go to whoever is free, and what the tests of a file
share, a city or a running platform, would be made by both. So a worker writes down which test is of
which unit, and the one who hands them out reads it.
"""

from __future__ import annotations

import json
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

USE_PROCESSES = {"platform", "running_platform"}
LONG = ("platform", "howto")  # begun before what needs no database either: nobody waits for them
ROWS, COMMITS, NO_DATABASE = range(3)  # in this order, as pytest-django has it


def depth(item: pytest.Item) -> int:
    """Whether it rolls back, commits, or has no database: what one leaves is nothing to another of
    its kind."""
    mark = item.get_closest_marker("django_db")
    names = set(getattr(item, "fixturenames", ()))
    if (mark and mark.kwargs.get("transaction")) or "transactional_db" in names:
        return COMMITS
    return ROWS if mark or "db" in names else NO_DATABASE


def unit(item: pytest.Item) -> str:
    """Its group, the one that shares the running platform, or its file."""
    if mark := item.get_closest_marker("xdist_group"):
        return str(mark.args[0])
    if USE_PROCESSES & set(getattr(item, "fixturenames", ())):
        return "platform"
    return f"{item.nodeid.split('::')[0]} {depth(item)}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A worker's list is the order in which units are begun."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: (depth(item), unit(item) not in LONG))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Before the worker says that it is ready."""
    given: dict[str, Any] = getattr(session.config, "workerinput", {})
    if "units" in given:
        of_test = {item.nodeid: unit(item) for item in session.items}
        own = Path(given["units"], given["workerid"])
        own.with_suffix(".json").write_text(json.dumps(of_test), encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """A worker hears where to write."""
    node.workerinput["units"] = str(_folder(node.config))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Units in the place of xdist's groups."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByUnit(LoadScopeScheduling):
        @cached_property
        def of_test(self) -> dict[str, str]:
            file = next(_folder(config).glob("*.json"))
            found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
            return found

        def _split_scope(self, nodeid: str) -> str:
            return self.of_test[nodeid]

    config.option.loadscopereorder = False  # the worker's list is in order
    return ByUnit(config, log)


def _folder(config: pytest.Config) -> Path:
    """One a run; gone with the process."""
    if not hasattr(config, "units_folder"):
        folder = tempfile.TemporaryDirectory(prefix="moli-units-")
        config.units_folder = folder  # type: ignore[attr-defined]
    return Path(config.units_folder.name)
