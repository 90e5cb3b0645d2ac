"""The live side of this web process: started with it, found by its requests and sockets."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from backend.live.database import Database
from backend.live.door import Admissions
from backend.live.feed import Feed
from backend.live.hub import Hub


class Live:
    """`Live.here` is the running one; None in a process without sockets (a worker, a management
    command, most tests)."""

    here: ClassVar[Live | None] = None

    def __init__(self) -> None:
        self.database = Database()
        self.door = Admissions(self.database)
        self.hub = Hub(self.door)
        self.feed = Feed(self.hub, self.database)
        self.ready = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def start(cls) -> Live:
        """Start without waiting for the database: pages are served meanwhile, sockets wait until
        the past is known."""
        live = cls()
        live._tasks.append(asyncio.create_task(live._run()))
        cls.here = live
        return live

    async def _run(self) -> None:
        await self.feed.begin()
        self.ready.set()
        async with asyncio.TaskGroup() as group:
            for work in (self.feed.listen(), self.feed.watch(), self.hub.beat()):
                group.create_task(work)

    async def stop(self) -> None:
        Live.here = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.database.close()

    @property
    def position(self) -> int | None:
        """What a page rendered from now on certainly contains; None while the past is not known."""
        return self.hub.history.position if self.ready.is_set() else None
