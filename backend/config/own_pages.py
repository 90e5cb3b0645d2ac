"""What the bridge answers by itself, without Django and without a database: pages that stand alone,
in Chinese first and in English below."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple


class Words(NamedTuple):
    """A page: what happened, what to do, and both in English."""

    title: str
    says: str
    english: str


WORDS = {
    HTTPStatus.BAD_REQUEST: Words(
        "这里有我们读不懂的内容",
        "请返回上一页再试；还不行，请从首页重新点进来。",
        "We cannot read what was sent. Please go back and try again, or start from the home page.",
    ),
    HTTPStatus.REQUEST_TIMEOUT: Words(
        "内容收了一半就断了",
        "什么都没有保存。网络可能不稳，请返回上一页再试一次。",
        "Only a part arrived in time, and nothing was saved. Please go back and try again.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Words(
        "发来的内容太大了",
        "什么都没有保存。请返回上一页，少写一些或换一个小一点的文件再试。",
        "That is too large, and nothing was saved. Please go back and send less.",
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: Words(
        "网址或浏览器附带的内容太长了",
        "什么都没有保存。请从首页重新点进来；还不行，请在浏览器里清除这个网站的 Cookie 再试。",
        "The address, or what your browser sends along, is too long, and nothing was saved. Please "
        "start from the home page, or clear this site's cookies.",
    ),
    HTTPStatus.NOT_IMPLEMENTED: Words(
        "内容的发送方式我们读不懂",
        "什么都没有保存。请换一个浏览器再试；用程序发的，请不要用 chunked 以外的传输编码。",
        "We do not read a body that is sent in this coding, and nothing was saved. Please try "
        "another browser; a program may use chunked alone.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Words(
        "我们这边出错了",
        "已经记下来了，会有人处理。你刚才的操作可能没有成功，请过一会儿看一看再试。",
        "Something went wrong on our side. It has been recorded. What you did may not have worked: "
        "please look again in a while.",
    ),
}
BUSY = "现在人很多，请稍候"


def page_of(status: HTTPStatus) -> bytes:
    """The page of one refusal."""
    return _page(status, WORDS[status])


def busy_page(again: int) -> bytes:
    """Too many wait; it asks again by itself after so many seconds. 0 is for what was sent: it says
    that nothing was saved."""
    words = Words(
        BUSY,
        "刚才的操作没有保存。请返回上一页，过一会儿再试一次。",
        "Many people are here right now. What you just sent was not saved: please go back and "
        "try again in a while.",
    )
    if again:
        words = Words(
            BUSY,
            f"{again} 秒后自动再试。",
            f"Many people are here right now. This page tries again in {again} seconds.",
        )
    return _page(HTTPStatus.SERVICE_UNAVAILABLE, words, again)


def _page(status: HTTPStatus, words: Words, again: int = 0) -> bytes:
    refresh = ""
    if again:
        refresh = f'<meta http-equiv="refresh" content="{again}">'
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{refresh}'
        f"<title>{words.title}</title></head><body><main>"
        f'<h1>{words.title}</h1><p>{words.says}</p><p lang="en">{words.english}</p>'
        f'<p><a href="/">回到首页 <span lang="en">Home</span></a></p><p>{status.value}</p>'
        "</main></body></html>\n"
    ).encode()
