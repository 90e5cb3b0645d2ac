"""One web process: `python -m backend.launcher.web FD | ADDRESS:PORT [SECONDS]`.

On one machine the launcher opens the socket and hands down its descriptor: the socket outlives a
crash of this process, and who connects meanwhile waits for the next one instead of being refused. A
container binds its own. SECONDS is how long requests under way may take when it is told to end.
"""

from __future__ import annotations

import gc
import resource
import socket
import sys

import uvicorn

from backend.launcher import BACKLOG

LONGEST_MESSAGE = 4096  # what a page may say on its socket


def main(where: str, last_seconds: int = 1) -> None:
    raise_open_files()
    config = uvicorn.Config(
        "backend.config.asgi:application",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=LONGEST_MESSAGE,
        # frames are small; compressing them costs twice the memory per socket
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,  # the settings' LOGGING
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whom a request comes from, and over which scheme, Django reads
        timeout_graceful_shutdown=last_seconds,
    )
    config.load()
    keep_what_is_loaded()
    uvicorn.Server(config).run(sockets=[listening_socket(where)])


def listening_socket(where: str) -> socket.socket:
    if where.isdigit():
        return socket.socket(fileno=int(where))
    address, _, port = where.rpartition(":")
    return socket.create_server((address, int(port)), backlog=BACKLOG)


def keep_what_is_loaded() -> None:
    """The code stays for good and each open page stays long: do not walk through all of it again
    for every few hundred that come."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def raise_open_files() -> None:
    """Each open page holds a socket; the usual soft limit of 1,024 is for interactive programs."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
