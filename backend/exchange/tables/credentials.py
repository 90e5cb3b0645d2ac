"""Certificates as a table: each row is one that whoever brings it in has seen on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.common.locking import lock_one
from backend.common.sealing import blind_index
from backend.exchange.cells import CellRefused, Named, Reader, day, plain, words
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
from backend.exchange.tables.volunteers import left, registered
from backend.programmes.models import CredentialKind
from backend.volunteers.models import Volunteer, VolunteerCredential
from backend.volunteers.operations import CredentialRefused, add_credential

WRITTEN = ("document", "issuer", "valid_from", "valid_until")


class CredentialsDesk(TableDesk):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        shown = CredentialKind.objects.filter(is_vetting=False).order_by("pk")
        self.kinds = {row.pk: row for row in shown}
        self.named_kinds = Named({pk: row.name for pk, row in self.kinds.items()})
        self.people: dict[str, Volunteer] = {}
        self.held: dict[tuple[int, int], VolunteerCredential] = {}

    def readers(self) -> Mapping[str, Reader]:
        return {"kind": self.named_kinds.find}

    def prepare(self, rows: Sequence[Values]) -> None:
        """Two statements."""
        numbers = {row["number"] for row in rows if row.get("number")}
        people = registered(self.context).filter(number__in=numbers)
        self.people = {row.number: row for row in people}
        held = VolunteerCredential.objects.filter(volunteer__in=self.people.values())
        self.held = {(row.volunteer_id, row.kind_id): row for row in held}

    def plan(self, values: Values) -> RowPlan:
        her = self._her(values)
        held = self.held.get((her.pk, values.get("kind", 0)))
        if held is None:
            needed(CredentialsTable, values)
        wanted = _wanted(values, held)
        if held is not None and wanted == _there(held):
            return RowPlan(outcome=Outcome.SAME, target=held.pk)
        _refuse(wanted)
        if her.user_id == self.context.user.pk:
            raise CredentialRefused(why="own")
        if her.state == Volunteer.State.LEFT:
            raise wrong(number=left(her))
        touches = {"volunteers": [her.pk]}
        if held is None:
            return RowPlan(outcome=Outcome.ADDED, touches=touches)
        texts = self.texts(held, her)
        there = _there(held)
        return RowPlan(
            outcome=Outcome.CHANGED,
            target=held.pk,
            expects=as_it_is(held),
            was={key: texts[key] for key in WRITTEN if wanted[key] != there[key]},
            touches=touches,
        )

    def _her(self, values: Values) -> Volunteer:
        number = values.get("number")
        if not number:
            raise wrong(number=CellRefused(why="empty", what="志愿者编号"))
        her = self.people.get(number)
        if her is None:
            raise wrong(number=CellRefused(why="not_here", text=number))
        name = values.get("name")
        if name and plain(name) != plain(her.name):
            raise wrong(name=CellRefused(why="other_name", text=number))
        return her

    def write(self, row: ImportRow, values: Values) -> int:
        self.prepare([values])
        her = lock_one(Volunteer, self._her(values).pk)
        if her.state == Volunteer.State.LEFT:
            raise RowMoved
        held = VolunteerCredential.objects.filter(volunteer=her, kind=values["kind"]).first()
        if (held.pk if held else None) != row.target:
            raise RowMoved
        if held and as_it_is(held) != row.expects:
            raise RowMoved
        wanted = _wanted(values, held)
        credential = add_credential(
            volunteer_id=her.pk,
            kind=self.kinds[values["kind"]],
            valid_from=wanted["valid_from"],
            valid_until=wanted["valid_until"],
            number=wanted["document"],
            issuer=wanted["issuer"],
            actor=self.context.user,
            now=self.context.now,
        )
        return credential.pk

    def export(self) -> Iterator[dict[str, str]]:
        people = registered(self.context)
        rows = VolunteerCredential.objects.filter(volunteer__in=people, kind__in=self.kinds)
        found = rows.select_related("volunteer").order_by("volunteer__sort_key", "pk")
        for row in found.iterator(chunk_size=1000):
            yield self.texts(row, row.volunteer)

    def texts(self, row: VolunteerCredential, her: Volunteer) -> dict[str, str]:
        until = ""
        if row.valid_until:
            until = row.valid_until.isoformat()
        return {
            "number": her.number,
            "name": her.name,
            "kind": self.named_kinds.said(row.kind_id),
            "document": row.number,
            "issuer": row.issuer,
            "valid_from": row.valid_from.isoformat(),
            "valid_until": until,
        }


def _there(row: VolunteerCredential) -> dict[str, Any]:
    return {
        "document": " ".join(row.number.split()),
        "issuer": " ".join(row.issuer.split()),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


def _wanted(values: Values, held: VolunteerCredential | None) -> dict[str, Any]:
    """What the certificate would say: the row over what is there."""
    there: dict[str, Any] = {"document": "", "issuer": "", "valid_from": None, "valid_until": None}
    if held is not None:
        there = _there(held)
    said = {key: value for key, value in values.items() if key in WRITTEN}
    for key in ("document", "issuer"):
        if key in said:
            said[key] = said[key] or ""
    return there | said


def _refuse(wanted: Mapping[str, Any]) -> None:
    if wanted["valid_until"] and wanted["valid_until"] < wanted["valid_from"]:
        raise wrong(valid_until=CredentialRefused(why="dates"))


def as_it_is(row: VolunteerCredential) -> str:
    said = "\0".join(str(value) for value in (*_there(row).values(), row.checked_at))
    return blind_index(said, "import").hex()


class CredentialsTable(Table):
    code = "credentials"
    name = _("证书")
    key = "number"
    desk = CredentialsDesk
    promise = _("这些证书我都对过原件")
    explained = _("一行一张证书，先要有志愿者的编号。写进去以后，她会收到消息。")
    columns = (
        Column(key="number", heading="志愿者编号", read=words(20), also=("编号",), wide=12),
        Column(key="name", heading="姓名", read=words(40), sample="陈晓云"),
        Column(
            key="kind",
            heading="证书",
            needed=True,
            also=("证书名称", "资格证书名称", "证件"),
            sample="育婴员证",
            wide=20,
        ),
        Column(
            key="document", heading="证书编号", read=words(40), empties=True, sample="35-001234"
        ),
        Column(
            key="issuer",
            heading="发证单位",
            read=words(60),
            empties=True,
            sample="福州市人社局",
            wide=20,
        ),
        Column(key="valid_from", heading="有效期从", read=day, needed=True, sample="2026-01-01"),
        Column(
            key="valid_until",
            heading="有效期至",
            read=day,
            empties=True,
            also=("到期", "有效期"),
            sample="2028-12-31",
        ),
    )

    @classmethod
    def identity(cls, values: Values) -> object:
        return (values.get("number"), values.get("kind"))

    @classmethod
    def choices(cls, context: Context) -> Mapping[str, Sequence[str]]:
        kinds = CredentialKind.objects.filter(is_vetting=False).order_by("pk")
        return {"kind": [row.name for row in kinds]}
