"""`python -m matching.solvers.worker`: a child process that runs one task at a time for a
WorkerPool and can be killed in the middle.

Tasks and answers are pickles between this process and its own parent. It ends when its parent does.
"""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import traceback
from typing import BinaryIO

from matching.solvers.tasks import TASKS

Todo = tuple[str, tuple[object, ...]]  # the name of a task and its arguments


def main() -> None:
    """Read tasks until the parent closes the pipe."""
    source = sys.stdin.buffer
    sink = sys.stdout.buffer
    sys.stdout = sys.stderr  # a stray print must not end up between the answers
    todo: queue.SimpleQueue[Todo] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(source, todo), daemon=True).start()
    while True:
        name, arguments = todo.get()
        try:
            answer: tuple[bool, object] = (True, TASKS[name](*arguments))
        except Exception:
            answer = (False, traceback.format_exc())
        pickle.dump(answer, sink, pickle.HIGHEST_PROTOCOL)
        sink.flush()


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
