"""Numbers that /metrics shows. Apps add their own with prometheus_client; what every operation has
in common is measured here.

With more web processes than one, PROMETHEUS_MULTIPROC_DIR names a folder that they share; without
it each tells its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Histogram

from backend.common.refusal import Refusal

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
OPERATIONS = Histogram(
    "moli_operation_seconds",
    "How long a write took and how it ended",
    ["operation", "outcome"],
    buckets=SECONDS,
)


@contextmanager
def measured(operation: str) -> Iterator[None]:
    """Time one operation.

    Its outcome is "done", the code of its refusal ("full", "busy", …) or "error".
    """
    began = time.perf_counter()
    outcome = "error"
    try:
        yield
        outcome = "done"
    except Refusal as refusal:
        outcome = refusal.code
        raise
    finally:
        OPERATIONS.labels(operation, outcome).observe(time.perf_counter() - began)
