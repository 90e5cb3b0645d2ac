"""Whoever the register lets in has written when she sends a filled-in form, and nobody else has:
neither a row, nor an event, nor the key of a form."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from django.test import Client

from backend.web.doors.line import Line
from backend.web.doors.public import ACCOUNT
from backend.web.doors.roles import NOT_ALLOWED, ROLES
from backend.web.doors.table import OURS
from tests.city import Scene, build
from tests.doors.asking import address, client_of
from tests.doors.filled import FORMS, fields, let_in
from tests.doors.rows import Rows

LINES = {line.key: line for line in OURS}
OWNERS = {"volunteer": "volunteer", "family": "family", "coordinator": "county"}
NO_FORMS = {
    "demo_sign_in key=demo",
    "wechat",  # not there where WeChat is no channel, as in these tests
    "wechat_events",  # for WeChat's machines, which sign what they say
}
LED_ON = (302, 303)  # let in and told no on the next page: her form's key is kept, nothing else
LET_IN = {"accounts_reply"}
SHOWN_AGAIN = {"accounts_access"}  # that the page with the form was looked at
CHOICES = {
    *("action", "act", "agree", "answer", "counted", "do", "keep", "named", "shift", "to", "what")
}

TEXTS = {  # no choice, but what she reads
    "coordinator:answer_objection pk=objection": {"answer"},
    "coordinator:answer_doubt pk=doubt": {"answer"},
}


def posted(client: Client, line: Line, scene: Scene, sent: dict[str, Any]) -> int:
    return int(client.post(address(line, scene), sent).status_code)


def written(
    line: Line,
    client: Client,
    scene: Scene,
    rows: Rows,
    wrong: dict[str, str | None] | None = None,
) -> tuple[list[str], int]:
    """The tables in which her filled-in form left something, and her answer; then it is undone.

    `wrong`: fields with another value, or (None) without.
    """
    cookies = copy(client.cookies)
    with rows.undone():
        FORMS[line.key].given(scene)
        given = fields(line, scene) | (wrong or {})
        sent = {name: value for name, value in given.items() if value is not None}
        for key in FORMS[line.key].before:
            owner = client_of(scene.users[OWNERS[key.partition(":")[0]]])
            posted(owner, LINES[key], scene, {})
        before = rows.print()
        status = posted(client, line, scene, sent)
        after = rows.print()
    client.cookies = cookies
    return sorted(name for name in after if after[name] != before.get(name)), status


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_filled_in_form_writes_for_whom_the_register_lets_in_alone(role: str) -> None:
    scene = build()
    client = client_of(scene.users[role])
    rows = Rows()
    wrong = {}
    for key, form in FORMS.items():
        writers = let_in(LINES[key]) if form.writers is None else form.writers
        tables, status = written(LINES[key], client, scene, rows)
        found = set(tables) - (LET_IN if status in LED_ON else set())
        if (role in writers) != bool(found):
            wrong[key] = (status, tables)
    assert wrong == {}


@pytest.mark.django_db
def test_a_form_that_says_neither_of_its_choices_writes_nothing() -> None:
    """A button that was lost on the way, or a choice that is there no more, is no answer: nobody
    loses a seat by it, and nobody is asked for what was not meant."""
    scene = build()
    rows = Rows()
    wrong = {}
    asked = set()
    for key, form in FORMS.items():
        writers = let_in(LINES[key]) if form.writers is None else form.writers
        for name in CHOICES & form.fields(scene).keys() - TEXTS.get(key, set()):
            client = client_of(scene.users[writers[0]])
            asked.add(name)
            for value in (None, "987654321"):
                tables, status = written(LINES[key], client, scene, rows, {name: value})
                if set(tables) - LET_IN - SHOWN_AGAIN:
                    wrong[key, name, value] = (status, tables)
    assert asked == CHOICES
    assert wrong == {}


@pytest.mark.django_db
def test_rows_see_what_was_written_and_that_it_was_undone() -> None:
    scene = build()
    rows = Rows()
    empty = rows.print()
    user = scene.users["county"]
    assert user is not None
    with rows.undone():
        type(user).objects.filter(pk=user.pk).update(display_name="另一个")
        changed = rows.print()
    assert {name for name in changed if changed[name] != empty[name]} == {user._meta.db_table}
    assert rows.print() == empty
    type(user).objects.filter(pk=user.pk).update(display_name="另一个")
    assert rows.print() == changed


def test_every_address_that_takes_a_form_has_one_here() -> None:
    takes = {line.key for line in OURS if set(line.post.values()) != {NOT_ALLOWED}}
    of_library = {line.key for line in ACCOUNT}
    assert takes - of_library - NO_FORMS == set(FORMS)
