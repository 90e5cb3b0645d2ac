"""A task off the shelf, for the control of `make faults`: it says that it has begun, and takes
long.

Run as a program it sends itself.
"""

from __future__ import annotations

import os
import time

import redis
from celery import Celery

SOCKET = os.environ["STOCK_SOCKET"]
app = Celery("stock", broker=f"redis+socket://{SOCKET}?virtual_host=0")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
)


@app.task(name="dig")
def dig() -> None:
    redis.Redis(unix_socket_path=SOCKET).incr("begun")
    time.sleep(300)


if __name__ == "__main__":
    app.send_task("dig")
