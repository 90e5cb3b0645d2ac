"""Lets pages in: who is it, may she listen to that? Those who come together are answered together.

After a restart thousands of pages come back at once. Looks into the database begin at least GATHER
apart; who comes meanwhile is answered by the next one, so the number of statements follows the time
and not the crowd. Who comes alone does not wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

from backend.common.clock import now
from backend.live.database import Database
from backend.live.permissions import may_listen, subjects
from backend.live.visitors import NOBODY, Visitor, visitors

SIGN_IN, FORBIDDEN = 4401, 4403  # close codes; the page stops and asks to sign in again
TOGETHER = 1000  # answered in one look
GATHER = 0.1  # seconds from one look to the next


class Refused(Exception):
    """`code` is the close code of the socket."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Ask(NamedTuple):
    session: str
    streams: Collection[str]


def decide(asks: Sequence[Ask]) -> list[Visitor | Refused]:
    """The answer to each ask, in order. A constant number of statements."""
    known = visitors({ask.session for ask in asks if ask.session}, now())
    concerned = subjects({stream for ask in asks for stream in ask.streams})
    answers: list[Visitor | Refused] = []
    for ask in asks:
        visitor = known.get(ask.session, NOBODY)
        if all(
            stream in concerned and may_listen(visitor, concerned[stream]) for stream in ask.streams
        ):
            answers.append(visitor)
        else:
            answers.append(Refused(SIGN_IN if visitor is NOBODY else FORBIDDEN))
    return answers


class Door:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Ask, asyncio.Future[Visitor]]] = []
        self._answering: asyncio.Task[None] | None = None
        self._next_look = 0.0

    async def admit(self, session: str, streams: Collection[str]) -> Visitor:
        """Who it is. Raises Refused when she may not listen to one of these streams, DatabaseError
        when nobody can tell."""
        if not session and not streams:
            return NOBODY
        answer: asyncio.Future[Visitor] = asyncio.get_running_loop().create_future()
        self._waiting.append((Ask(session, tuple(streams)), answer))
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(self._next_look - loop.time())
            self._next_look = loop.time() + GATHER
            together, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            verdicts: Sequence[Visitor | Exception]
            try:
                verdicts = await self._database.ask(decide, [ask for ask, _ in together])
            except Exception as error:
                verdicts = [error] * len(together)
            for (_, answer), verdict in zip(together, verdicts, strict=True):
                if answer.done():
                    continue  # the page left meanwhile
                if isinstance(verdict, Exception):
                    answer.set_exception(verdict)
                else:
                    answer.set_result(verdict)
