"""Pages come first: a search that takes minutes has the lowest priority, or sign-ups beside it fall
to a third. What a coordinator waits for (reading her data, the first plan, the last check) takes
seconds and has the same priority as a page.
"""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

LOWEST = 19


def gently() -> ThreadPoolExecutor:
    """One thread at the lowest priority, and with it the processes that it starts."""
    return ThreadPoolExecutor(1, initializer=_step_back)


def _step_back() -> None:
    """On Linux a thread has a priority of its own; elsewhere it is the process's, for good."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST)
    else:
        os.nice(LOWEST)
