"""Sessions as a spreadsheet: read, compared, written by the operations that pages use."""

from __future__ import annotations

import json

import pytest

from backend.exchange.files import comma_separated, exported, template
from backend.exchange.models import Import, ImportRow
from backend.exchange.table import Context
from backend.exchange.tables.sessions import SessionsTable
from backend.rota.models import Notice, Offer, Rota, Session
from tests.exchange.desk import book, bring, comma, confirm, outcomes
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_coordinator,
    make_engagement,
    make_rota,
    make_session,
    make_venue,
    make_volunteer,
)
from tests.visits.scene import street as visits_in_a_street

pytestmark = pytest.mark.django_db
HEAD = ["编号", "活动类型", "名称", "点位", "日期", "开始", "结束", "岗位"]


class Stage:
    def __init__(self) -> None:
        self.rota: Rota = make_rota()
        self.session = make_session(
            rota=self.rota, shifts=[("lead", 1, 2)], starts_at=at("2026-12-05 09:30")
        )
        self.user = make_coordinator(organisation=self.rota.organisation)
        self.kind = self.session.engagement
        self.venue = self.session.venue

    def context(self) -> Context:
        return Context(user=self.user, now=NOW, rota=self.rota)

    def texts(self) -> dict[str, str]:
        desk = SessionsTable.desk(self.context())
        return next(iter(desk.export()))

    def row(self, **changed: str) -> list[str]:
        texts = self.texts() | changed
        keys = ["id", "kind", "title", "venue", "day", "starts", "ends", "heads"]
        return [texts[key] for key in keys]


def said(batch: Import) -> list[dict[str, str]]:
    rows = ImportRow.objects.filter(of=batch).order_by("number")
    return [json.loads(row.said) if row.said else {} for row in rows]


def test_an_export_that_nobody_changed_changes_nothing() -> None:
    stage = Stage()
    make_session(rota=stage.rota, starts_at=at("2026-12-06 14:00"), seats=(0, 8, 4))
    make_session(rota=stage.rota, starts_at=at("2026-12-07 14:00"), state="cancelled")
    rows = list(SessionsTable.desk(stage.context()).export())
    assert len(rows) == 3
    for data in (exported(SessionsTable, rows), comma_separated(SessionsTable.columns, rows)):
        assert outcomes(bring(data, stage.user, "sessions", stage.rota)) == ["same"] * 3


def test_a_new_row_becomes_a_session_once_however_often_the_file_comes() -> None:
    stage = Stage()
    data = book([HEAD, stage.row(id="", day="2026年12月6日", starts="９：３０")])
    batch = bring(data, stage.user, "sessions", stage.rota)
    assert (outcomes(batch), Session.objects.count()) == (["added"], 1)
    assert confirm(batch).rows_written == 1
    made = Session.objects.exclude(pk=stage.session.pk).get()
    assert (made.starts_at, made.title, made.venue) == (
        at("2026-12-06 09:30"),
        stage.session.title,
        stage.venue,
    )
    assert outcomes(bring(data, stage.user, "sessions", stage.rota)) == ["same"]


def test_a_moved_session_says_beforehand_whom_it_touches_and_asks_them() -> None:
    stage = Stage()
    her = make_volunteer()
    make_assignment(volunteer=her, shift=stage.session.shifts.get())
    data = book([HEAD, stage.row(starts="10:00", ends="11:30")])
    batch = bring(data, stage.user, "sessions", stage.rota)
    row = batch.rows.get()
    assert (row.outcome, row.touches) == (
        "changed",
        {"volunteers": [her.pk], "families": 0, "hear": 0},
    )
    assert json.loads(row.was or "{}") == {"starts": "09:30", "ends": stage.texts()["ends"]}
    assert not Offer.objects.exists()
    confirm(batch)
    stage.session.refresh_from_db()
    assert stage.session.starts_at == at("2026-12-05 10:00")
    asked = Offer.objects.filter(volunteer=her).exists()
    assert asked or Notice.objects.filter(volunteer=her).exists()


def test_what_somebody_changed_meanwhile_is_not_overwritten() -> None:
    stage = Stage()
    batch = bring(book([HEAD, stage.row(title="亲子课（上）")]), stage.user, "sessions", stage.rota)
    Session.objects.update(version=9)
    assert confirm(batch).rows_written == 0
    assert outcomes(batch) == ["wrong"]
    assert said(batch)[0][""].startswith("看过以后别人改了")


@pytest.mark.parametrize(
    ("changed", "column", "sentence"),
    [
        ({"day": "2026/13/02"}, "day", "没有 13 月"),
        ({"starts": "25:00"}, "starts", "“25:00”不是时间，请写成 09:30"),
        ({"venue": "月亮"}, "venue", "没有找到“月亮”，请对照模板里的名单"),
        ({"ends": "01:00"}, "ends", "结束要比开始晚"),
        ({"heads": "lead 两位"}, "heads", "“lead 两位”看不懂，请写成“主讲 1至2；现场帮手 2至4”"),
        ({"id": "999999"}, "id", "编号 999999 不在你能改的里面"),
        ({"id": "", "title": ""}, "title", "名称不能空着"),
    ],
)
def test_each_wrong_cell_has_its_sentence(
    changed: dict[str, str], column: str, sentence: str
) -> None:
    stage = Stage()
    if "id" in changed:
        changed = {"day": "2026-12-09", **changed}
    batch = bring(book([HEAD, stage.row(**changed)]), stage.user, "sessions", stage.rota)
    assert outcomes(batch) == ["wrong"]
    assert said(batch) == [{column: sentence}]


def test_a_visit_at_home_is_not_brought_in() -> None:
    """One is made of what a family asks for."""
    stage = Stage()
    here = visits_in_a_street()
    kind = f"{here.kind.programme.name}·{here.kind.name}"
    assert kind not in SessionsTable.choices(stage.context())["kind"]
    row = stage.row(id="", day="2026-12-09", kind=here.kind.name, heads="lead 1")
    batch = bring(book([HEAD, row]), stage.user, "sessions", stage.rota)
    assert outcomes(batch) == ["wrong"]
    assert said(batch)[0]["kind"].startswith("上门不在排班表里新增：有家庭请老师上门")
    assert not Session.objects.filter(engagement=here.kind).exists()


def test_two_rows_about_one_session_are_one_too_many() -> None:
    stage = Stage()
    data = book([HEAD, stage.row(title="甲"), stage.row(title="乙")])
    batch = bring(data, stage.user, "sessions", stage.rota)
    assert said(batch) == [{}, {"id": "跟第 2 行说的是同一条"}]


def test_the_template_comes_in_without_its_sample() -> None:
    stage = Stage()
    choices = SessionsTable.choices(stage.context())
    batch = bring(template(SessionsTable, choices), stage.user, "sessions", stage.rota)
    assert (batch.state, batch.why) == ("unreadable", "这个文件是空的，请看看是不是选错了")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_any_of_its_letters(encoding: str) -> None:
    stage = Stage()
    data = comma([HEAD, stage.row(title="贝贝老师 䶮")], encoding)
    assert outcomes(bring(data, stage.user, "sessions", stage.rota)) == ["changed"]


def test_a_county_brings_in_what_lies_there_alone() -> None:
    stage = Stage()
    other = make_coordinator(organisation=make_rota().organisation)
    batch = bring(book([HEAD, stage.row(title="甲")]), other, "sessions", stage.rota)
    assert outcomes(batch) == ["wrong"]
    assert Session.objects.get().title == stage.session.title


def test_a_venue_of_the_same_name_is_told_apart() -> None:
    stage = Stage()
    assert stage.venue is not None
    make_venue(name=stage.venue.name, street=stage.venue.street)
    rows = list(SessionsTable.desk(stage.context()).export())
    assert rows[0]["venue"].endswith(f"#{stage.venue.pk}")
    data = exported(SessionsTable, rows)
    assert outcomes(bring(data, stage.user, "sessions", stage.rota)) == ["same"]
    make_engagement(programme=stage.session.programme, code="other")
