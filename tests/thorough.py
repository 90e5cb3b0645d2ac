"""How many examples a search by chance looks at."""

from __future__ import annotations

import os


def thorough(examples: int) -> int:
    """So many in `make test`; THOROUGH times as many where somebody has the time, as `make faults`
    does."""
    return examples * int(os.environ.get("THOROUGH") or "1")
