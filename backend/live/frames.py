"""What the server says on a socket. static/js/live.js reads it; docs/reference/live-protocol.md
describes it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from backend.common.asgi import Message


def frame(**fields: object) -> Message:
    return {"type": "websocket.send", "text": json.dumps(fields, separators=(",", ":"))}


def hello(seq: int) -> Message:
    """You are at `seq`; what follows is newer."""
    return frame(t="hello", seq=seq)


def changed(seq: int, streams: Sequence[str], request: str = "", within: int = 0) -> Message:
    """These streams changed; `request` is the id of the request that changed the last of them. Many
    are told the same: each fetches at a moment of its own `within` so many milliseconds."""
    fields: dict[str, object] = {"t": "ev", "seq": seq, "streams": streams}
    if request:
        fields["request"] = request
    if within:
        fields["within"] = within
    return frame(**fields)


def at(seq: int) -> Message:
    """Heartbeat: you have been told everything up to `seq`."""
    return frame(t="at", seq=seq)


def resync(seq: int) -> Message:
    """What you missed cannot be told: read everything anew."""
    return frame(t="resync", seq=seq)


def refused(seq: int, streams: Sequence[str]) -> Message:
    """These are not for you; you go on with the others, from `seq`."""
    return frame(t="refused", seq=seq, streams=streams)


def tick(stream: str, data: object) -> Message:
    """Numbers on their way (a running solver): shown, never kept."""
    return frame(t="tick", stream=stream, data=data)


def close(code: int) -> Message:
    return {"type": "websocket.close", "code": code}
