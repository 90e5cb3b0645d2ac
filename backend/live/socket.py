"""One open page: what it listens to, and a line that may be slower than we are."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator

from backend.common.asgi import Message, Send
from backend.live.visitors import Visitor


class Socket:
    """`seen`: everything up to that number has been told.

    `address`: where it comes from, "" unknown.

    `held`: nothing is told while so many looks at its rights are under way.
    """

    __slots__ = (
        "__weakref__",
        "address",
        "blocked",
        "blocked_since",
        "heard",
        "held",
        "on_free",
        "seen",
        "send",
        "streams",
        "visitor",
    )

    def __init__(
        self,
        send: Send,
        visitor: Visitor,
        streams: set[str],
        *,
        heard: float,
        on_free: Callable[[Socket], None],
        address: str = "",
    ) -> None:
        self.send = send
        self.visitor = visitor
        self.address = address
        self.streams = streams
        self.seen = 0
        self.held = 0
        self.heard = heard
        self.blocked: asyncio.Task[None] | None = None
        self.blocked_since = 0.0
        self.on_free = on_free

    @property
    def waits(self) -> bool:
        """Whether to pass it over now: it catches up from `seen` later."""
        return self.held > 0 or self.blocked is not None

    def push(self, message: Message) -> None:
        """Hand a message to the line without waiting for it. Only for a socket that does not wait.

        Nearly always the line takes it at once, so the sending is stepped once here, without the
        cost of a task; only when it would block does a task finish it.
        """
        sending = self.send(message)
        assert isinstance(sending, Coroutine)
        try:
            waiting_for = sending.send(None)
        except (StopIteration, OSError):
            return  # taken; or the client is gone, which the consumer hears by itself
        loop = asyncio.get_running_loop()
        self.blocked_since = loop.time()
        self.blocked = loop.create_task(_finish(sending, waiting_for))
        self.blocked.add_done_callback(self._free)

    def _free(self, task: asyncio.Task[None]) -> None:
        self.blocked = None
        if not task.cancelled() and task.exception() is None:
            self.on_free(self)


async def _finish(sending: Coroutine[object, None, None], waiting_for: object) -> None:
    try:
        await _resume(sending, waiting_for)
    except OSError:
        pass  # the client is gone
    finally:
        sending.close()


@types.coroutine
def _resume(
    sending: Coroutine[object, None, None], waiting_for: object
) -> Generator[object, None, None]:
    """Go on with a coroutine that was stepped by hand: first what it was waiting for, then the
    rest."""
    while True:
        yield waiting_for
        try:
            waiting_for = sending.send(None)
        except StopIteration:
            return
