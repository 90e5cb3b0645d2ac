"""Lets pages in: who is it, may she listen to that? Those who come together are answered together.

After a restart thousands of pages come back at once. Looks into the database begin at least GATHER
apart; who comes meanwhile is answered by the next one, so the number of statements follows the time
and not the crowd. Who comes alone does not wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db import InterfaceError, OperationalError

from backend.common import clock
from backend.live.database import Database
from backend.live.permissions import may_listen, subjects
from backend.live.visitors import NOBODY, Visitor, visitors

SIGN_IN = 4401  # close codes; the page stops
FORBIDDEN = 4403
TOGETHER = 1000  # answered in one look
GATHER = 0.1  # seconds from one look to the next


class NotAdmitted(Exception):
    """`code` is the close code of the socket."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Ask(NamedTuple):
    session: str
    streams: Collection[str]


class Pass(NamedTuple):
    """Who it is, and to which of the streams she may not listen: a page goes on with the others."""

    visitor: Visitor
    refused: frozenset[str] = frozenset()


def decide(asks: Sequence[Ask]) -> list[Pass | NotAdmitted]:
    """The answer to each ask, in order. A constant number of statements.

    Somebody signed in is refused when nothing is left to listen to; nobody, at the first stream
    that is not everybody's: her session may have ended while the page was open.
    """
    known = visitors({ask.session for ask in asks if ask.session}, clock.now())
    concerned = subjects({stream for ask in asks for stream in ask.streams})
    answers: list[Pass | NotAdmitted] = []
    for ask in asks:
        visitor = known.get(ask.session, NOBODY)
        refused = frozenset(
            stream
            for stream in ask.streams
            if stream not in concerned or not may_listen(visitor, concerned[stream])
        )
        if refused and visitor is NOBODY:
            answers.append(NotAdmitted(SIGN_IN))
        elif refused and refused == frozenset(ask.streams):
            answers.append(NotAdmitted(FORBIDDEN))
        else:
            answers.append(Pass(visitor, refused))
    return answers


class Admissions:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Ask, asyncio.Future[Pass]]] = []
        self._answering: asyncio.Task[None] | None = None
        self._next_look = 0.0

    async def admit(self, session: str, streams: Collection[str]) -> Pass:
        """Who it is and what is refused her. Raises NotAdmitted when she may listen to nothing
        of it, DatabaseError when nobody can tell."""
        if not session and not streams:
            return Pass(NOBODY)
        answer: asyncio.Future[Pass] = asyncio.get_running_loop().create_future()
        self._waiting.append((Ask(session, tuple(streams)), answer))
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answer())
        return await answer

    async def _verdicts(self, asks: Sequence[Ask]) -> Sequence[Pass | Exception]:
        """The answer to each ask, in order. What one of them cannot be asked is her fault alone:
        the others are then asked one by one. A database that is away is away for everybody."""
        try:
            return await self._database.ask(decide, asks)
        except (OperationalError, InterfaceError) as error:
            return [error] * len(asks)
        except Exception as error:
            if len(asks) == 1:
                return [error]
            alone = [await self._verdicts([ask]) for ask in asks]
            return [verdict for verdicts in alone for verdict in verdicts]

    async def _answer(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(self._next_look - loop.time())
            self._next_look = loop.time() + GATHER
            together = self._waiting[:TOGETHER]
            self._waiting = self._waiting[TOGETHER:]
            verdicts = await self._verdicts([ask for ask, _ in together])
            for (_, answer), verdict in zip(together, verdicts, strict=True):
                if answer.done():
                    continue  # the page left meanwhile
                if isinstance(verdict, Exception):
                    answer.set_exception(verdict)
                else:
                    answer.set_result(verdict)
