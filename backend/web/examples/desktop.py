"""Examples of what coordinators see."""

from __future__ import annotations

from backend.web.components import (
    Action,
    Alternative,
    Board,
    BoardCell,
    BoardChip,
    BoardRow,
    Button,
    Check,
    Column,
    Contribution,
    Coverage,
    DataTable,
    Feasibility,
    Gap,
    Kpi,
    PersonChip,
    RunPanel,
    StagingRow,
    StagingTable,
    Tag,
    WhyPanel,
)
from backend.web.components.board import ChipState
from backend.web.examples.base import Example, at

RUN = RunPanel(
    stream="run.3",
    title="正在优化",
    detail="用了 42 秒，大约还要 35 秒",
    percent=54,
    steps=(("读数据", "done"), ("初排", "done"), ("优化", "now"), ("复核", "later")),
    kpis=(
        Kpi(label="排上的班", value="1,518", note="共 1,520，还差 2", tone="warn", field="placed"),
        Kpi(label="硬规则违反", value="0 处", note="全部满足", tone="ok", field="broken"),
        Kpi(label="工时差距", value="1.8 小时", note="比初排少 0.6", tone="ok", field="spread"),
        Kpi(label="心愿满足", value="87%", note="比初排多 3 个点", tone="ok", field="wishes"),
    ),
    trend=(10, 41, 60, 72, 80, 86, 89, 91, 92, 92),
    actions=(
        Action(label="就用现在这版", url="#", icon="square"),
        Action(label="取消", url="#", variant="sec"),
    ),
)
WHY = WhyPanel(
    title="周三 9:30 安泰街道",
    detail="亲子早教课，主班，9:30–11:00",
    person=PersonChip(name="陈秀英", note="鼓楼区，本周 3 / 8 小时"),
    score="38",
    close="#",
    checks=(
        Check(label="有高级育婴员证，2027 年 6 月到期"),
        Check(label="前后两班间隔够，路上 12 分钟"),
    ),
    contributions=(
        Contribution(label="有高级育婴员证", points=20),
        Contribution(label="离家 1.2 公里", points=16),
        Contribution(label="上次同一间教室", points=8),
        Contribution(label="本周已排 3 小时", points=-6),
    ),
    alternatives=(
        Alternative(
            name="林丽华",
            words="能去，路远一些：6.8 公里",
            delta="差 12",
            action=Action(label="换成她", url="#", variant="sec"),
        ),
        Alternative(
            name="王桂香",
            words="能去，本月已有 4 场，比平均多 2 场",
            delta="差 17",
            action=Action(label="换成她", url="#", variant="sec"),
        ),
        Alternative(name="黄淑珍", words="9:00–10:30 在台江区茶亭有课"),
        Alternative(name="吴玉兰", words="主班要育婴员证，她还没有"),
    ),
    rest=Button(label="其余 508 人：46 人能去，462 人不能", href="#", variant="text"),
    summary="动了 41 个班、36 个人，其中 5 人已经点过“我能去”。",
    actions=(
        Action(label="锁定", url="#", variant="sec", icon="lock"),
        Button(label="加条规则", href="#", icon="sliders-horizontal"),
        Button(label="问问她", href="#", icon="message-square"),
    ),
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
            {2: [("9:30", "安泰", "new")], 5: [("15:00", "安泰", "pinned")]}, {}, picked="9:30"
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
                0: [("9:30", "温泉", "pinned")],
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
                6: [("14:30", "岳峰", "pinned")],
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
    gaps=(
        Gap(when="周三 14:30", words="金山街道，入户指导，主班", href="#"),
        Gap(when="周日 9:00", words="马尾罗星街道，亲子早教，助教", href="#"),
    ),
    today=at(25, 0).date(),
)
TABLE = DataTable(
    caption="志愿者",
    columns=(
        Column(label="姓名", href="#", sorted="ascending"),
        Column(label="区县"),
        Column(label="资质"),
        Column(label="本月小时", number=True),
    ),
    rows=(
        ("陈秀英", "鼓楼区", Tag(label="高级育婴员", tone="ok", icon="check"), "12.5"),
        ("林丽华", "鼓楼区", Tag(label="下月到期", tone="warn", icon="clock"), "9"),
        ("吴玉兰", "仓山区", Tag(label="还没有", tone="bad", icon="circle-alert"), "3"),
    ),
)
STAGING = StagingTable(
    caption="导入 4 行：新增 1，修改 1，不变 1，要改 1",
    columns=("姓名", "手机", "街道"),
    rows=(
        StagingRow(
            number=2,
            state="added",
            cells=(("许婷", "", ""), ("138 **** 2046", "", ""), ("东街街道", "", "")),
        ),
        StagingRow(
            number=3,
            state="changed",
            cells=(("郑素琴", "", ""), ("139 **** 7713", "", ""), ("上海街道", "义洲街道", "")),
        ),
        StagingRow(
            number=4,
            state="skipped",
            cells=(("苏红", "", ""), ("136 **** 5520", "", ""), ("茶园街道", "", "")),
        ),
        StagingRow(
            number=5,
            state="error",
            cells=(("叶晓燕", "", ""), ("1380013", "", "手机号要 11 位"), ("东街", "", "")),
        ),
    ),
)

DESKTOP = (
    Example("一次运算", (RUN,)),
    Example("数字", RUN.kpis, "kpis"),
    Example("排班表", (BOARD,), "framed"),
    Example(
        "能不能去",
        (
            Feasibility(verdict="ok", words="合适 44，最好", best=True),
            Feasibility(verdict="mid", words="能去，6.8 公里"),
            Feasibility(verdict="no", words="同时段有课"),
        ),
        "row-wrap",
    ),
    Example(
        "一天排得怎样", (Coverage(filled=214, total=214), Coverage(filled=222, total=231)), "stack"
    ),
    Example("为什么是她", (WHY,), "framed narrow"),
    Example("表格", (TABLE,)),
    Example("导入前先看一遍", (STAGING,)),
)
