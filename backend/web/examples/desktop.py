"""Examples of what coordinators see."""

from __future__ import annotations

from backend.web.components import (
    Board,
    BoardCell,
    BoardChip,
    BoardRow,
    Contribution,
    Contributions,
    Coverage,
    Hole,
    Kpi,
)
from backend.web.components.board import ChipState
from backend.web.examples.base import Example, at

KPIS = (
    Kpi(label="排上的班", value="1,518", note="共 1,520，还差 2", tone="warn", field="placed"),
    Kpi(label="硬规则违反", value="0 处", note="全部满足", tone="ok", field="broken"),
    Kpi(label="工时差距", value="1.8 小时", note="比初排少 0.6", tone="ok", field="spread"),
    Kpi(label="还缺的人", value="2", tone="bad"),
)
WHY = Contributions(
    parts=(
        Contribution(label="有高级育婴员证", points=20),
        Contribution(label="离家 1.2 公里", points=16),
        Contribution(label="上次同一间教室", points=8),
        Contribution(label="本周已排 3 小时", points=-6),
    )
)


def _cells(
    week: dict[int, list[tuple[str, str, ChipState]]], away: dict[int, str], picked: str = ""
) -> tuple[BoardCell, ...]:
    return tuple(
        BoardCell(
            chips=tuple(
                BoardChip(
                    time=time,
                    place="" if len(week[day]) > 1 else place,
                    state=state,
                    href="#",
                    title=f"{time} {place}",
                    selected=picked == time,
                )
                for time, place, state in week.get(day, [])
            ),
            away=away.get(day, ""),
            more_href="#",
        )
        for day in range(7)
    )


ROWS = (
    BoardRow(
        name="陈秀英",
        note="鼓楼区",
        load=3,
        limit=8,
        href="#",
        selected=True,
        cells=_cells(
            {2: [("9:30", "安泰", "new")], 5: [("15:00", "安泰", "published")]}, {}, picked="9:30"
        ),
    ),
    BoardRow(
        name="林丽华",
        note="鼓楼区",
        load=4.5,
        limit=8,
        href="#",
        cells=_cells(
            {
                0: [("9:30", "温泉", "published")],
                1: [("10:00", "东街", "new"), ("14:30", "东街", "new")],
            },
            {5: "请假"},
        ),
    ),
    BoardRow(
        name="王桂香",
        note="仓山区",
        load=6,
        limit=8,
        href="#",
        cells=_cells(
            {1: [("16:00", "建新", "published")], 3: [("10:00", "建新", "published")]}, {}
        ),
    ),
    BoardRow(
        name="黄淑珍",
        note="台江区",
        load=4.5,
        limit=8,
        href="#",
        cells=_cells(
            {
                2: [("9:00", "茶亭", "published")],
                5: [("10:00", "义洲", "offered")],
                6: [("9:00", "茶亭", "published")],
            },
            {4: "请假"},
        ),
    ),
    BoardRow(
        name="刘晓燕",
        note="台江区",
        load=3,
        limit=8,
        href="#",
        peer="刘敏",
        cells=_cells(
            {
                2: [("14:30", "义洲", "new")],
                5: [("15:00", "义洲", "new")],
                6: [("9:00", "上海", "new")],
            },
            {},
        ),
    ),
    BoardRow(
        name="苏红",
        note="晋安区",
        load=8,
        limit=8,
        href="#",
        cells=_cells(
            {
                0: [("16:00", "象园", "new")],
                1: [("16:00", "茶园", "warning")],
                2: [("14:30", "象园", "new")],
                3: [("9:30", "茶园", "new"), ("11:00", "茶园", "new"), ("14:00", "茶园", "new")],
                6: [("14:30", "岳峰", "published")],
            },
            {},
        ),
    ),
)
BOARD = Board(
    caption="第 48 周排班，按志愿者",
    row_title="志愿者",
    row_note="512 人，按合适度排",
    days=tuple(
        (at(day, 0).date(), Coverage(filled=total - gap, total=total))
        for day, total, gap in (
            (23, 214, 0),
            (24, 208, 0),
            (25, 231, 9),
            (26, 205, 0),
            (27, 198, 0),
            (28, 246, 0),
            (29, 218, 1),
        )
    ),
    rows=ROWS,
    holes=(
        Hole(when="周三 14:30", words="金山街道，入户指导，主班", href="#"),
        Hole(when="周日 9:00", words="马尾罗星街道，亲子早教，助教", href="#"),
    ),
    today=at(25, 0).date(),
)

DESKTOP = (
    Example("数字", KPIS, "kpis"),
    Example("排班表", (BOARD,), "framed"),
    Example(
        "一天排得怎样", (Coverage(filled=214, total=214), Coverage(filled=222, total=231)), "stack"
    ),
    Example("为什么是她", (WHY,), "framed narrow"),
)
