"""Moves the day of every Python process that `tests/moment.py` starts, by MOMENT_SHIFT seconds.

The platform reads one clock (backend/common/clock.py, over Django's), and tests/architecture holds
it to that; so moving this one moves the day, and waiting and measuring stay real. Django is not
loaded for it: whoever loads Django's clock loads the moved one.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType, SimpleNamespace
from typing import Any

SHIFT = timedelta(seconds=float(os.environ.get("MOMENT_SHIFT", "0")))


def now() -> datetime:
    return datetime.now(UTC) + SHIFT


def seconds() -> float:
    return time.time() + SHIFT.total_seconds()


# What stands in these modules in place of their own. Until when a row of the cache counts is
# written by the second and asked by the first; when somebody signed in is noted by allauth, and
# asked by it and by us.
CLOCK = {"time": SimpleNamespace(time=seconds)}
MOVED: dict[str, dict[str, Any]] = {
    "django.utils.timezone": {"now": now},
    "django.core.cache.backends.base": CLOCK,
    "allauth.account.models": CLOCK,
    "allauth.account.internal.flows.login": CLOCK,
    "allauth.account.internal.flows.reauthentication": CLOCK,
    "allauth.account.internal.stagekit": CLOCK,
    "allauth.mfa.internal.flows.trust": CLOCK,
    "allauth.mfa.totp.internal.auth": CLOCK,
}


class MovedLoader(Loader):
    """Loads the module as its own loader does, and moves its clock."""

    def __init__(self, own: Loader) -> None:
        self.own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self.own.exec_module(module)
        vars(module).update(MOVED[module.__name__])


class MovedFinder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in MOVED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = MovedLoader(spec.loader)
        return spec


sys.meta_path.insert(0, MovedFinder())
