"""签到表 and 排班表 on paper: a page for the browser's print, and the same as a workbook."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.accounts.access import note
from backend.common import clock
from backend.common.clock import LOCAL, local_day, monday_of
from backend.common.reading import day
from backend.exchange.files import XLSX, workbook
from backend.exchange.table import Column
from backend.planning.queries.sheets import RotaLine, on_the_sheet, rota_lines, sign_in_lines
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.spreadsheets import file_of

BLANK = range(5)  # rows for who comes without having been arranged
SIGN_IN = (
    Column(key="number", heading="序号", wide=6),
    Column(key="name", heading="姓名"),
    Column(key="role", heading="岗位"),
    Column(key="team", heading="所属队伍", wide=18),
    Column(key="phone", heading="联系电话", wide=16),
    Column(key="came", heading="签到时间"),
    Column(key="left", heading="签退时间"),
    Column(key="signed", heading="签名", wide=16),
)
ROTA = (
    Column(key="day", heading="日期"),
    Column(key="time", heading="时间", wide=14),
    Column(key="title", heading="名称", wide=22),
    Column(key="venue", heading="点位", wide=26),
    Column(key="people", heading="志愿者", wide=50),
)


@coordinator
def sign_in_sheet(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """?as=xlsx for the workbook."""
    session = access.session_to_change(request.user, pk)
    lines = sign_in_lines(session)
    note(request.user, "export", f"session:{pk}", f"sign-in sheet, {len(lines)} people")
    if request.GET.get("as") != "xlsx":
        context = {"place": "rota", "session": session, "lines": lines, "blank": BLANK}
        return render(request, "coordinator/sign_in_sheet.html", context)
    rows = [
        {
            "number": str(number),
            "name": line.name,
            "role": line.role,
            "team": line.team,
            "phone": line.phone,
        }
        for number, line in enumerate(lines, 1)
    ]
    name = _("签到表 %(title)s") % {"title": session.title}
    return file_of(workbook(SIGN_IN, rows, name="签到表"), XLSX, name, "xlsx")


@coordinator
def rota_sheet(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """One week of a rota, ?week= any day of it; ?as=xlsx for the workbook."""
    rota = access.rota_seen(request.user, pk)
    wanted = day(request.GET.get("week")) or local_day(clock.now())
    last = rota.ends_on - timedelta(days=1)
    monday = monday_of(min(max(wanted, rota.starts_on), last))
    lines = rota_lines(on_the_sheet(access.sessions_seen(request.user, rota), monday))
    note(request.user, "export", f"rota:{pk}", f"sheet of the week of {monday}")
    if request.GET.get("as") == "xlsx":
        texts = [_texts(line) for line in lines]
        return file_of(workbook(ROTA, texts, name="排班表"), XLSX, rota.name, "xlsx")
    weeks = [rota.starts_on + timedelta(weeks=n) for n in range(rota.weeks)]
    context = {"place": "rota", "rota": rota, "lines": lines, "monday": monday, "weeks": weeks}
    return render(request, "coordinator/rota_sheet.html", context)


def _texts(line: RotaLine) -> dict[str, str]:
    session = line.session
    assert session.starts_at is not None and session.ends_at is not None
    starts = session.starts_at.astimezone(LOCAL)
    ends = session.ends_at.astimezone(LOCAL)
    venue = ""
    if session.venue:
        venue = f"{session.venue.name} {session.venue.where}"
    return {
        "day": starts.strftime("%Y-%m-%d"),
        "time": f"{starts:%H:%M}-{ends:%H:%M}",
        "title": session.title,
        "venue": venue,
        "people": "；".join(f"{role}：{names}" for role, names in line.people),
    }
