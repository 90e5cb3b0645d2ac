"""Hours that nobody signed in for: the export lists who was to be there, whoever fills in minutes
and a reason asks for them to be entered, and a colleague decides (补录)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.access.queries import sessions_hers
from backend.common.clock import LOCAL
from backend.exchange.cells import CellRefused, number, words
from backend.exchange.models import ImportRow, Outcome
from backend.exchange.table import (
    Column,
    Context,
    RowMoved,
    RowPlan,
    Table,
    TableDesk,
    Values,
    wrong,
)
from backend.records.models import BackEntry, ServiceRecord
from backend.records.operations import ask_back_entry
from backend.rota.models import Assignment, Session
from backend.rota.policy import over
from backend.rota.states import HELD

BACK = timedelta(days=62)


class HoursDesk(TableDesk):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.parts: dict[int, Assignment] = {}
        self.noted: dict[tuple[int, int], int] = {}
        self.asked: dict[int, int] = {}

    def _parts(self) -> QuerySet[Assignment]:
        """The parts of people in sessions of the last two months that she may change; of who erased
        her data there is nobody to write about."""
        now = self.context.now
        lately = sessions_hers(self.context.user).filter(over(now), ends_at__gt=now - BACK)
        held = lately.exclude(state__in=(Session.State.CANCELLED, Session.State.PLANNED))
        there = Assignment.objects.filter(session__in=held, state__in=HELD)
        return there.filter(volunteer__erased_at=None)

    def _read(self, parts: Sequence[Assignment]) -> None:
        """What is noted of them: three statements with theirs."""
        self.parts = {row.pk: row for row in parts}
        live = ServiceRecord.objects.filter(
            session__in={row.session_id for row in parts}, reverses=None, reversed_by=None
        )
        self.noted = {
            (volunteer, session): minutes
            for volunteer, session, minutes in live.values_list(
                "volunteer_id", "session_id", "minutes"
            )
        }
        open_ones = BackEntry.objects.filter(assignment__in=self.parts, decided_at=None)
        self.asked = dict(open_ones.values_list("assignment_id", "minutes"))

    def prepare(self, rows: Sequence[Values]) -> None:
        wanted = [row["id"] for row in rows if row.get("id")]
        self._read(list(self._parts().filter(pk__in=wanted)))

    def plan(self, values: Values) -> RowPlan:
        part = self._part(values)
        minutes = values.get("minutes")
        if minutes is None or minutes == self._minutes(part):
            return RowPlan(outcome=Outcome.SAME, target=part.pk)
        if (part.volunteer_id, part.session_id) in self.noted:
            raise wrong(minutes=CellRefused(why="noted", n=self._minutes(part)))
        if not values.get("reason"):
            raise wrong(reason=CellRefused(why="empty", what="原因"))
        with transaction.atomic():
            self._ask(part.pk, values)
            transaction.set_rollback(True)
        return RowPlan(outcome=Outcome.ADDED, target=part.pk)

    def _part(self, values: Values) -> Assignment:
        if not values.get("id"):
            raise wrong(id=CellRefused(why="empty", what="编号"))
        part = self.parts.get(values["id"])
        if part is None:
            raise wrong(id=CellRefused(why="not_here", text=str(values["id"])))
        return part

    def _minutes(self, part: Assignment) -> int | None:
        noted = self.noted.get((part.volunteer_id, part.session_id))
        return self.asked.get(part.pk, noted)

    def _ask(self, pk: int, values: Values) -> BackEntry:
        return ask_back_entry(
            assignment_id=pk,
            minutes=values["minutes"],
            reason=values["reason"],
            actor=self.context.user,
            now=self.context.now,
        )

    def write(self, row: ImportRow, values: Values) -> int:
        if row.target is None or not self._parts().filter(pk=row.target).exists():
            raise RowMoved
        self._ask(row.target, values)
        return row.target

    def export(self) -> Iterator[dict[str, str]]:
        rows = self._parts().select_related("volunteer", "session", "shift__role")
        parts = list(rows.order_by("session__starts_at", "volunteer__sort_key", "pk"))
        self._read(parts)
        for part in parts:
            yield self._texts(part)

    def _texts(self, part: Assignment) -> dict[str, str]:
        session = part.session
        assert session.starts_at is not None
        minutes = self._minutes(part)
        return {
            "id": str(part.pk),
            "session": session.title,
            "day": session.starts_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"),
            "who": part.volunteer.name,
            "number": part.volunteer.number,
            "role": part.shift.role.name,
            "minutes": "" if minutes is None else str(minutes),
            "reason": "",
        }


class HoursTable(Table):
    code = "hours"
    name = _("时长补录")
    key = "id"
    desk = HoursDesk
    explained = _(
        "先导出：最近两个月每场谁该在。没记时长的填分钟和原因再导入，要另一位同事批了才算。"
    )
    columns = (
        Column(key="id", heading="编号", read=number(1, 2**63 - 1), wide=10),
        Column(key="session", heading="场次", told=True, wide=24),
        Column(key="day", heading="时间", told=True, wide=18),
        Column(key="who", heading="姓名", told=True),
        Column(key="number", heading="志愿者编号", told=True),
        Column(key="role", heading="岗位", told=True),
        Column(key="minutes", heading="分钟", read=number(1, 9999), sample="90", wide=8),
        Column(key="reason", heading="原因", read=words(120), sample="手机没电，没有签到", wide=30),
    )

    @classmethod
    def choices(cls, context: Context) -> Mapping[str, Sequence[str]]:
        return {}
