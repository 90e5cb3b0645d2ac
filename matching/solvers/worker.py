"""`python -m matching.solvers.worker`: a child process that runs one task at a time for a
WorkerPool and can be killed in the middle.

Tasks and answers are pickles between this process and its own parent, the answers framed. It ends
when its parent does.
"""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import traceback
from typing import BinaryIO

from matching.solvers.frames import write_frame
from matching.solvers.tasks import TASKS

Todo = tuple[str, tuple[object, ...]]  # the name of a task and its arguments


def main() -> None:
    """Read tasks until the parent closes the pipe."""
    source = sys.stdin.buffer
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a solver's own code prints must not end up between the answers
    sys.stdout = sys.stderr
    todo: queue.SimpleQueue[Todo] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(source, todo), daemon=True).start()
    while True:
        name, arguments = todo.get()
        try:
            answer: tuple[bool, object] = (True, TASKS[name](*arguments))
        except Exception:
            answer = (False, traceback.format_exc())
        write_frame(sink, answer)


def _receive(source: BinaryIO, todo: queue.SimpleQueue[Todo]) -> None:
    try:
        while True:
            todo.put(pickle.load(source))
    finally:
        # The parent is gone, perhaps in the middle of a task: what runs now is for nobody, and
        # whatever cut the task short, nobody else would ever end this process.
        os._exit(0)


if __name__ == "__main__":
    main()
