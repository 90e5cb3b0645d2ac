"""The columns in which hours leave for the national system: said once, for a volunteer's own file
and for a batch. In Chinese whatever language anybody reads."""

from __future__ import annotations

from datetime import datetime

from backend.common.clock import LOCAL

HEADINGS = (
    "姓名",
    "志愿者编号",
    "活动名称",
    "日期",
    "开始",
    "结束",
    "地点",
    "岗位",
    "服务时长（分钟）",
    "服务时长（小时）",
    "活动组织单位",
)


def cells(
    *,
    name: str,
    number: str,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    role: str,
    minutes: int,
    organisation: str,
) -> list[str]:
    """One line, in the order of HEADINGS."""
    return [
        name,
        number,
        title,
        starts_at.astimezone(LOCAL).strftime("%Y-%m-%d"),
        starts_at.astimezone(LOCAL).strftime("%H:%M"),
        ends_at.astimezone(LOCAL).strftime("%H:%M"),
        place,
        role,
        str(minutes),
        f"{minutes / 60:.2f}",
        organisation,
    ]
