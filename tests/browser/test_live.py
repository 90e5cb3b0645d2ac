"""live.js against a scripted server: what moved is fetched again, nothing typed is lost, a broken
line heals and says so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from tests.browser.fixtures import stop_clock

PAGE = """<!doctype html><html lang="zh-CN"><title>live</title>
<meta name="htmx-config" content='{"noSwap":["204","304","5xx"]}'>
<body data-live-url="/live/" data-live-since="5">
<span data-live-badge data-on="实时同步" data-retry="正在重连" data-off="已断开，30 秒刷新一次"
  data-auth="请重新登录" data-barred="这页不再更新"></span>
%s %s
<div data-tick="run.3"><b data-field="placed">0</b>
<progress data-field="percent" data-bar value="0" max="100"></progress></div>
<script src="/static/vendor/htmx-4.0.1.min.js"></script>
<script src="/static/js/live.js"></script></body></html>"""
FRAGMENT = (
    '<section id="%s" data-live="%s" hx-get="/fragment/%s/" hx-trigger="live" '
    'hx-swap="outerMorph"><b>%d</b><input aria-label="%s">%s</section>'
)


@dataclass
class Server:
    """The other end: fragments that count how often they were asked for, and sockets that a test
    speaks through."""

    page: Page
    asked: Counter[str] = field(default_factory=Counter)
    sockets: list[WebSocketRoute] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    told: int = 0
    more: str = ""
    answering: bool = True
    fails: list[int] = field(
        default_factory=list
    )  # the next answers of fragments: a status, or 0 for a line that breaks

    def say(self, **frame: object) -> None:
        self.sockets[-1].send(json.dumps(frame))

    def tell(self, **frame: object) -> None:
        """Say it, and go on when the page has heard it: it hears in order."""
        self.told += 1
        self.say(**frame)
        self.say(t="tick", stream="run.3", data={"placed": self.told})
        expect(self.page.locator("[data-field=placed]")).to_have_text(str(self.told))

    def fragment(self, name: str) -> str:
        return FRAGMENT % (
            name,
            {"a": "rota.12", "b": "session.9"}[name],
            name,
            self.asked[name],
            name,
            self.more if name == "a" else "",
        )

    def connected(self, count: int) -> None:
        for _ in range(100):
            if len(self.sockets) >= count:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{len(self.sockets)} connections, {count} awaited")

    def until(self, true: Callable[[], bool], milliseconds: int = 0) -> None:
        """Let the page's clock run on, so much at a time (0: wait for the other end only), until it
        is true."""
        for _ in range(400):
            if true():
                return
            if milliseconds:
                self.page.clock.run_for(milliseconds)
            self.page.wait_for_timeout(20)
        raise AssertionError(f"{self.asked} {self.heard}")

    def answer_page(self, route: Route) -> None:
        route.fulfill(
            content_type="text/html; charset=utf-8",
            body=PAGE % (self.fragment("a"), self.fragment("b")),
        )

    def answer_fragment(self, route: Route) -> None:
        name = route.request.url.split("/")[-2]
        self.asked[name] += 1
        if self.fails:
            status = self.fails.pop(0)
            return route.fulfill(status=status, body="") if status else route.abort()
        route.fulfill(content_type="text/html; charset=utf-8", body=self.fragment(name))

    def answer_socket(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self.heard.append(str(text)))
        if self.answering:
            socket.send('{"t": "hello", "seq": 7}')
        else:
            socket.close(code=1011)


@pytest.fixture
def live(browser: Browser, guide: str) -> Callable[..., Server]:
    def start(clock: bool = False, answering: bool = True) -> Server:
        page = browser.new_page()
        server = Server(page, answering=answering)
        if clock:  # only what a test runs for passes: no real time on top of it
            stop_clock(page)
        page.route("**/page/", server.answer_page)
        page.route("**/fragment/*/", server.answer_fragment)
        page.route_web_socket("**/live/**", server.answer_socket)
        page.goto(f"{guide}/page/")
        if answering:
            expect(page.locator("[data-live-badge]")).to_have_text("实时同步")
        return server

    return start


def test_only_what_moved_is_fetched_again_and_nothing_typed_is_lost(
    live: Callable[..., Server],
) -> None:
    server = live()
    assert server.sockets[0].url.endswith("/live/?since=5&streams=rota.12,run.3,session.9")
    box = server.page.locator("#a input")
    box.fill("半句话")
    box.focus()
    server.say(t="ev", seq=8, streams=["rota.12"])
    expect(server.page.locator("#a b")).to_have_text("1")
    expect(box).to_have_value("半句话")
    expect(box).to_be_focused()
    assert server.asked == {"a": 1}


def test_ticks_write_numbers_without_fetching(live: Callable[..., Server]) -> None:
    server = live()
    server.say(t="tick", stream="run.3", data={"placed": "1,518", "percent": 54})
    expect(server.page.locator("[data-field=placed]")).to_have_text("1,518")
    assert server.page.evaluate("() => document.querySelector('progress').value") == 54
    assert server.asked == {}


@pytest.mark.parametrize("code", [1000, 1001, 1011, 4001])
def test_a_closed_line_comes_back_from_where_it_was(live: Callable[..., Server], code: int) -> None:
    server = live()
    server.say(t="ev", seq=41, streams=["session.9"])
    expect(server.page.locator("#b b")).to_have_text("1")
    server.sockets[0].close(code=code)
    server.connected(2)
    assert "since=41&" in server.sockets[1].url
    expect(server.page.locator("[data-live-badge]")).to_have_text("实时同步")


@pytest.mark.parametrize(("code", "words"), [(4401, "请重新登录"), (4403, "这页不再更新")])
def test_a_line_closed_for_good_stays_closed(
    live: Callable[..., Server], code: int, words: str
) -> None:
    server = live(clock=True)
    server.sockets[0].close(code=code)
    expect(server.page.locator("[data-live-badge]")).to_have_text(words)
    server.page.clock.run_for(120_000)
    assert len(server.sockets) == 1
    assert server.asked == {}


def test_where_too_many_lines_are_open_it_asks_now_and_then_and_tries_again_much_later(
    live: Callable[..., Server],
) -> None:
    server = live(clock=True)
    server.page.evaluate("() => { Math.random = () => 0.5; }")
    server.sockets[0].close(code=4429)
    expect(server.page.locator("[data-live-badge]")).not_to_have_text("实时同步")
    server.page.clock.run_for(200_000)
    assert len(server.sockets) == 1
    server.until(lambda: server.asked["a"] > 0, 1_000)
    server.page.clock.run_for(100_000)
    server.connected(2)


@pytest.mark.parametrize("fails", [[503], [0], [503, 0, 502]])
def test_a_fragment_that_could_not_be_read_says_so_and_is_asked_for_again(
    live: Callable[..., Server], fails: list[int]
) -> None:
    server = live(clock=True)
    badge = server.page.locator("[data-live-badge]")
    server.fails, count = list(fails), len(fails)
    server.say(t="ev", seq=8, streams=["rota.12"])
    server.until(lambda: server.asked["a"] == 1, 200)
    expect(badge).to_have_text("正在重连")
    server.until(lambda: server.asked["a"] == count + 1, 1000)
    expect(server.page.locator("#a b")).to_have_text(str(count + 1))
    expect(badge).to_have_text("实时同步")
    assert server.asked == {"a": count + 1}


def test_a_fragment_that_is_gone_is_not_asked_for_again(live: Callable[..., Server]) -> None:
    server = live(clock=True)
    server.fails = [404]
    server.tell(t="ev", seq=8, streams=["rota.12"])
    server.until(lambda: server.asked["a"] == 1, 200)
    server.page.clock.run_for(10_000)
    assert server.asked == {"a": 1}


def test_changes_that_never_pause_do_not_keep_a_page_from_reading_them(
    live: Callable[..., Server],
) -> None:
    server = live(clock=True)
    for told in range(1, 41):
        server.tell(t="ev", seq=7 + told, streams=["rota.12"])
        server.page.clock.run_for(50)
        expect(server.page.locator("#a b")).to_have_text(str(told // 3))
    assert server.asked == {"a": 13}, "one each 150 of the 2,000 ms"


def test_one_of_a_crowd_fetches_at_a_moment_of_its_own_and_once(
    live: Callable[..., Server],
) -> None:
    server = live(clock=True)
    server.page.evaluate("() => { Math.random = () => 0.5; }")
    for seq in (8, 9):
        server.tell(t="ev", seq=seq, streams=["rota.12"], within=10_000)
        server.page.clock.run_for(2_000)
    assert server.asked == {}
    server.until(lambda: server.asked["a"] == 1, 1_000)
    server.page.clock.run_for(9_000)
    assert server.asked == {"a": 1}


def test_a_resync_fetches_everything(live: Callable[..., Server]) -> None:
    server = live()
    server.say(t="resync", seq=900)
    expect(server.page.locator("#a b")).to_have_text("1")
    expect(server.page.locator("#b b")).to_have_text("1")
    server.sockets[0].close(code=1001)
    server.connected(2)
    assert "since=900&" in server.sockets[1].url


def test_what_a_swap_brings_in_is_listened_to(live: Callable[..., Server]) -> None:
    server = live()
    server.more = '<i data-live="person.4"></i>'
    server.say(t="ev", seq=8, streams=["rota.12"])
    expect(server.page.locator("#a i")).to_have_count(1)
    server.until(lambda: len(server.heard) > 0)
    assert [json.loads(text) for text in server.heard] == [
        {"t": "listen", "since": 8, "streams": ["person.4", "rota.12", "run.3", "session.9"]}
    ]
    assert len(server.sockets) == 1


def test_a_page_that_shows_nothing_live_opens_no_line(browser: Browser, guide: str) -> None:
    page = browser.new_page()
    opened: list[str] = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    page.route(
        "**/page/",
        lambda route: route.fulfill(
            content_type="text/html; charset=utf-8",
            body=PAGE.replace("data-tick", "data-none") % ("", ""),
        ),
    )
    page.goto(f"{guide}/page/")
    page.wait_for_timeout(300)
    assert opened == []
    assert page.locator("[data-live-badge]").inner_text() == ""


def test_silence_is_a_dead_line(live: Callable[..., Server]) -> None:
    server = live(clock=True)
    server.page.clock.run_for(31_000)
    server.until(lambda: len(server.heard) > 1)
    assert server.heard == ['{"t":"ping"}'] * 2
    assert len(server.sockets) == 1
    server.page.clock.run_for(15_000)
    server.connected(2)


def test_three_failures_turn_to_asking_every_half_minute_and_back(
    live: Callable[..., Server],
) -> None:
    server = live(clock=True, answering=False)
    badge = server.page.locator("[data-live-badge]")
    server.until(lambda: badge.inner_text() == "已断开，30 秒刷新一次", 2_000)
    server.page.clock.run_for(33_000)
    expect(server.page.locator("#a b")).not_to_have_text("0")
    server.answering = True
    server.until(lambda: badge.inner_text() == "实时同步", 15_000)


@pytest.mark.parametrize(("inside", "says_so"), [("header", False), ("section", True)])
def test_a_page_of_which_its_bell_alone_moves_does_not_say_so(
    live: Callable[..., Server], inside: str, says_so: bool
) -> None:
    server = live()
    server.page.evaluate(
        """(inside) => {
          document.querySelectorAll('[data-live], [data-tick]').forEach((e) => {
            const around = document.createElement(inside);
            e.replaceWith(around);
            around.append(e);
          });
          document.dispatchEvent(new CustomEvent('htmx:after:swap', { detail: {} }));
        }""",
        inside,
    )
    badge = server.page.locator("[data-live-badge]")
    expect(badge).to_have_text("实时同步")
    assert badge.get_attribute("hidden") == (None if says_so else "")
