"""What people said of their places in a day, and who has not said anything yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    F,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)

from backend.planning.queries.log import ERASED
from backend.planning.queries.today import SHOWN, FirstRows
from backend.rota.models import Assignment, Offer, Session
from backend.rota.policy import OFFER_ERASED, PLACE_ERASED, YES_STANDS, not_begun
from backend.rota.states import TO_COME

LATE = timedelta(days=3)  # before the start: who gives her place back then leaves little time
SOON = timedelta(hours=24)  # before the start: an answer that is missing then is worth a call
WAITING, GIVEN, BACK, SILENT = "waiting", "given", "back", "silent"
NO = Value(False)
NEVER = datetime.max.replace(tzinfo=UTC)
Parts = QuerySet[Any, tuple[Any, ...]]


class Spoken(NamedTuple):
    """One person and one place of hers. `part`: her answer is waited for until `at`; she gave it
    then; she gave her place back then; or she was asked whether she still comes and said nothing.

    word: accepted (and she has it still), declined or pending, of an offer; withdrawn: she had the
    place and gave it back; erased: her place, or the question to her, ended with her data.
    `urgent`: it begins within days, of what waits within one. `gap`: the shift has too few people
    now, and somebody can still be found. `all`: how many there are of that part.
    """

    part: str
    urgent: bool
    at: datetime
    pk: int
    word: str
    name: str
    volunteer: int
    session: int
    shift: int
    title: str
    starts_at: datetime | None
    role: str
    gap: bool
    all: int

    @property
    def is_yes(self) -> bool:
        return self.word == Offer.State.ACCEPTED

    @property
    def was_given_back(self) -> bool:
        return self.word == Assignment.State.WITHDRAWN

    @property
    def was_erased(self) -> bool:
        return self.word == ERASED

    @property
    def begins(self) -> datetime:
        return self.starts_at or NEVER


@dataclass(frozen=True)
class DaysWords:
    waiting: FirstRows
    answered: FirstRows
    silent: list[Spoken]


def words_of_day(
    sessions: QuerySet[Session], silent: QuerySet[Assignment], now: datetime
) -> DaysWords:
    """The first of each list. `silent`: places whose holders were asked whether they still come.
    One statement."""
    still = _as_spoken(silent, SILENT, F("made_at"), F("state")).order_by("starts", "pk")
    rows = _read([_waiting(sessions, now), *_answers(sessions, now), still], SHOWN)
    return DaysWords(
        _waited_for(rows, 0, SHOWN),
        _newest(rows, 0, SHOWN),
        sorted(_of(rows, SILENT), key=attrgetter("begins", "pk")),
    )


def unanswered(
    sessions: QuerySet[Session], now: datetime, start: int = 0, size: int = SHOWN
) -> FirstRows:
    """Offers that wait, of all sessions, those whose time runs out first, and of those the soonest.
    One statement."""
    return _waited_for(_read([_waiting(sessions, now)], start + size), start, size)


def answered(
    sessions: QuerySet[Session], now: datetime, start: int = 0, size: int = SHOWN
) -> FirstRows:
    """Answers of the last day and places given back: those given back late first, then the newest.
    One statement."""
    return _newest(_read(_answers(sessions, now), start + size), start, size)


def _waiting(sessions: QuerySet[Session], now: datetime) -> Parts:
    rows = Offer.objects.filter(session__in=sessions, state=Offer.State.PENDING)
    near = Q(session__starts_at__lt=now + SOON)
    found = _as_spoken(rows, WAITING, F("answer_by"), F("state"), urgent=_whether(near))
    return found.order_by("at", "starts", "pk")


def _answers(sessions: QuerySet[Session], now: datetime) -> list[Parts]:
    since = now - timedelta(days=1)
    said = Offer.objects.filter(
        Q(state=Offer.State.DECLINED) | YES_STANDS, session__in=sessions, answered_at__gt=since
    )
    back = Assignment.objects.filter(
        session__in=sessions, state=Assignment.State.WITHDRAWN, ended_at__gt=since
    )
    ahead = not_begun(now, "session__")
    near = Q(ahead, session__starts_at__lt=now + LATE)
    short = Q(shift__minimum__gt=F("shift__taken") + F("shift__held"))
    gap = _whether(short & Q(ahead, session__state__in=TO_COME))
    of_offers = _as_spoken(said, GIVEN, F("answered_at"), _word(OFFER_ERASED), gap=gap)
    of_places = _as_spoken(
        back, BACK, F("ended_at"), _word(PLACE_ERASED), urgent=_whether(near), gap=gap
    )
    return [of_offers.order_by("-at", "-pk"), of_places.order_by("-urgent", "-at", "-pk")]


def _as_spoken(
    rows: QuerySet[Any],
    part: str,
    at: F,
    word: F | Case,
    *,
    urgent: Case | Value = NO,
    gap: Case | Value = NO,
) -> Parts:
    """The columns of Spoken."""
    named = rows.order_by().annotate(
        part=Value(part),
        urgent=urgent,
        at=at,
        word=word,
        name=F("volunteer__name"),
        title=F("session__title"),
        starts=F("session__starts_at"),
        role_name=F("shift__role__name"),
        gap=gap,
        all=Window(Count("pk")),
    )
    first = ("part", "urgent", "at", "pk", "word", "name", "volunteer_id", "session_id")
    return named.values_list(*first, "shift_id", "title", "starts", "role_name", "gap", "all")


def _read(parts: list[Parts], size: int) -> list[Spoken]:
    """The first rows of each part."""
    first, *others = [part[:size] for part in parts]
    return [Spoken(*row) for row in (first.union(*others, all=True) if others else first)]


def _of(rows: Iterable[Spoken], *parts: str) -> list[Spoken]:
    return [row for row in rows if row.part in parts]


def _total(rows: Iterable[Spoken]) -> int:
    return sum({row.part: row.all for row in rows}.values())


def _waited_for(rows: Iterable[Spoken], start: int, size: int) -> FirstRows:
    found = sorted(_of(rows, WAITING), key=attrgetter("at", "begins", "pk"))
    return FirstRows(found[start : start + size], _total(found))


def _newest(rows: Iterable[Spoken], start: int, size: int) -> FirstRows:
    found = sorted(_of(rows, GIVEN, BACK), key=attrgetter("urgent", "at", "pk"), reverse=True)
    return FirstRows(found[start : start + size], _total(found))


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _word(erased: Q) -> Case:
    return Case(When(erased, then=Value(ERASED)), default=F("state"), output_field=CharField())
