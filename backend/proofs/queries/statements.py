"""Statements as she, the desk and the public see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from backend.access.queries import Someone
from backend.access.refusals import NotHers, NotSeen
from backend.common.clock import LOCAL
from backend.organisations.policy import ACTS, SEES
from backend.organisations.queries import scope_paths, within
from backend.proofs.content import Content, masked_name
from backend.proofs.models import Doubt, Statement
from backend.proofs.policy import is_code
from backend.records.models import ServiceRecord

AT_ONCE = 200  # PDFs that a turn of the clock makes


def with_corrections() -> QuerySet[Statement]:
    """Each with `corrected`: whether something that stands on it was reversed after it was frozen.
    The PDF is left where it is."""
    day = TruncDate("session__starts_at", tzinfo=LOCAL, output_field=DateField())
    reversals = ServiceRecord.objects.annotate(day=day).filter(
        volunteer=OuterRef("volunteer"),
        number__gt=OuterRef("head"),
        reverses__number__lte=OuterRef("head"),
        organiser__path__startswith=OuterRef("organisation__path"),
        day__gte=OuterRef("first_day"),
        day__lte=OuterRef("last_day"),
    )
    rows = Statement.objects.annotate(corrected=Exists(reversals))
    return rows.select_related("volunteer", "organisation").defer("pdf")


def statements_of(volunteer_id: int) -> list[Statement]:
    """Hers, the newest first. One statement."""
    return list(with_corrections().filter(volunteer=volunteer_id).order_by("-made_at", "-pk"))


def requested(user: Someone) -> QuerySet[Statement]:
    """What waits where she coordinates, the longest first."""
    return _hers(user).filter(state=Statement.State.REQUESTED).order_by("made_at", "pk")


def issued(user: Someone, words: str = "") -> QuerySet[Statement]:
    """What was given a number where she coordinates, the newest first; `words`: a part of the
    number, or her name."""
    rows = _hers(user).filter(number__isnull=False)
    if words:
        rows = rows.filter(Q(number__contains=words) | Q(volunteer__name__contains=words))
    return rows.order_by(F("issued_at").desc(nulls_first=True), "-pk")


def displayed(user: Someone) -> QuerySet[Statement]:
    """What is on display where she coordinates or watches, the first to hold first."""
    seen = within(scope_paths(user, SEES), "organisation__path")
    rows = with_corrections().filter(seen, state=Statement.State.DISPLAYED)
    return rows.order_by("until", "pk")


def doubts_of(statement_id: int) -> list[Doubt]:
    """The earliest first. One statement."""
    rows = Doubt.objects.filter(statement=statement_id).select_related("made_by")
    return list(rows.order_by("made_at", "pk"))


def statement_to_answer(user: Someone, pk: int) -> Statement:
    """One of an organisation that she coordinates. Raises NotSeen, and NotHers when she only
    watches it."""
    row = _hers(user).filter(pk=pk).first()
    if row is not None:
        return row
    watched = within(scope_paths(user, SEES), "organisation__path")
    if Statement.objects.filter(watched, pk=pk).exists():
        raise NotHers
    raise NotSeen


UNPRINTED = Q(state=Statement.State.ISSUED, digest="")


def to_print(statement_id: int) -> Statement | None:
    """The statement, if its PDF is still to be made."""
    rows = Statement.objects.select_related("organisation").filter(UNPRINTED)
    return rows.filter(pk=statement_id).first()


def left_unprinted(before: datetime) -> list[int]:
    """Issued before that and still without a PDF, the oldest first: whoever was to make it died."""
    rows = Statement.objects.filter(UNPRINTED, issued_at__lt=before).order_by("issued_at", "pk")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


@dataclass(frozen=True)
class Checked:
    """What the public check says, and nothing else: who holds the paper compares."""

    number: str
    name: str  # most of it hidden; "" once her data were erased
    minutes: int
    state: str
    corrected: bool
    digest: str


def checked(number: str, code: str) -> Checked | None:
    """None when there is no such number, or when that is not its code: both take the same work."""
    row = with_corrections().filter(number=number, number__isnull=False).first()
    fits = is_code(number, code)
    if row is None or not fits:
        return None
    content = Content.from_json(str(row.content))
    return Checked(
        number=number,
        name=masked_name(content.name),
        minutes=row.minutes,
        state=row.state,
        corrected=row.corrected,  # type: ignore[attr-defined]  # with_corrections()
        digest=row.digest,
    )


def _hers(user: Someone) -> QuerySet[Statement]:
    return with_corrections().filter(within(scope_paths(user, ACTS), "organisation__path"))
