"""Where the processes that tests start find their code. Needs no Django: small scripts of the
launcher's tests import it."""

from __future__ import annotations

import os
from pathlib import Path


def python_path(*folders: Path) -> str:
    """These before what this process was given, which may move its day (tests/moment.py)."""
    given = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([*map(str, folders), *filter(None, [given])])
