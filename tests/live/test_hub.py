"""The hub by itself: one frame for many, a busy line is passed over, nothing is kept for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend.access.policy import Sight
from backend.common.asgi import Message
from backend.live import crowd, frames, hub
from backend.live.door import NotAdmitted, Pass
from backend.live.history import History
from backend.live.hub import Hub
from backend.live.pace import Pace
from backend.live.socket import Socket
from backend.live.visitors import NOBODY, Visitor


class Line:
    """The client's end: takes frames, or nothing while `open` is not set."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        await self.open.wait()
        self.messages.append(message)

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(message["text"]) for message in self.messages if "text" in message]

    @property
    def told(self) -> list[tuple[int, list[str]]]:
        return [(frame["seq"], frame["streams"]) for frame in self.said if frame["t"] == "ev"]

    @property
    def code(self) -> int | None:
        codes = [
            message["code"] for message in self.messages if message["type"] == "websocket.close"
        ]
        return codes[0] if codes else None


class Admissions:
    """Lets in whom the test says."""

    def __init__(self) -> None:
        self.answer: Visitor | Exception = NOBODY
        self.lost: frozenset[str] = frozenset()

    async def admit(self, session: str, streams: set[str]) -> Pass:
        if isinstance(self.answer, Exception):
            raise self.answer
        return Pass(self.answer, self.lost)


class SlowDoor:
    """Answers when the test does."""

    def __init__(self) -> None:
        self.asked: list[asyncio.Future[Pass]] = []

    async def admit(self, session: str, streams: set[str]) -> Pass:
        self.asked.append(asyncio.get_running_loop().create_future())
        return await self.asked[-1]


def enter(
    the_hub: Hub,
    *streams: str,
    since: int | None = None,
    visitor: Visitor = NOBODY,
    asked_at: int | None = None,
    address: str = "",
) -> tuple[Line, Socket]:
    line = Line()
    socket = Socket(
        line.send,
        visitor,
        set(streams),
        heard=asyncio.get_running_loop().time(),
        on_free=the_hub.catch_up,
        address=address,
    )
    the_hub.join(socket, since, the_hub.history.position if asked_at is None else asked_at)
    return line, socket


def story(test: Callable[[Hub], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        async def main() -> None:
            await test(Hub(Admissions()))  # type: ignore[arg-type]

        asyncio.run(main())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


async def settle() -> None:
    await asyncio.sleep(hub.TOGETHER * 2)


@story
async def test_all_who_get_the_same_get_the_very_same_bytes(the_hub: Hub) -> None:
    lines = [enter(the_hub, "session.1")[0] for _ in range(3)]
    the_hub.happened(1, "session_changed", ["session.1", "rota.1"], "abc")
    await settle()
    told = [line.messages[-1] for line in lines]
    assert told[0] == frames.changed(1, ["session.1"], "abc")
    assert told[0] is told[1] is told[2]


@story
async def test_the_first_change_goes_out_at_once_and_a_burst_together(the_hub: Hub) -> None:
    line, _ = enter(the_hub, "session.1", "session.2")
    the_hub.happened(1, "session_changed", ["session.1"], "")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert line.told == [(1, ["session.1"])]
    for seq in range(2, 50):
        the_hub.happened(seq, "session_changed", [f"session.{1 + seq % 2}"], "")
    await settle()
    assert len(line.told) == 2
    assert line.told[1] == (49, ["session.1", "session.2"])


@story
async def test_a_crowd_that_is_told_the_same_is_told_to_spread_and_a_few_are_not(
    the_hub: Hub,
) -> None:
    crowd = [enter(the_hub, "plan.1", f"session.{n % 20}")[0] for n in range(100)]
    the_hub.happened(1, "session_changed", ["session.3"], "")
    await settle()
    assert crowd[3].said[-1] == {"t": "ev", "seq": 1, "streams": ["session.3"]}
    the_hub.happened(2, "session_changed", ["plan.1"], "")
    await settle()
    assert [line.said[-1] for line in crowd] == [
        {"t": "ev", "seq": 2, "streams": ["plan.1"], "within": 2000}
    ] * 100


def test_pages_queue_behind_those_that_were_told_before_and_never_for_longer_than_one_round() -> (
    None
):
    pace = Pace()
    assert pace.within(50, of=1000, now=100) == 1000
    assert pace.within(50, of=1000, now=100.5) == 1500
    assert pace.within(900, of=1000, now=101) == 19_000
    assert pace.within(900, of=1000, now=101) == 20_000
    assert pace.within(5, of=1000, now=200) == 0


@story
async def test_a_stalled_line_slows_nobody_and_then_catches_up_in_one_frame(the_hub: Hub) -> None:
    stalled, socket = enter(the_hub, "session.1", "session.2")
    others = [enter(the_hub, "session.1")[0] for _ in range(50)]
    stalled.open.clear()
    for seq in range(1, 21):
        the_hub.happened(seq, "session_changed", ["session.1"], "")
        await settle()
    assert all(len(line.told) == 20 for line in others)
    assert socket.waits and stalled.told == []
    the_hub.happened(21, "session_changed", ["session.2"], "")
    await settle()
    stalled.open.set()
    await settle()
    # The frame that it had begun, then everything since as one.
    assert stalled.told[0] == (1, ["session.1"])
    assert (stalled.told[1][0], sorted(stalled.told[1][1])) == (21, ["session.1", "session.2"])
    assert len(stalled.told) == 2 and not socket.waits


@story
async def test_control_waiting_for_each_line_stops_at_the_first_stalled_one(_: Hub) -> None:
    """What "passed over" is for: the same crowd, served one after another."""
    lines = [Line() for _ in range(50)]
    lines[5].open.clear()

    async def naive() -> None:
        for seq in range(1, 21):
            for line in lines:
                await line.send(frames.changed(seq, ["session.1"]))

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(naive(), 0.3)
    assert sum(len(line.told) for line in lines) < 10


@story
async def test_a_line_that_takes_nothing_for_a_minute_is_given_up(the_hub: Hub) -> None:
    line, socket = enter(the_hub, "session.1")
    line.open.clear()
    the_hub.happened(1, "session_changed", ["session.1"], "")
    await settle()
    the_hub.beat_one(socket, frames.at(1), asyncio.get_running_loop().time() + hub.STUCK + 1)
    assert socket not in the_hub.sockets and not the_hub.listeners


@story
async def test_a_page_that_says_nothing_is_given_up(the_hub: Hub) -> None:
    line, socket = enter(the_hub, "session.1")
    now = asyncio.get_running_loop().time()
    the_hub.beat_one(socket, frames.at(0), now + hub.SILENT - 1)
    assert line.code is None and line.said[-1] == {"t": "at", "seq": 0}
    the_hub.beat_one(socket, frames.at(0), now + hub.SILENT + 1)
    assert line.code == hub.TRY_LATER


@story
async def test_the_heartbeat_never_claims_what_was_not_told(the_hub: Hub) -> None:
    line, socket = enter(the_hub, "session.1")
    the_hub.happened(1, "session_changed", ["session.1"], "")
    the_hub.beat_one(socket, frames.at(the_hub.told), 0)  # between the event and its frame
    assert line.said[-1] == {"t": "at", "seq": 0}
    await settle()
    assert line.told == [(1, ["session.1"])]


@story
async def test_rights_are_asked_again_when_the_user_changed(the_hub: Hub) -> None:
    her = Visitor("key", 7)
    line, _ = enter(the_hub, "rota.1", visitor=her)
    other, _ = enter(the_hub, "rota.1", visitor=Visitor("other", 8))
    the_hub.door.answer = NotAdmitted(4403)  # type: ignore[attr-defined]
    the_hub.happened(1, "membership_ended", ["user.7", "rota.1"], "")
    await settle()
    assert (line.code, line.told) == (4403, [])
    assert (other.code, other.told) == (None, [(1, ["rota.1"])])


@story
async def test_who_keeps_her_rights_keeps_her_line_and_misses_nothing(the_hub: Hub) -> None:
    her = Visitor("key", 7)
    line, socket = enter(the_hub, "rota.1", visitor=her)
    the_hub.door.answer = Visitor("key", 7, Sight(("1.",)))  # type: ignore[attr-defined]
    the_hub.happened(1, "membership_ended", ["user.7", "rota.1"], "")
    await settle()
    assert line.told == [(1, ["rota.1"])]
    assert socket.visitor.sight.paths == ("1.",)


@story
async def test_rights_lost_while_she_stood_at_the_door_are_asked_again(the_hub: Hub) -> None:
    the_hub.happened(1, "membership_ended", ["user.7"], "")
    the_hub.happened(2, "session_changed", ["rota.1"], "")
    the_hub.door.answer = NotAdmitted(4403)  # type: ignore[attr-defined]
    late, _ = enter(the_hub, "rota.1", visitor=Visitor("key", 7), since=1, asked_at=0)
    asked_after, _ = enter(the_hub, "rota.1", visitor=Visitor("other", 7), since=1, asked_at=1)
    await settle()
    assert (late.code, late.told) == (4403, [])
    assert (asked_after.code, asked_after.told) == (None, [(2, ["rota.1"])])


@story
async def test_rights_lost_while_a_fragment_asked_for_more_are_asked_again(the_hub: Hub) -> None:
    line, socket = enter(the_hub, "plan.1", visitor=Visitor("key", 7))
    the_hub.door.answer = Visitor("key", 7)  # type: ignore[attr-defined]
    the_hub.happened(1, "membership_ended", ["user.7", "rota.1"], "")
    await settle()
    the_hub.door.answer = NotAdmitted(4403)  # type: ignore[attr-defined]
    the_hub.listen(socket, {"plan.1", "rota.1"}, 0, 0)
    await settle()
    assert (line.code, line.told) == (4403, [])


@story
async def test_a_right_to_one_stream_that_is_lost_ends_the_line(the_hub: Hub) -> None:
    """She may still hear the other; but the page shows what is not hers any more."""
    line, _ = enter(the_hub, "plan.1", "rota.1", visitor=Visitor("key", 7))
    the_hub.door.answer = Visitor("key", 7)  # type: ignore[attr-defined]
    the_hub.door.lost = frozenset(["rota.1"])  # type: ignore[attr-defined]
    the_hub.happened(1, "membership_ended", ["user.7", "rota.1"], "")
    await settle()
    assert (line.code, line.told) == (4403, [])


@story
async def test_nothing_is_told_before_the_last_of_two_looks_at_her_rights(the_hub: Hub) -> None:
    line, socket = enter(the_hub, "rota.1", visitor=Visitor("key", 7))
    the_hub.door = door = SlowDoor()  # type: ignore[assignment]
    the_hub.happened(1, "membership_ended", ["user.7", "rota.1"], "")
    the_hub.happened(2, "membership_ended", ["user.7"], "")
    await settle()
    door.asked[0].set_result(Pass(Visitor("key", 7)))
    await settle()
    assert socket.waits and line.told == []
    door.asked[1].set_exception(NotAdmitted(4403))
    await settle()
    assert (line.code, line.told) == (4403, [])


@story
async def test_a_line_that_was_closed_meanwhile_listens_to_nothing(the_hub: Hub) -> None:
    _, socket = enter(the_hub, "session.1")
    the_hub.close(socket, hub.TRY_LATER)
    the_hub.listen(socket, {"session.2"}, 0, 0)
    assert not the_hub.listeners


@story
async def test_a_session_that_is_somebody_elses_now_is_closed(the_hub: Hub) -> None:
    line, _ = enter(the_hub, "plan.1", visitor=Visitor("key", 7))
    the_hub.door.answer = NOBODY  # type: ignore[attr-defined]
    the_hub.happened(1, "signed_out", ["user.7"], "")
    await settle()
    assert line.code == 4401


@story
async def test_a_process_that_is_full_lets_nobody_in(the_hub: Hub) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub, "MOST", 1)
        enter(the_hub, "session.1")
        with pytest.raises(NotAdmitted) as refusal:
            enter(the_hub, "session.1")
    assert refusal.value.code == hub.TRY_LATER


HOME = [f"2001:db8:7:ff{n:02x}::" for n in range(8)]  # /64 of one /56
ROUND = [f"2001:db8:7:{n:02x}00::" for n in range(8)]  # /56 of one /48


@story
async def test_whoever_opens_line_after_line_from_one_place_shuts_out_nobody_else(
    the_hub: Hub,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowd, "MOST_OF_ONE", 3)
        patch.setattr(crowd, "MOST_AROUND", 5)
        patch.setattr(crowd, "MOST", 7)
        for address in HOME[:3]:
            _, last = enter(the_hub, "session.1", address=address)
        with pytest.raises(NotAdmitted) as refusal:
            enter(the_hub, "session.1", address=HOME[3])
        assert refusal.value.code == crowd.TOO_MANY
        enter(the_hub, "session.1", address=HOME[3], visitor=Visitor("key", 7))  # signed in
        for address in ROUND[:2]:
            enter(the_hub, "session.1", address=address)
        with pytest.raises(NotAdmitted):
            enter(the_hub, "session.1", address=ROUND[2])
        enter(the_hub, "session.1", address="203.0.113.7")
        enter(the_hub, "session.1", address="")  # not known: no place to count for
        with pytest.raises(NotAdmitted):
            enter(the_hub, "session.1", address="198.51.100.4")
        enter(the_hub, "session.1", visitor=Visitor("other", 8))
        the_hub.leave(last)
        enter(the_hub, "session.1", address=HOME[3])


def test_a_school_on_one_wifi_has_its_pages() -> None:
    assert crowd.MOST_OF_ONE >= 50 * 4


@story
async def test_who_leaves_leaves_nothing_behind(the_hub: Hub) -> None:
    _, socket = enter(the_hub, "session.1", "rota.2", visitor=Visitor("key", 7))
    the_hub.leave(socket)
    the_hub.leave(socket)
    _, nobody = enter(the_hub, "session.1", address="203.0.113.7")
    the_hub.close(nobody, hub.TRY_LATER)
    assert not the_hub.sockets and not the_hub.listeners and not the_hub.of_user
    assert not the_hub.crowd.all and not the_hub.crowd.of


@story
async def test_a_fragment_that_shows_other_streams_listens_to_those(the_hub: Hub) -> None:
    line, socket = enter(the_hub, "session.1")
    the_hub.listen(socket, {"session.2"}, 0, 0)
    the_hub.happened(1, "session_changed", ["session.1"], "")
    the_hub.happened(2, "session_changed", ["session.2"], "")
    await settle()
    assert line.told == [(2, ["session.2"])]
    assert set(the_hub.listeners) == {"session.2"}


def test_the_history_answers_from_its_floor_to_its_position() -> None:
    history = History(position=10, floor=5, newest=[("rota.1", 8)])
    history.add(11, ["session.1"])
    assert history.missed(7, ["rota.1", "session.1", "run.1"]) == ["rota.1", "session.1"]
    assert history.missed(8, ["rota.1", "session.1"]) == ["session.1"]
    assert history.missed(11, ["rota.1", "session.1"]) == []
    assert history.missed(4, ["rota.1"]) is None
    assert history.missed(12, ["rota.1"]) is None
    with pytest.raises(ValueError, match="event 13 after 11"):
        history.add(13, [])


def test_a_history_that_grows_too_large_forgets_its_older_half(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.live.history.MOST_STREAMS", 100)
    history = History()
    for seq in range(1, 102):
        history.add(seq, [f"session.{seq}"])
    assert len(history.newest) <= 51
    assert history.missed(history.floor - 1, []) is None
    assert history.missed(history.floor, ["session.101"]) == ["session.101"]
