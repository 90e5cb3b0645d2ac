"""The public check of a statement's number and code."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from backend.proofs.models import Statement
from backend.proofs.operations import forget_holder, revoke_statement
from backend.proofs.policy import code_of
from backend.web.public.verify import OF_ADDRESS
from scheduler.printing import print_one
from tests.plans import statements_of
from tests.proofs.scene import asked, issued
from tests.records.scene import LATER, Day, make_day

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


def printed() -> tuple[Day, Statement]:
    day = make_day()
    day.served()
    row = issued(day)
    print_one(row.pk)
    return day, Statement.objects.get(pk=row.pk)


def address(number: str | None, code: str = "") -> str:
    number = number or ""
    return reverse("verify", args=[number, code or code_of(number)])


def test_it_says_number_hidden_name_hours_state_and_digest_and_nothing_else(
    client: Client,
) -> None:
    _, row = printed()
    answer = client.get(address(row.number), **JSON)  # type: ignore[arg-type]
    assert answer.json() == {
        "number": row.number,
        "name": "林**",
        "minutes": 60,
        "state": "issued",
        "corrected": False,
        "sha256": row.digest,
    }
    page = client.get(address(row.number)).content.decode()
    said = (row.number or "", "林**", "1 小时", "有效", row.digest)
    assert [text in page for text in said] == [True] * 5
    assert [text in page for text in ("林雪梅", "亲子课", row.volunteer.number)] == [False] * 3


def test_a_revoked_one_says_so(client: Client) -> None:
    day, row = printed()
    revoke_statement(statement_id=row.pk, why="记错了", actor=day.coordinator, now=LATER)
    page = client.get(address(row.number)).content.decode()
    assert ["收回了" in page, "记错了" in page] == [True, False]


def test_the_desk_that_issued_it_downloads_what_was_printed(client: Client) -> None:
    day, row = printed()
    client.force_login(day.coordinator)
    answer = client.get(reverse("coordinator:statement_file", args=[row.pk]))
    assert hashlib.sha256(answer.getvalue()).hexdigest() == row.digest  # type: ignore[attr-defined]


def test_once_her_data_are_erased_the_number_still_checks_and_names_nobody(client: Client) -> None:
    day, row = printed()
    assert forget_holder(volunteer_id=day.her.pk, actor=None, now=LATER) == 1
    answer = client.get(address(row.number), **JSON)  # type: ignore[arg-type]
    said = answer.json()
    assert (said["name"], said["minutes"], said["sha256"]) == ("", 60, row.digest)
    assert "已按本人要求删除" in client.get(address(row.number)).content.decode()
    client.force_login(day.coordinator)
    file = reverse("coordinator:statement_file", args=[row.pk])
    assert client.get(file).status_code == 404


def test_a_wrong_code_and_a_number_that_does_not_exist_are_one_answer_at_the_same_work(
    client: Client,
) -> None:
    _, row = printed()
    wrong = address(row.number, "0" * 16)
    none = address("M1-2026-9999")
    assert [client.get(one).status_code for one in (wrong, none)] == [404, 404]
    assert len(statements_of(client, wrong)) == len(statements_of(client, none))


def test_a_question_that_nobody_has_answered_has_no_address(client: Client) -> None:
    day = make_day()
    day.served()
    asked(day)
    assert client.get("/verify/None/abc/").status_code == 404


def test_who_guesses_is_stopped_whatever_the_next_guess_is(client: Client) -> None:
    _, row = printed()
    wrong = address(row.number, "0" * 16)
    answers = [client.get(wrong).status_code for _ in range(OF_ADDRESS + 1)]
    assert answers == [404] * OF_ADDRESS + [429]
    assert client.get(address(row.number)).status_code == 429
    assert client.get(address(row.number), REMOTE_ADDR="192.0.2.7").status_code == 200
