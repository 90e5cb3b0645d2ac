"""One web process: `python -m backend.launcher.web FD | ADDRESS:PORT [SECONDS]`.

On one machine the launcher opens the socket and hands down its descriptor: the socket outlives a
crash of this process, and who connects meanwhile waits for the next one instead of being refused. A
container binds its own. SECONDS is how long requests under way may take when it is told to end.

A process with a socket of its own ends in two steps, because a proxy sends a form once and cannot
know what became of it: first nobody new is let in, and whoever is in is heard out; then it ends.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import resource
import socket
import struct
import sys
from contextlib import suppress

import uvicorn

from backend.launcher import BACKLOG
from backend.launcher.protocol import PatientProtocol, PatientSocket

LONGEST_MESSAGE = 4096  # what a page may say on its socket
HEARING_SECONDS = 5.0  # for whoever has connected and not yet asked
SO_ATTACH_FILTER = 26  # Linux's number; Python's socket module does not name it
NO_NEWCOMERS = (  # over the TCP header: (operation, jump if true, jump if false, operand)
    (0x30, 0, 0, 13),  # the byte of flags
    (0x54, 0, 0, 0x12),  # of it SYN and ACK
    (0x15, 0, 1, 0x02),  # SYN alone: somebody new …
    (0x06, 0, 0, 0),  # … is not heard; asks again in a second and is refused
    (0x06, 0, 0, 0xFFFF),
)


def main(where: str, last_seconds: int = 1) -> None:
    raise_open_files()
    config = uvicorn.Config(
        "backend.config.asgi:application",
        http=PatientProtocol,
        ws=PatientSocket,
        ws_max_size=LONGEST_MESSAGE,
        # frames are small; compressing them costs twice the memory per socket
        ws_per_message_deflate=False,
        lifespan="on",
        backlog=BACKLOG,
        log_config=None,  # the settings' LOGGING
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whom a request comes from, and over which scheme, Django reads
        timeout_graceful_shutdown=last_seconds,
    )
    config.load()
    keep_what_is_loaded()
    server = uvicorn.Server(config) if where.isdigit() else HearingServer(config)
    server.run(sockets=[listening_socket(where)])


class HearingServer(uvicorn.Server):
    """Answers everybody whose connection came about before it ended.

    Closing the socket at once would cut off whoever the kernel has connected and uvicorn has not
    yet taken over, and uvicorn itself hangs up on whoever has not yet asked.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for door in sockets or []:
            turn_newcomers_away(door)
        await asyncio.sleep(0.2)  # those in the kernel's line are taken over
        for server in self.servers:
            server.close()  # by now newcomers are refused at once and ask another process
        end = asyncio.get_running_loop().time() + HEARING_SECONDS
        while self._somebody_has_not_asked() and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)

    def _somebody_has_not_asked(self) -> bool:
        """A page's socket has no `cycle`; a request's is None until its headers are there."""
        return any(getattr(one, "cycle", one) is None for one in self.server_state.connections)


def turn_newcomers_away(door: socket.socket) -> None:
    """No new connection comes about on it; those that are begun or waiting stay as they are. Some
    kernels let nobody but root do that: then the line is emptied and closed without it, and only
    who connects in that very moment is cut off."""
    program = b"".join(struct.pack("HBBI", *step) for step in NO_NEWCOMERS)
    steps = ctypes.create_string_buffer(program)
    program_of = struct.pack("HP", len(NO_NEWCOMERS), ctypes.addressof(steps))
    with suppress(PermissionError):
        door.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program_of)


def listening_socket(where: str) -> socket.socket:
    if where.isdigit():
        return socket.socket(fileno=int(where))
    address, _, port = where.rpartition(":")
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((address, int(port)))  # uvicorn opens it once all is loaded; until then a proxy that
    return door  # knocks is refused and asks another


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
