"""How long a test waits for something that is promised within so many seconds."""

from __future__ import annotations

import os


def patience(seconds: float) -> float:
    """The promised seconds are those of an idle machine; other tests run beside this one, and
    perhaps other people."""
    return seconds * 2 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
