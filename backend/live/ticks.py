"""Numbers on their way, at most twice a second a stream: a running solver's progress, a
publication's steps.

Shown, never kept, lost without harm.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from backend.outbox import doorbell

PAUSE = 0.5  # seconds between two of one stream
_last: dict[str, float] = {}


def publish_tick(stream: str, data: Mapping[str, int | float | str], *, rare: bool = False) -> bool:
    """Tell the open pages that listen to `stream`; whether it was told (False: too soon after the
    last, or Redis is away).

    `data` names the page's `data-field`s. Numbers and short words, never a person's. `rare`: they
    are few, so none is too soon.
    """
    moment = time.monotonic()
    if not rare and moment - _last.get(stream, -PAUSE) < PAUSE:
        return False
    _last[stream] = moment
    return doorbell.tell(
        "ticks", json.dumps({"stream": stream, "data": dict(data)}, separators=(",", ":"))
    )
