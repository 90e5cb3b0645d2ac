"""Examples of the small controls."""

from __future__ import annotations

from backend.web.components import (
    Action,
    Blooms,
    Button,
    Chip,
    Chips,
    EmptyState,
    ErrorSummary,
    LiveBadge,
    Meter,
    Pagination,
    PersonChip,
    Stepper,
    Tag,
    Toast,
)
from backend.web.examples.base import Example

UNDO = Action(label="撤销", url="#", variant="text")

SMALL = (
    Example(
        "按钮",
        (
            Button(label="报名这一场", variant="pri"),
            Button(label="去不了"),
            Button(label="排候补，前面 1 人", variant="soft", icon="hourglass"),
            Button(label="撤回", variant="text"),
            Button(label="关闭", variant="text", icon="x", hidden_label=True),
        ),
        "row-wrap",
    ),
    Example(
        "一个按钮的表单",
        (
            Action(label="我能去", url="#", icon="check"),
            Action(label="去不了", url="#", variant="sec"),
        ),
        "row-wrap",
    ),
    Example(
        "标签",
        (
            Tag(label="主班"),
            Tag(label="证书符合", tone="ok", icon="check"),
            Tag(label="路上要 40 分钟", tone="warn", icon="triangle-alert"),
            Tag(label="还缺 1 人", tone="bad", icon="circle-alert"),
            Tag(label="这次新排", tone="accent"),
            Tag(label="等回复", tone="note", icon="clock"),
        ),
        "row-wrap",
    ),
    Example(
        "茉莉花",
        (Blooms(taken=2, total=3), Blooms(taken=4, total=5, label="本月 4 场，目标 5 场")),
        "row-wrap",
    ),
    Example(
        "筛选",
        (
            Chips(
                label="筛选",
                chips=(
                    Chip(label="适合我", href="#", on=True),
                    Chip(label="3 公里内", href="#"),
                    Chip(label="上午", href="#"),
                    Chip(label="下午", href="#"),
                    Chip(label="周末", href="#"),
                ),
            ),
        ),
    ),
    Example(
        "人",
        (
            PersonChip(name="林雪梅", note="高级育婴员，带过 86 堂课", tone="accent"),
            PersonChip(name="小葡萄", note="20 个月"),
        ),
        "row-wrap",
    ),
    Example(
        "上一周、下一周",
        (Stepper(label="第 48 周 11 月 23–29 日", previous="#", next="#"),),
        "row-wrap",
    ),
    Example("翻页", (Pagination(page=2, pages=7, href="?page={page}"),)),
    Example(
        "进度条",
        (
            Meter(value=54, total=100, label="排班进度"),
            Meter(value=207, total=208, label="已排上的班", kind="short"),
        ),
        "stack",
    ),
    Example(
        "同步状态",
        (LiveBadge(state="on"), LiveBadge(state="retry"), LiveBadge(state="off")),
        "row-wrap",
    ),
    Example("刚刚做了什么", (Toast(text="已报名周三 9:30 鼓楼区", undo=UNDO),), "stack"),
    Example(
        "什么都没有时",
        (
            EmptyState(
                title="这一天没有适合你的班",
                text="周六有 7 场，离你最近的走路 11 分钟。",
                action=Button(label="看看周六", href="#", variant="pri"),
            ),
        ),
        "card",
    ),
    Example(
        "表单有错",
        (
            ErrorSummary(
                errors=(
                    ("id_phone", "手机号要 11 位，再看一看"),
                    ("id_consent", "请监护人先同意，再预约"),
                )
            ),
        ),
        "stack",
    ),
)
