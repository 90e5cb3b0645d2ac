"""Examples of what volunteers and families see."""

from __future__ import annotations

from backend.web.components import (
    Action,
    AskCard,
    Button,
    ChildSwitcher,
    Day,
    DayStrip,
    SessionCard,
    ShiftCard,
    SlotTile,
    SubmitBar,
    Ticket,
    VenueOption,
)
from backend.web.examples.base import Example, at

DAYS = DayStrip(
    unit="场",
    days=tuple(
        Day(date=at(day, 0).date(), count=count, href=f"#{day}", selected=day == 25, few=count == 1)
        for day, count in ((23, 2), (24, 3), (25, 5), (26, 1), (27, 0), (28, 7), (29, 4))
    ),
)
SEATS = DayStrip(
    days=tuple(
        Day(
            date=at(day, 0, month=month).date(),
            count=count,
            href=f"#{day}",
            selected=day == 28,
            few=count == 3,
        )
        for month, day, count in (
            (11, 25, 3),
            (11, 26, 0),
            (11, 27, 8),
            (11, 28, 11),
            (11, 29, 5),
            (11, 30, 12),
            (12, 1, 9),
        )
    ),
    unit="位",
)
ASK = AskCard(
    key="71",
    starts_at=at(28, 15),
    ends_at=at(28, 16, 30),
    place="安泰街道妇女儿童之家",
    reply_by="今晚 20:00",
    facts=(("graduation-cap", "亲子早教课主班"), ("map-pin", "离家 1.2 公里")),
    yes=Action(label="我能去", url="#", icon="check", wide=True),
    no=Action(label="去不了", url="#", variant="sec", wide=True),
)
SHIFTS = (
    ShiftCard(
        key="1",
        title="亲子早教课",
        starts_at=at(25, 9, 30),
        ends_at=at(25, 11),
        place="安泰街道妇女儿童之家",
        state="mine",
        distance="鼓楼区 1.2 公里，走路 16 分钟",
        tags=("主班", "18–24 月龄"),
        taken=2,
        total=3,
        reasons=("证书符合", "上次也在这间教室"),
        note="等街道确认",
        second=Action(label="撤回", url="#", variant="text"),
    ),
    ShiftCard(
        key="2",
        title="绘本时间",
        starts_at=at(25, 10),
        ends_at=at(25, 11),
        place="茶亭街道社区活动室",
        href="#",
        distance="台江区 3.4 公里，公交 18 分钟",
        tags=("助教", "24–36 月龄"),
        taken=1,
        total=2,
        reasons=("证书符合",),
        action=Action(label="报名这一场", url="#", wide=True),
    ),
    ShiftCard(
        key="3",
        title="入户指导",
        starts_at=at(25, 14, 30),
        ends_at=at(25, 16),
        place="金山街道 桔园洲社区",
        state="refused",
        distance="仓山区 6.8 公里，公交 40 分钟",
        tags=("主班", "11 月龄"),
        taken=0,
        total=2,
        note="跟你 13:00 台江区的班只隔 20 分钟，路上要 40 分钟，可能赶不上。",
    ),
    ShiftCard(
        key="4",
        title="亲子早教课",
        starts_at=at(25, 15),
        ends_at=at(25, 16, 30),
        place="东街街道妇女儿童之家",
        state="full",
        distance="鼓楼区 0.8 公里，走路 11 分钟",
        tags=("主班", "12–18 月龄"),
        taken=3,
        total=3,
        action=Action(
            label="排候补，前面 1 人", url="#", variant="soft", icon="hourglass", wide=True
        ),
    ),
    ShiftCard(
        key="5",
        title="绘本时间",
        starts_at=at(18, 10),
        ends_at=at(18, 11),
        place="茶亭街道社区活动室",
        state="past",
        show_date=True,
        tags=("助教",),
        note="已签到，记 1 小时",
    ),
)
SLOTS = (
    SlotTile(name="slot", value="1", starts_at=at(28, 9), seats=6),
    SlotTile(name="slot", value="2", starts_at=at(28, 10, 30), seats=1),
    SlotTile(name="slot", value="3", starts_at=at(28, 14, 30), seats=0, waiting=3),
    SlotTile(name="slot", value="4", starts_at=at(28, 16), seats=4, checked=True),
)
VENUES = (
    VenueOption(
        name="venue",
        value="1",
        title="金山街道妇女儿童之家",
        facts=("仓山区金桔路 18 号，2.1 公里", "有母婴室，能停婴儿车"),
        checked=True,
    ),
    VenueOption(
        name="venue",
        value="2",
        title="建新镇儿童友好驿站",
        facts=("仓山区建新中路，3.6 公里", "周六还有 7 个位子"),
    ),
)
SESSIONS = (
    SessionCard(
        key="1",
        title="抓一抓、捏一捏",
        starts_at=at(28, 9),
        ends_at=at(28, 9, 45),
        place="金山街道妇女儿童之家",
        href="#",
        distance="离家 2.1 公里",
        tags=("18–24 月龄", "免费"),
        seats="还有 6 个位子",
        tone="ok",
    ),
    SessionCard(
        key="2",
        title="绘本时间",
        starts_at=at(28, 10, 30),
        ends_at=at(28, 11, 30),
        place="建新镇儿童友好驿站",
        href="#",
        distance="离家 3.6 公里",
        tags=("18–36 月龄",),
        seats="满了，候补第 4 位",
    ),
    SessionCard(
        key="3",
        title="绘本时间",
        starts_at=at(29, 10, 30),
        ends_at=at(29, 11, 30),
        place="建新镇儿童友好驿站",
        href="#",
        show_date=True,
        state="mine",
        status="候补第 2 位",
        status_icon="hourglass",
    ),
)
CHILD = ChildSwitcher(children=(("小葡萄", "20 个月", "#"), ("小橘子", "8 个月", "#")))
TICKET = Ticket(
    status="约好了",
    starts_at=at(28, 16),
    subtitle="小葡萄，抓一抓、捏一捏",
    code="8F3K",
    scan="moli:8F3K",
    scan_hint="到场出示给老师扫码签到",
    facts=(
        ("地点", "金山街道妇女儿童之家\n仓山区金桔路 18 号"),
        ("老师", "林雪梅 贝贝老师"),
        ("提醒", "周五 18:00 短信提醒一次"),
    ),
    actions=(
        Button(label="加到日历", href="#", icon="calendar-plus"),
        Button(label="怎么去", href="#", icon="navigation"),
        Button(label="改时间", href="#", icon="clock"),
        Action(label="取消预约", url="#", variant="sec"),
    ),
)
BAR = SubmitBar(
    title="11 月 28 日 周六 16:00", detail="小葡萄，金山街道", label="确认预约", form="booking"
)

PHONE = (
    Example("日期条，志愿者", (DAYS,)),
    Example("日期条，家庭", (SEATS,)),
    Example("邀请", (ASK,)),
    Example("班次：我的、可报、赶不上、已满、过去", SHIFTS),
    Example("场次，家庭", SESSIONS),
    Example("时间", SLOTS, "slots"),
    Example("地点", VENUES, "block"),
    Example("换孩子", (CHILD,), "tinted"),
    Example("票", (TICKET,)),
    Example("提交条", (BAR,), "in-flow"),
)
