"""Moves the day of every Python process that `tests/moment.py` starts, by MOMENT_SHIFT seconds.

The platform reads one clock (backend/common/clock.py, over Django's), and tests/architecture holds
it to that; so moving this one moves the day, and waiting and measuring stay real.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

SHIFT = timedelta(seconds=float(os.environ.get("MOMENT_SHIFT", "0")))


def now() -> datetime:
    return datetime.now(UTC) + SHIFT


try:
    from django.utils import timezone
except ImportError:
    pass  # a Python without Django: one that installs it, say
else:
    timezone.now = now
