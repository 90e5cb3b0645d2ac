"""A week as a board and as a table: which days share a page, where the rest of a full cell is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.planning.queries.board import Card
from backend.planning.queries.heads import Head
from backend.planning.queries.proposal import ProposalHole
from backend.rota.models import Session, Shift
from backend.web.coordinator import boards
from backend.web.coordinator.choice import Choice
from tests.factories import at

MONDAY = date(2026, 11, 30)


def card(pk: int, day: date, hour: int = 9) -> Card:
    begins = at(f"{day} {hour:02d}:00")
    return Card(
        pk,
        "值班",
        begins,
        begins + timedelta(hours=1),
        "open",
        True,
        "venue-1",
        "妇女之家",
        "东街",
        "350102",
        None,
        None,
        0,
        True,
        [Head(pk, "值班", 1, 1, 0, 0)],
    )


def test_days_share_a_page_of_the_table_until_it_is_full() -> None:
    cards = {
        MONDAY + timedelta(days=n): [card(k, MONDAY + timedelta(days=n)) for k in range(size)]
        for n, size in enumerate((50, 70, 1, 200, 3))
    }
    assert [[day.day for day in page] for page in boards.table_pages(cards)] == [
        [30, 1],
        [2],
        [3],
        [4],
    ]
    assert boards.table_pages({}) == []


def test_a_full_cell_leads_to_its_day_on_the_right_page_of_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(boards, "TABLE", 4)
    cards = [
        card(10 * n + hour, MONDAY + timedelta(days=n), hour)
        for n in (0, 1)
        for hour in (9, 11, 14)
    ]
    row = boards.place_rows(Choice(5, MONDAY, page=1), cards).rows[0]
    assert [cell.more_href for cell in row.cells[:2]] == [
        "/c/rotas/5/?week=2026-11-30&view=table#d1130",
        "/c/rotas/5/?week=2026-11-30&view=table&page=2#d1201",
    ]


def test_an_address_of_a_chip_is_that_of_its_choice() -> None:
    choice = Choice(5, MONDAY, county="350102", page=3, pick=8, who=9)
    assert choice.picking(7) == choice.href(pick=7, who=0)
    assert choice.picking(7, 11) == choice.href(pick=7, who=11)


def test_a_hole_names_only_the_rules_that_take_somebody_away() -> None:
    hole = ProposalHole(
        Session(),
        Shift(),
        1,
        0,
        [("everyone", 90), ("ban", 90), ("qualification", 12), ("availability", 0), ("reach", 0)],
    )
    assert hole.steps == [("everyone", 90), ("qualification", 12), ("availability", 0)]
