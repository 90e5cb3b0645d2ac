"""A paper from her wish to its file, through the pages alone; and what the lists cost."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.common import clock
from backend.proofs.models import Statement
from scheduler.printing import print_one
from tests.plans import statements_of
from tests.proofs.scene import FIRST, LAST, issued
from tests.records.scene import LATER, Day, make_day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return LATER


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def served() -> Day:
    day = make_day()
    day.served()
    return day


def test_from_her_wish_to_her_file() -> None:
    day = served()
    hers = browser(day.hers)
    desk = browser(day.coordinator)
    page = reverse("volunteer:statements")
    wish = {
        "organisation": day.session.rota.organisation_id,
        "first_day": FIRST.isoformat(),
        "last_day": LAST.isoformat(),
    }
    assert hers.post(page, wish).status_code == 303
    row = Statement.objects.get()
    assert "等开出" in hers.get(page).content.decode()
    one = reverse("coordinator:statement", args=[row.pk])
    assert "林雪梅" in desk.get(reverse("coordinator:statements")).content.decode()
    assert "亲子课" in desk.get(one).content.decode()
    file = reverse("volunteer:statement_file", args=[row.pk])
    assert hers.get(file).status_code == 404
    assert desk.post(one, {"answer": "yes"}).status_code == 303
    print_one(row.pk)
    answer = hers.get(file)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    desk.post(one, {"answer": "revoke", "why": "记错了一场"})
    assert "记错了一场" in hers.get(page).content.decode()


def test_a_wish_that_cannot_be_comes_back_with_the_reason() -> None:
    day = served()
    wish = {
        "organisation": day.session.rota.organisation_id,
        "first_day": LAST.isoformat(),
        "last_day": FIRST.isoformat(),
    }
    answer = browser(day.hers).post(reverse("volunteer:statements"), wish)
    assert answer.status_code == 422
    assert "日期对不上" in answer.content.decode()


def test_the_page_says_which_character_no_font_has() -> None:
    day = served()
    issued(day)
    Statement.objects.update(missing="\U000323b0", digest="0" * 64)
    for client, name in (
        (browser(day.hers), "volunteer:statements"),
        (browser(day.coordinator), "coordinator:statement"),
    ):
        args = [Statement.objects.get().pk] if name.endswith("statement") else []
        page = client.get(reverse(name, args=args)).content.decode()
        assert "字库里没有「\U000323b0」" in page


@pytest.mark.parametrize(
    "name",
    [
        "volunteer:statements",
        "volunteer:hours",
        "coordinator:statements",
        "coordinator:batches",
        "coordinator:stars",
    ],
)
def test_a_list_asks_the_same_however_long_it_is(name: str) -> None:
    day = served()
    client = browser(day.hers if name.startswith("volunteer") else day.coordinator)
    issued(day)
    few = statements_of(client, reverse(name))
    for _ in range(2):
        issued(day)
    assert len(statements_of(client, reverse(name))) == len(few)
