"""A data folder for launchers under test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that anybody may enter, as an ordinary checkout's is; pytest's own are
    private."""
    folder = Path(f"/tmp/moli-test-{os.getpid()}")
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(folder)
