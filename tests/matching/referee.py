"""The referee `judge.py` of the benchmark that the format comes with, asked live when its file is
beside the repository."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "bench" / "judge.py"


def load_referee() -> Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] | None:
    """The referee's function judge(problem, plan), or None in a lone clone."""
    if not BESIDE.is_file():
        return None
    spec = importlib.util.spec_from_file_location("referee", BESIDE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.judge
