"""One per web process: hears every event once, and tells the sockets that listen to its streams.

A frame is encoded once for all who get the same one. A socket whose line is busy is passed over and
catches up from its own `seen` when the line is free, so a stalled phone costs nobody else anything
and no queue grows. Runs in the event loop alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import TypeVar

from django.db import DatabaseError

from backend.common.asgi import Message
from backend.live import frames, measures
from backend.live.crowd import TOO_MANY, Crowd
from backend.live.door import FORBIDDEN, SIGN_IN, Admissions, NotAdmitted
from backend.live.history import History
from backend.live.pace import Pace
from backend.live.socket import Socket

log = logging.getLogger("moli.live")
Key = TypeVar("Key", str, int)
TOGETHER = 0.03  # seconds: events that come within one such span go out as one frame
HEARTBEAT = 15  # seconds
# seconds without a word from the page (a hidden tab speaks once a minute); then the line is dead
SILENT = 100.0
# heartbeats: a right that ended without an event (an expired session, the admin) ends the line in
# five minutes
CHECKED_EVERY = 20
STUCK = 60.0  # seconds that a line may take nothing
EARLIER = 10  # seconds that reading a fragment takes at most
MOST = 20_000  # sockets of one process, signed in or not; about 400 MB
MOST_A_USER = 24  # sockets: phone, desk and forgotten tabs
TRY_LATER = 1013  # close code; the page tries again, with growing pauses


class Hub:
    def __init__(self, door: Admissions) -> None:
        self.door = door
        self.history = History()
        self.crowd = Crowd()
        self.told = 0  # the position up to which sockets that do not wait have been told
        self.sockets: dict[Socket, None] = {}
        self.listeners: defaultdict[str, dict[Socket, None]] = defaultdict(dict)
        self.of_user: defaultdict[int, dict[Socket, None]] = defaultdict(dict)
        self._changed: dict[
            str, str
        ] = {}  # stream → id of the request that changed it last; not yet told
        self._next_telling = 0.0
        self._pace = Pace()
        self._telling: asyncio.TimerHandle | None = None
        self._checks: set[asyncio.Task[None]] = set()
        self._earlier: deque[int] = deque(
            maxlen=EARLIER
        )  # the position at the last ticks of the heartbeat, oldest first

    # --- pages come and go ------------------------------------------------------------------------

    def join(
        self,
        socket: Socket,
        since: int | None,
        asked_at: int,
        refused: frozenset[str] = frozenset(),
    ) -> None:
        """Let a socket in that has said up to where it knows; None: it was rendered just now.
        Raises NotAdmitted.

        `asked_at` is the position at which the door was asked about it. `refused`: the streams
        that the door left out.
        """
        user_id = socket.visitor.user_id
        if len(self.sockets) >= MOST:
            raise NotAdmitted(TRY_LATER)
        if user_id is not None and len(self.of_user.get(user_id, ())) >= MOST_A_USER:
            raise NotAdmitted(TOO_MANY)
        if user_id is None:
            self.crowd.let_in(socket.address)
            self.crowd.came(socket.address)
        else:
            self.of_user[user_id][socket] = None
        self.sockets[socket] = None
        self._index(socket, socket.streams)
        socket.seen = self.told if since is None else since
        # Until it has been told what it missed, it must not believe that it is up to date.
        up_to_date = self.history.missed(socket.seen, socket.streams) == []
        socket.push(frames.hello(self.history.position if up_to_date else socket.seen))
        self._tell_refused(socket, refused)
        self._check_if_changed(socket, asked_at)
        self.catch_up(socket)

    def listen(
        self,
        socket: Socket,
        streams: set[str],
        since: int,
        asked_at: int,
        refused: frozenset[str] = frozenset(),
    ) -> None:
        """From now on the page shows these streams; the caller has asked the door.

        The fragment that brought new ones was read before the page's position was last raised, so
        they are told from a little earlier on: rather read once too often than keep what is old.
        """
        if socket not in self.sockets:
            return  # closed while the door was asked
        new = streams - socket.streams
        self._index(socket, streams)
        self._tell_refused(socket, refused)
        self._check_if_changed(socket, asked_at)
        since = min(since, self._earlier[0] if self._earlier else self.told)
        missed = self.history.missed(since, new)
        if socket.waits or missed is None:
            socket.seen = min(socket.seen, since)
            self.catch_up(socket)
        elif missed:
            socket.push(frames.changed(max(socket.seen, self.told), missed))

    def _tell_refused(self, socket: Socket, refused: frozenset[str]) -> None:
        """Best effort, as the page goes on with the others anyhow."""
        if refused and not socket.waits:
            socket.push(frames.refused(socket.seen, sorted(refused)))

    def _index(self, socket: Socket, streams: set[str]) -> None:
        for stream in socket.streams - streams:
            _drop(self.listeners, stream, socket)
        for stream in streams:
            self.listeners[stream][socket] = None
        socket.streams = streams

    def leave(self, socket: Socket) -> None:
        if socket not in self.sockets:
            return
        del self.sockets[socket]
        for stream in socket.streams:
            _drop(self.listeners, stream, socket)
        if socket.visitor.user_id is None:
            self.crowd.left(socket.address)
        else:
            _drop(self.of_user, socket.visitor.user_id, socket)
        if socket.blocked is not None:
            socket.blocked.cancel()

    def close(self, socket: Socket, code: int) -> None:
        if socket in self.sockets:
            self.leave(socket)
            socket.push(frames.close(code))

    # --- what happened ----------------------------------------------------------------------------

    def happened(self, seq: int, kind: str, streams: list[str], request: str) -> None:
        """The next event in order. Sockets hear of it now, or with the others of this span."""
        self.history.add(seq, streams)
        for stream in streams:
            if stream in self.listeners:
                self._changed[stream] = request
        for stream in streams:
            if stream.startswith("user."):
                self._check_again(self.of_user.get(int(stream[5:]), {}))
        self._tell_soon()

    def lost(self, position: int) -> None:
        """The numbering went on elsewhere (a restore): nobody can be told what she missed."""
        log.warning(
            "history lost between %d and %d: every page reads anew", self.history.position, position
        )
        self.history = History(position, position)
        self.told = position
        self._changed.clear()
        self._earlier.clear()
        for socket in list(self.sockets):
            self.catch_up(socket)

    def ticked(self, stream: str, data: object) -> None:
        """Best effort: who is busy misses it, the next comes in half a second."""
        message = frames.tick(stream, data)
        for socket in list(self.listeners.get(stream, ())):
            if not socket.waits:
                socket.push(message)

    def catch_up(self, socket: Socket) -> None:
        """Tell a socket what it missed, as one frame."""
        if socket not in self.sockets or socket.waits:
            return
        missed = self.history.missed(socket.seen, socket.streams)
        socket.seen = self.history.position
        if missed is None:
            measures.RESYNCS.inc()
            socket.push(frames.resync(self.history.position))
        elif missed:
            measures.CATCH_UPS.inc()
            within = self._pace.within(1, len(self.sockets), asyncio.get_running_loop().time())
            socket.push(frames.changed(self.history.position, missed, within=within))

    def _tell_soon(self) -> None:
        if self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_at(max(loop.time(), self._next_telling), self._tell)

    def _tell(self) -> None:
        self._telling = None
        moment = asyncio.get_running_loop().time()
        self._next_telling = moment + TOGETHER
        changed = self._changed
        self._changed = {}
        self.told = position = self.history.position
        mine: dict[Socket, list[str]] = {}
        for stream in changed:
            for socket in self.listeners.get(stream, ()):
                mine.setdefault(socket, []).append(stream)
        encoded: dict[tuple[str, ...], Message] = {}
        within = self._pace.within(len(mine), len(self.sockets), moment)
        for socket, streams in mine.items():
            if socket.waits or socket.seen >= position:
                continue
            key = tuple(streams)
            message = encoded.get(key)
            if message is None:
                message = encoded[key] = frames.changed(
                    position, streams, changed[streams[-1]], within
                )
            socket.seen = position
            socket.push(message)
        if mine:
            measures.FRAMES.inc(len(mine))
            log.debug(
                "told %d sockets up to %d %s", len(mine), position, sorted(set(changed.values()))
            )

    # --- who may still listen ---------------------------------------------------------------------

    def _check_if_changed(self, socket: Socket, asked_at: int) -> None:
        """The door may have answered from before the user's rights changed, while the hub did not
        know the socket or its streams."""
        user_id = socket.visitor.user_id
        if user_id is not None and self.history.missed(asked_at, [f"user.{user_id}"]) != []:
            self._check_again([socket])

    def _check_again(self, sockets: Iterable[Socket]) -> None:
        for socket in list(sockets):
            socket.held += 1
            task = asyncio.get_running_loop().create_task(self._check(socket))
            self._checks.add(task)
            task.add_done_callback(self._checks.discard)

    async def _check(self, socket: Socket) -> None:
        """Her rights may have changed: ask the door again; nothing is told meanwhile.

        A right that she had and lost ends the line: the page shows what is not hers any more.
        """
        try:
            visitor, lost = await self.door.admit(socket.visitor.session, socket.streams)
        except NotAdmitted as refused:
            return self.close(socket, refused.code)
        except DatabaseError:
            return self.close(socket, TRY_LATER)
        if visitor.user_id != socket.visitor.user_id:
            return self.close(socket, SIGN_IN)
        if lost & socket.streams:
            return self.close(socket, FORBIDDEN)
        socket.visitor = visitor
        socket.held -= 1
        self.catch_up(socket)

    # --- the heartbeat ----------------------------------------------------------------------------

    async def beat(self) -> None:
        """Spread over the period, so that ten thousand sockets are no burst."""
        turn = 0
        while True:
            await asyncio.sleep(1)
            turn += 1
            self._earlier.append(self.told)
            measures.count(self.sockets)
            message = frames.at(self.told)
            moment = asyncio.get_running_loop().time()
            for number, socket in enumerate(list(self.sockets)):
                if number % HEARTBEAT == turn % HEARTBEAT:
                    self.beat_one(socket, message, moment)
                    if (number + turn) // HEARTBEAT % CHECKED_EVERY == 0 and not socket.held:
                        self._check_again([socket])

    def beat_one(self, socket: Socket, message: Message, moment: float) -> None:
        """At `moment` of the loop's clock: the socket's heartbeat, or its end when it takes or says
        nothing any more."""
        stuck = socket.blocked is not None and moment - socket.blocked_since > STUCK
        if stuck or moment - socket.heard > SILENT:
            self.close(socket, TRY_LATER)
        elif not socket.waits and socket.seen <= self.told:
            socket.seen = self.told
            socket.push(message)


def _drop(index: defaultdict[Key, dict[Socket, None]], key: Key, socket: Socket) -> None:
    index[key].pop(socket, None)
    if not index[key]:
        del index[key]
