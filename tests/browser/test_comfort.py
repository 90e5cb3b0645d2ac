"""ui.js is comfort only: what it does, and that the page works without it."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import Look


def html(page: Page, name: str) -> str:
    return str(page.evaluate(f"() => document.documentElement.dataset.{name}"))


def test_text_size_and_theme_show_at_once_and_stay(look: Look) -> None:
    page = look("styleguide/mock/volunteer/")
    page.get_by_text("大字", exact=True).click()
    with page.expect_response("**/preferences/") as answer:
        page.get_by_role("button", name="特大").click()
    assert answer.value.status == 204
    assert html(page, "text") == "xl"
    with page.expect_response("**/preferences/"):
        page.get_by_role("button", name="深色").click()
    page.reload()
    assert (html(page, "text"), html(page, "theme")) == ("xl", "dark")


def test_without_script_the_display_menu_is_a_form(look: Look) -> None:
    page = look("styleguide/mock/volunteer/", java_script_enabled=False)
    page.locator(".display-menu summary").click()
    page.get_by_role("button", name="最大").click()
    page.wait_for_url("**/styleguide/mock/volunteer/")
    expect(page.locator("html[data-text=xxl]")).to_have_count(1)
    page.locator(".display-menu summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html[lang=en]")).to_have_count(1)


def test_a_double_tap_sends_one_form(look: Look) -> None:
    page = look("styleguide/mock/volunteer/")
    sent: list[str] = []

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            return  # the answer never comes: the first request is still on its way
        route.continue_()

    page.route("**/styleguide/mock/volunteer/", answer)
    page.get_by_role("button", name="我能去").dblclick(no_wait_after=True)
    page.wait_for_timeout(300)
    assert len(sent) == 1
    assert "idempotency_key=" in sent[0]
    assert "csrfmiddlewaretoken=" in sent[0]


FORM = """<section id="box"><b>%s</b><p class="sr" data-announce>%s</p>
<form method="post" action="/answer/" hx-post="/answer/" hx-target="#box" hx-swap="outerMorph"
  data-submit-once><button type="submit">去</button></form></section>"""


def with_answer(page: Page, answer: dict[str, object]) -> None:
    """Put a form into the page and answer its request."""
    page.route(
        "**/answer/", lambda route: route.fulfill(content_type="text/html; charset=utf-8", **answer)
    )  # type: ignore[arg-type]
    page.evaluate(
        "(html) => { document.querySelector('main').innerHTML = html; "
        "htmx.process(document.querySelector('main')); }",
        FORM % ("还缺 1 人", ""),
    )
    page.get_by_role("button", name="去", exact=True).click()


def test_a_fragment_brings_its_toast_and_is_said_aloud(look: Look) -> None:
    page = look("styleguide/mock/ticket/")
    toast = (
        '<div hx-swap-oob="beforeend:#toasts"><div class="toast" data-toast="10">已报名</div></div>'
    )
    with_answer(page, {"body": FORM % ("已满", "这一班已满") + toast})
    expect(page.locator("#box b")).to_have_text("已满")
    expect(page.locator("#toasts > .toast")).to_have_text("已报名")
    expect(page.locator("#announce")).to_have_text("这一班已满")
    expect(page.locator("#box form[data-sent]")).to_have_count(0)


def test_what_is_said_anew_replaces_what_was_said_before(look: Look) -> None:
    page = look("styleguide/mock/ticket/", still=True)
    shown = page.locator("#toasts > .toast")
    for said in (["零"], ["一", "二"]):
        page.evaluate(
            """(said) => document.getElementById('toasts').insertAdjacentHTML('beforeend',
                said.map((text) => `<div class="toast" data-toast="10">${text}</div>`).join('')
            )""",
            said,
        )
        expect(shown).to_have_text(said)


def test_a_refused_form_comes_back_with_its_errors(look: Look) -> None:
    page = look("styleguide/mock/ticket/")
    with_answer(page, {"status": 422, "body": FORM % ("请选一个孩子", "")})
    expect(page.locator("#box b")).to_have_text("请选一个孩子")


def test_a_sentence_when_the_server_fails_and_the_page_stays(look: Look) -> None:
    page = look("styleguide/mock/ticket/")
    with_answer(page, {"status": 500, "body": "<h1>Server Error</h1>"})
    expect(page.locator("#toasts > .toast")).to_have_text("没有成功，请再试一次")
    expect(page.locator("#box b")).to_have_text("还缺 1 人")


def test_a_redirect_is_followed_as_a_page(look: Look) -> None:
    page = look("styleguide/mock/ticket/")
    with_answer(page, {"status": 302, "headers": {"location": "/styleguide/mock/volunteer/"}})
    page.wait_for_url("**/styleguide/mock/volunteer/")


def test_a_dialog_opens_takes_the_focus_and_closes_with_escape(look: Look) -> None:
    page = look("styleguide/phone/")
    opener = page.get_by_role("button", name="去不了").last
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(look: Look) -> None:
    page = look("styleguide/phone/")
    expect(page.locator(".error-summary").first).to_be_focused()
    page.get_by_role("link", name="手机号: 手机号要 11 位").click()
    expect(page.locator("#id_phone")).to_be_in_viewport()


def test_the_keyboard_skips_to_the_content(look: Look) -> None:
    page = look("styleguide/mock/volunteer/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_harness_finds_what_is_wrong(look: Look) -> None:
    page = look("styleguide/mock/ticket/")
    page.evaluate(
        "() => { const i = document.createElement('img'); i.src = '/static/img/favicon.svg'; "
        "document.querySelector('main').append(i); }"
    )
    assert [line.split(":")[0] for line in violations(page)] == ["image-alt"]
