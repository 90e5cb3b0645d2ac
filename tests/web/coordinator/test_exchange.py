"""导入导出, as a coordinator uses it: without script, one page after the other."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Access
from backend.exchange.models import Import, ImportRow
from backend.exchange.work import work
from backend.rota.models import Session
from tests.exchange.desk import book, bring, told
from tests.exchange.test_sessions import HEAD, Stage
from tests.factories import NOW, at, make_coordinator, make_session
from tests.plans import statements_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(client: Client) -> Stage:
    made = Stage()
    client.force_login(made.user)
    return made


def send(client: Client, stage: Stage, data: bytes) -> Import:
    fields = {
        "table": "sessions",
        "rota": stage.rota.pk,
        "file": SimpleUploadedFile("场次.xlsx", data),
    }
    answer = client.post(reverse("coordinator:new_import"), fields)
    assert answer.status_code == 303
    batch = Import.objects.latest("pk")
    assert answer.headers["Location"] == reverse("coordinator:import", args=[batch.pk])
    work(batch.pk, clock=lambda: NOW, tell=told)
    return batch


def page_of(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"coordinator:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_is_looked_at_confirmed_and_written(client: Client, stage: Stage) -> None:
    data = book([HEAD, stage.row(title="亲子课二"), stage.row(id="", day="2026-12-09", ends="坏")])
    batch = send(client, stage, data)
    shown = page_of(client, "import", batch.pk)
    assert "2 行里，1 行要改，1 行能导入" in shown
    assert "“坏”不是时间，请写成 09:30" in shown
    assert f"<del>{stage.session.title}</del>" in shown
    client.post(reverse("coordinator:confirm_import", args=[batch.pk]))
    work(batch.pk, clock=lambda: NOW, tell=told)
    assert Session.objects.get().title == "亲子课二"
    assert "导入好了，写了 1 行" in page_of(client, "import", batch.pk)
    assert "写了 1 行" in page_of(client, "exchange")


def test_what_was_pasted_is_read_like_a_file(client: Client, stage: Stage) -> None:
    rows = ["\t".join(HEAD), "\t".join(stage.row(title="粘贴的"))]
    fields = {"table": "sessions", "rota": stage.rota.pk, "pasted": "\r\n".join(rows)}
    assert client.post(reverse("coordinator:new_import"), fields).status_code == 303
    work(Import.objects.get().pk, clock=lambda: NOW, tell=told)
    assert ImportRow.objects.get().outcome == "changed"


def test_a_form_without_a_file_is_told_so(client: Client, stage: Stage) -> None:
    fields = {"table": "sessions", "rota": stage.rota.pk}
    answer = client.post(reverse("coordinator:new_import"), fields)
    assert answer.status_code == 422
    assert "请选一个文件，或者粘贴几行" in answer.content.decode()


def test_rows_to_put_right_come_back_with_the_reason(client: Client, stage: Stage) -> None:
    batch = send(client, stage, book([HEAD, stage.row(ends="坏")]))
    answer = client.get(reverse("coordinator:import_problems", args=[batch.pk]))
    again = send(client, stage, answer.content)
    assert (again.rows.get().outcome, again.rows.get().number) == ("wrong", 2)
    again.refresh_from_db()
    assert again.unused == []


def test_an_export_comes_in_again_unchanged(client: Client, stage: Stage) -> None:
    for ending in ("xlsx", "csv"):
        fields = {"table": "sessions", "rota": stage.rota.pk, "as": ending}
        answer = client.post(reverse("coordinator:export"), fields)
        assert ending in answer.headers["Content-Disposition"]
        batch = send(client, stage, answer.content)
        assert batch.rows.get().outcome == "same"
    assert not Access.objects.filter(action="export").exists()  # nothing about people in it


def test_put_aside_it_is_gone(client: Client, stage: Stage) -> None:
    batch = send(client, stage, book([HEAD, stage.row(title="二")]))
    client.post(reverse("coordinator:drop_import", args=[batch.pk]))
    assert not ImportRow.objects.exists()
    assert "没有导入" in page_of(client, "import", batch.pk)


def test_a_colleague_reads_the_list_and_not_the_rows(client: Client, stage: Stage) -> None:
    batch = bring(book([HEAD, stage.row(title="二")]), stage.user, "sessions", stage.rota)
    client.force_login(make_coordinator(organisation=stage.rota.organisation))
    assert "名单.xlsx" in page_of(client, "exchange")
    address = reverse("coordinator:import", args=[batch.pk])
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_however_many_rows_the_statements_are_as_many(
    client: Client, stage: Stage, many: int
) -> None:
    rows = [stage.row(title=f"第 {n} 场", day=f"2026-12-0{n + 7}", id="") for n in range(many)]
    batch = bring(book([HEAD, *rows]), stage.user, "sessions", stage.rota)
    for n in range(many):
        make_session(rota=stage.rota, starts_at=at(f"2026-12-1{n} 09:30"))
    own = reverse("coordinator:import", args=[batch.pk])
    assert len(statements_of(client, own)) == 9
    assert len(statements_of(client, reverse("coordinator:exchange"))) == 8
