"""A refusal without a word becomes our page: what happened and what to do, in her language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.contrib.messages.constants import DEFAULT_LEVELS
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client
from django.urls import include
from django.urls import path as at

from backend import web


def wordless(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(status=status, headers={"Allow": "POST", "Retry-After": "7"})


urlpatterns = [
    at("wordless/<int:status>/", wordless),
    at("", include("backend.config.urls")),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize(
    ("status", "happened", "to_do"),
    [
        (400, "这里有我们读不懂的内容", "请返回上一页，删掉看不懂的符号再试"),
        (405, "这一步要从页面上点", "请返回上一页再点一次"),
        (413, "发来的内容太大了", "少写一些或换一个小一点的文件再试"),
        (429, "太快了，请等一等", "请过几分钟再试"),
    ],
)
def test_a_refusal_says_what_happened_and_what_to_do(
    client: Client, status: int, happened: str, to_do: str
) -> None:
    answer = client.get(f"/wordless/{status}/")
    text = answer.content.decode()
    assert (answer.status_code, answer["Allow"], answer["Retry-After"]) == (status, "POST", "7")
    assert happened in text and to_do in text and '<html lang="zh-' in text


def test_every_page_that_says_a_refusal_next_says_it_in_one_place() -> None:
    """web.refusals.refusals_said(): whoever writes it by hand forgets the credentials' names, or
    speaks to a colleague as to her who was refused."""
    by_hand = []
    for path in Path(web.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ExceptHandler) or path.name == "refusals.py":
                continue
            said = ast.unparse(node.body[0])
            anything = ast.unparse(node.type or ast.Name("")) == "Refusal"
            if anything and said.startswith("messages.") and "refused(" in said:
                by_hand.append(f"{path}:{node.lineno}")
    assert by_hand == []


def test_in_english_for_who_reads_english(client: Client) -> None:
    client.cookies["language"] = "en"
    text = client.get("/wordless/413/", headers={"Accept-Language": "en"}).content.decode()
    assert "发来的内容太大了" not in text and '<html lang="en' in text


@pytest.mark.parametrize(
    ("level", "icon"), [("success", "circle-check"), ("warning", "triangle-alert")]
)
def test_what_was_refused_does_not_look_as_if_it_had_been_done(level: str, icon: str) -> None:
    said = Message(DEFAULT_LEVELS[level.upper()], "已满")
    page = Engine.get_default().from_string("{% toast said %}")
    assert f"#{icon}" in page.render(Context({"said": said}))
