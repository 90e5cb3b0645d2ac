"""The sessions of a rota as a table. A row without a number is known by kind, place and beginning,
so that a file that is brought in twice makes no session twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.access import queries as access
from backend.common.locking import lock_one
from backend.exchange.cells import (
    CellRefused,
    Named,
    Reader,
    clock,
    day,
    number,
    plain,
    words,
    yes_or_no,
)
from backend.exchange.models import ImportRow, Outcome
from backend.exchange.table import (
    Column,
    Context,
    RowMoved,
    RowPlan,
    Table,
    TableDesk,
    Values,
    needed,
    wrong,
)
from backend.exchange.tables.session_values import (
    OF_CHILDREN,
    at,
    habits,
    kind_text,
    refuse_odd,
    shown_number,
    touched,
    values_of,
    venue_text,
    written,
)
from backend.planning.operations import OthersTouched, change_session, effect_of_change
from backend.programmes.models import Engagement, Role
from backend.programmes.queries import kinds_of_session
from backend.rota.models import Rota, Session
from backend.rota.operations import SessionChangedMeanwhile, add_session
from backend.rota.operations.session_values import (
    LONGEST_RISK,
    MOST_EACH,
    MOST_SEATS,
    OLDEST_MONTHS,
)
from backend.rota.states import TO_COME

YES_NO = {True: "是", False: "否"}
Heads = tuple[tuple[int, int, int], ...]  # role, minimum, target
HEAD = re.compile(r"(.*?[^0-9 ]) ?([0-9]{1,2})(?: ?[至到~–—-] ?([0-9]{1,2}))?[人位]?")


class SessionsDesk(TableDesk):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        assert context.rota is not None
        self.rota: Rota = context.rota
        self.kinds = list(Engagement.objects.select_related("programme").order_by("pk"))
        self.roles: dict[int, dict[str, Role]] = defaultdict(dict)
        for role in Role.objects.order_by("pk"):
            self.roles[role.programme_id][plain(role.name)] = role
        self.sessions = {row.pk: row for row in self._sessions()}
        venues = {row.pk: row for row in access.venues_to_choose(context.user, self.rota)}
        venues |= {row.venue.pk: row.venue for row in self.sessions.values() if row.venue}
        self.venues = Named(
            {pk: venue_text(row) for pk, row in venues.items()},
            {pk: row.name for pk, row in venues.items()},
        )
        self.named_kinds = Named(
            {row.pk: kind_text(row) for row in self.kinds},
            {row.pk: row.name for row in self.kinds},
        )
        self.by_place = {
            (row.engagement_id, row.venue_id, row.starts_at): row.pk
            for row in self.sessions.values()
            if not row.is_cancelled
        }

    def _sessions(self) -> list[Session]:
        """Those with a time and a place that she may change, in order."""
        rows = access.sessions_seen(self.context.user, self.rota).filter(
            starts_at__isnull=False, venue__isnull=False
        )
        found = rows.select_related("venue__street", "engagement__programme", "rota__organisation")
        shown = found.prefetch_related("shifts", "organisers").order_by("starts_at", "pk")
        return [row for row in shown if access.may_change(self.context.user, row)]

    # --- reading ----------------------------------------------------------------------------------
    def readers(self) -> Mapping[str, Reader]:
        return {"kind": self.named_kinds.find, "venue": self.venues.find}

    def _heads(self, text: str, kind: Engagement) -> Heads:
        roles = self.roles[kind.programme_id]
        found: dict[int, tuple[int, int, int]] = {}
        for part in re.split(r"[;,、\n]", plain(text)):
            if not part.strip():
                continue
            match = HEAD.fullmatch(part.strip())
            if match is None:
                raise CellRefused(why="heads", text=part.strip())
            role = roles.get(match[1].strip())
            if role is None:
                raise CellRefused(why="role", text=match[1], names="、".join(roles))
            low = int(match[2])
            high = int(match[3] or match[2])
            if low > high or role.pk in found:
                raise CellRefused(why="heads", text=part.strip())
            found[role.pk] = (role.pk, low, high)
        if not any(high for _, _, high in found.values()):
            raise CellRefused(why="no_heads")
        return tuple(sorted(found.values()))

    # --- comparing --------------------------------------------------------------------------------
    def plan(self, values: Values) -> RowPlan:
        session = self._target(values)
        if session is None:
            return self._plan_new(values)
        there = values_of(session)
        wanted = self._wanted(values, there, session.engagement)
        if wanted["kind"] != there["kind"]:
            raise wrong(kind=CellRefused(why="fixed", text=kind_text(session.engagement)))
        changed = [key for key, value in wanted.items() if value != there[key]]
        if not changed:
            return RowPlan(outcome=Outcome.SAME, target=session.pk)
        refuse_odd(wanted)
        effect = effect_of_change(
            session_id=session.pk,
            version=session.version,
            values=written(wanted),
            actor=self.context.user,
            now=self.context.now,
        )
        texts = self.texts(session)
        return RowPlan(
            outcome=Outcome.CHANGED,
            target=session.pk,
            expects=f"{session.version}:{effect.mark}",
            was={key: texts[key] for key in changed},
            touches=touched(effect),
        )

    def _target(self, values: Values) -> Session | None:
        if key := values.get("id"):
            session = self.sessions.get(key)
            if session is None:
                raise wrong(id=CellRefused(why="not_here", text=str(key)))
            return session
        try:
            starts = at(values["day"], values["starts"])
            known = self.by_place.get((values["kind"], values["venue"], starts))
        except KeyError:
            return None
        return self.sessions.get(known or 0)

    def _plan_new(self, values: Values) -> RowPlan:
        needed(SessionsTable, values)
        if self._kind_of(values).at_home:
            raise wrong(kind=CellRefused(why="at_home"))
        with transaction.atomic():
            self._add(values)
            transaction.set_rollback(True)
        return RowPlan(outcome=Outcome.ADDED)

    def _wanted(self, values: Values, there: dict[str, Any], kind: Engagement) -> dict[str, Any]:
        """What the session would say: what the row says over what is there."""
        wanted = there | {key: value for key, value in values.items() if key in there}
        if isinstance(wanted["heads"], str):
            try:
                wanted["heads"] = self._heads(wanted["heads"], kind)
            except CellRefused as refusal:
                raise wrong(heads=refusal) from None
        return wanted

    def _kind_of(self, values: Values) -> Engagement:
        return next(row for row in self.kinds if row.pk == values["kind"])

    def _add(self, values: Values) -> Session:
        kind = self._kind_of(values)
        wanted = self._wanted(values, habits(kind, self.roles[kind.programme_id]), kind)
        refuse_odd(wanted)
        return add_session(
            rota_id=self.rota.pk,
            engagement_id=kind.pk,
            values=written(wanted),
            actor=self.context.user,
            now=self.context.now,
        )

    # --- writing ----------------------------------------------------------------------------------
    def write(self, row: ImportRow, values: Values) -> int:
        if row.target is None:
            lock_one(Rota, self.rota.pk)  # two files with the same session: the second waits here
            if self._there_now(values):
                raise RowMoved
            return self._add(values).pk
        session = self.sessions.get(row.target)
        if session is None:
            raise RowMoved
        version, _colon, mark = row.expects.partition(":")
        if str(session.version) != version:
            raise RowMoved
        try:
            change_session(
                session_id=session.pk,
                version=int(version),
                values=written(self._wanted(values, values_of(session), session.engagement)),
                actor=self.context.user,
                now=self.context.now,
                seen=mark,
            )
        except (SessionChangedMeanwhile, OthersTouched):
            raise RowMoved from None
        return session.pk

    def _there_now(self, values: Values) -> bool:
        return Session.objects.filter(
            rota=self.rota,
            engagement=values["kind"],
            venue=values["venue"],
            starts_at=at(values["day"], values["starts"]),
            state__in=(*TO_COME, Session.State.DONE),
        ).exists()

    # --- showing ----------------------------------------------------------------------------------
    def export(self) -> Iterator[dict[str, str]]:
        for session in self.sessions.values():
            yield self.texts(session)

    def texts(self, session: Session) -> dict[str, str]:
        there = values_of(session)
        names = {role.pk: name for name, role in self.roles[session.programme_id].items()}
        assert session.venue is not None
        return {
            "id": str(session.pk),
            "kind": self.named_kinds.said(session.engagement_id),
            "title": session.title,
            "venue": self.venues.said(session.venue_id),
            "day": there["day"].isoformat(),
            "starts": there["starts"].strftime("%H:%M"),
            "ends": there["ends"].strftime("%H:%M"),
            "required": YES_NO[session.required],
            "heads": "；".join(
                f"{names[role]} {low}至{high}" for role, low, high in there["heads"]
            ),
            **{key: shown_number(there[key]) for key in OF_CHILDREN},
            "risk_note": session.risk_note,
            "state": session.get_state_display(),
        }


class SessionsTable(Table):
    code = "sessions"
    name = _("场次")
    key = "id"
    of_rota = True
    personal = False
    desk = SessionsDesk
    columns = (
        Column(key="id", heading="编号", read=number(1, 2**63 - 1), wide=8),
        Column(
            key="kind",
            heading="活动类型",
            needed=True,
            also=("类型", "品牌项目"),
            sample="贝贝老师·驻点活动",
            wide=20,
        ),
        Column(key="title", heading="名称", read=words(60), needed=True, sample="贝贝老师驻点活动"),
        Column(
            key="venue",
            heading="点位",
            needed=True,
            also=("地点",),
            sample="社区活动室（甘蔗街道）",
            wide=26,
        ),
        Column(key="day", heading="日期", read=day, needed=True, sample="2026-12-05"),
        Column(key="starts", heading="开始", read=clock, needed=True, sample="09:30", wide=8),
        Column(key="ends", heading="结束", read=clock, needed=True, sample="10:30", wide=8),
        Column(key="required", heading="一定要办", read=yes_or_no, sample="是", wide=9),
        Column(key="heads", heading="岗位", sample="主讲 1至2；现场帮手 2至4", wide=30),
        Column(key="seats_min", heading="最少几个孩子", read=number(0, MOST_SEATS), empties=True),
        Column(key="seats_max", heading="最多几个孩子", read=number(1, MOST_SEATS), empties=True),
        Column(
            key="seats_per_volunteer",
            heading="一位带几个",
            read=number(1, MOST_EACH),
            empties=True,
        ),
        Column(
            key="months_low", heading="月龄从", read=number(0, OLDEST_MONTHS), empties=True, wide=8
        ),
        Column(
            key="months_high", heading="月龄到", read=number(0, OLDEST_MONTHS), empties=True, wide=8
        ),
        Column(
            key="risk_note", heading="要留意什么", read=words(LONGEST_RISK), empties=True, wide=24
        ),
        Column(key="state", heading="状态", told=True, wide=8),
    )

    @classmethod
    def identity(cls, values: Values) -> object:
        return tuple(values.get(key) for key in ("kind", "venue", "day", "starts"))

    @classmethod
    def choices(cls, context: Context) -> Mapping[str, Sequence[str]]:
        rota = context.rota
        assert rota is not None
        venues = access.venues_to_choose(context.user, rota)
        return {
            "kind": [kind_text(row) for row in kinds_of_session()],
            "venue": [venue_text(row) for row in venues],
            "required": ["是", "否"],
        }
