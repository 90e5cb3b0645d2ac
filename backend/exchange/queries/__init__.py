"""What was brought in: the list, and one import with its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from backend.accounts.models import User
from backend.exchange.checking import unpacked
from backend.exchange.models import Export, Import, ImportRow, Outcome
from backend.exchange.operations.leaving import EXPORT_HELD
from backend.exchange.operations.uploading import TO_WRITE
from backend.exchange.table import Column, Table
from backend.exchange.tables import TABLES
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths, within
from backend.volunteers.models import Volunteer

TONES: Mapping[str, str] = {Outcome.WRONG: "bad", Outcome.ADDED: "ok", Outcome.CHANGED: "warn"}
WHAT_MATTERS = Case(
    When(outcome=Outcome.WRONG, then=0),
    When(outcome=Outcome.CHANGED, then=1),
    When(outcome=Outcome.ADDED, then=2),
    default=3,
)


def imports_seen(user: User) -> QuerySet[Import]:
    """Her own and those of her organisations, newest first. The list alone: rows are hers who sent
    the file."""
    hers = within(scope_paths(user), "organisation__path") | Q(made_by=user)
    rows = Import.objects.filter(hers).select_related("made_by", "rota")
    return rows.order_by("-made_at", "-pk")


def exports_seen(user: User) -> QuerySet[Export]:
    """Her own and those of the organisations that she coordinates, newest first."""
    hers = within(scope_paths(user, ACTS), "organisation__path") | Q(asked_by=user)
    rows = Export.objects.filter(hers).select_related("asked_by", "decided_by")
    return rows.order_by("-asked_at", "-pk")


def export_to_decide(user: User, export_id: int) -> Export | None:
    """One of the organisations that she coordinates."""
    hers = within(scope_paths(user, ACTS), "organisation__path")
    return Export.objects.filter(hers, pk=export_id).first()


def own_export(user: User, export_id: int) -> Export | None:
    rows = Export.objects.select_related("organisation")
    return rows.filter(asked_by=user, pk=export_id).first()


def is_held(row: Export, now: datetime) -> bool:
    """Somebody agreed, and not too long ago."""
    return bool(row.approved and row.decided_at and now < row.decided_at + EXPORT_HELD)


def import_of(user: User, batch_id: int) -> Import | None:
    """One that she sent herself."""
    rows = Import.objects.select_related("made_by", "organisation", "rota__organisation")
    return rows.filter(made_by=user, pk=batch_id).first()


@dataclass(frozen=True)
class RowCounts:
    """How many rows of each outcome, how many of them are written, and whom those that change would
    ask or tell."""

    by_outcome: Mapping[str, int]
    written: int
    volunteers: int
    families: int

    @property
    def total(self) -> int:
        return sum(self.by_outcome.values())

    @property
    def to_write(self) -> int:
        return sum(self.by_outcome.get(outcome, 0) for outcome in TO_WRITE)


def tally(batch: Import) -> RowCounts:
    """Two statements."""
    counted = batch.rows.values_list("outcome").annotate(n=Count("pk"), written=Count("written_at"))
    found = list(counted.values_list("outcome", "n", "written"))
    touching = batch.rows.filter(outcome=Outcome.CHANGED).exclude(touches={})
    people: Counter[int] = Counter()
    families = 0
    for touches in touching.values_list("touches", flat=True):
        people.update(touches.get("volunteers", ()))
        families += touches.get("families", 0)
    return RowCounts(
        {outcome: n for outcome, n, _ in found},
        sum(written for _, _, written in found),
        len(people),
        families,
    )


@dataclass(frozen=True)
class CellShown:
    """`was`: what stands there now, where it changes; `said`: what is wrong."""

    text: str
    was: str | None
    said: str


@dataclass(frozen=True)
class RowShown:
    """`people`: the names of those whom it would ask or tell."""

    row: ImportRow
    cells: Sequence[CellShown]
    said: str
    people: Sequence[str]

    @property
    def others(self) -> int:
        """Who hear of it without being asked."""
        return int(self.row.touches.get("hear", 0))

    @property
    def tone(self) -> str:
        return TONES.get(self.row.outcome, "")

    @property
    def families(self) -> int:
        return int(self.row.touches.get("families", 0))


def columns_of(batch: Import) -> list[Column]:
    table: type[Table] = TABLES[batch.table]
    return [table.column(key) for key in batch.columns]


def rows_shown(batch: Import, outcome: str, start: int, most: int) -> list[RowShown]:
    """Those to put right first, then what changes, what is new, and what stays. Two statements."""
    rows = batch.rows.all()
    if outcome:
        rows = rows.filter(outcome=outcome)
    order = ("number",) if outcome else (WHAT_MATTERS, "number")
    page = list(rows.order_by(*order)[start : start + most])
    names = _names(page)
    return [_shown(row, batch.columns, names) for row in page]


def _names(rows: Iterable[ImportRow]) -> dict[int, str]:
    wanted = {pk for row in rows for pk in row.touches.get("volunteers", ())}
    if not wanted:
        return {}
    return dict(Volunteer.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _shown(row: ImportRow, columns: Sequence[str], names: Mapping[int, str]) -> RowShown:
    said: dict[str, str] = unpacked(row.said)
    was: dict[str, str] = unpacked(row.was)
    texts: list[Any] = list(unpacked(row.cells))
    cells = [
        CellShown(text, was.get(key), said.get(key, ""))
        for key, text in zip(columns, texts, strict=True)
    ]
    rest = [sentence for key, sentence in said.items() if key not in columns]
    people = [names[pk] for pk in row.touches.get("volunteers", ()) if pk in names]
    return RowShown(row, cells, "；".join(rest), people)
