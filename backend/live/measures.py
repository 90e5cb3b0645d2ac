"""What /metrics says about the sockets of this process."""

from __future__ import annotations

from collections.abc import Collection

from prometheus_client import Counter, Gauge

from backend.live.socket import Socket

SOCKETS = Gauge("moli_sockets", "Open pages that listen", multiprocess_mode="livesum")
LAGGING = Gauge(
    "moli_sockets_lagging",
    "Open pages whose line takes nothing at the moment",
    multiprocess_mode="livesum",
)
FRAMES = Counter("moli_frames", "Frames that told of a change")
CATCH_UPS = Counter("moli_catch_ups", "Pages that were told what they had missed")
RESYNCS = Counter("moli_resyncs", "Pages that had to read everything anew")


def count(sockets: Collection[Socket]) -> None:
    """Once a second, rather than when somebody asks: of several web processes only one is asked,
    and it reads the others' last word."""
    SOCKETS.set(len(sockets))
    LAGGING.set(sum(socket.waits for socket in sockets))
