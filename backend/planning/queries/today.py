"""What needs a coordinator today: holes of the next days, offers without an answer, answers that
came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from backend.access import queries as access
from backend.accounts.models import User
from backend.planning.queries.heads import Short, short_shifts, to_be_staffed
from backend.planning.queries.log import ERASED
from backend.rota.models import Assignment, Offer, Rota, Session, Shift
from backend.rota.policy import (
    OFFER_ERASED,
    PLACE_ERASED,
    SEATS,
    TAKES_PLACE,
    YES_STANDS,
    rota_is_over,
)
from backend.rota.states import TO_COME

DAYS = 7
LATE = timedelta(days=3)  # before the start: who gives her place back then leaves little time
SHOWN = 20
SOON = timedelta(hours=24)  # before the start: an answer that is missing then is worth a call


def rotas_here(user: User, now: datetime) -> list[Rota]:
    """The published rotas that she sees and that are not over. One statement."""
    return [
        rota
        for rota in access.rotas_seen(user)
        .filter(state=Rota.State.PUBLISHED)
        .order_by("-starts_on", "pk")
        if not rota_is_over(rota, now)
    ]


@dataclass(frozen=True)
class FirstRows:
    """The first rows of a list, and how many there are in all."""

    rows: Sequence[Any]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Figures:
    """What takes place in the next days: sessions, people who said yes and who were asked, people
    missing, seats given to children; sessions with more of them than can be looked after."""

    sessions: int
    taken: int
    held: int
    missing: int
    children: int
    crowded: int


def coming(sessions: QuerySet[Session], now: datetime) -> QuerySet[Session]:
    """Those of the next days."""
    soon = sessions.filter(starts_at__lt=now + timedelta(days=DAYS), starts_at__isnull=False)
    return to_be_staffed(soon, now)


def figures(soon: QuerySet[Session], short: Sequence[Short]) -> Figures:
    """Of the sessions that are coming. Two statements."""
    going = soon.filter(TAKES_PLACE)
    people = Shift.objects.filter(session__in=going).aggregate(taken=Sum("taken"), held=Sum("held"))
    counted = going.aggregate(
        sessions=Count("pk"),
        children=Sum("seats_taken"),
        crowded=Count("pk", filter=_crowded()),
    )
    numbers = {key: value or 0 for key, value in (people | counted).items()}
    return Figures(missing=sum(one.people for one in short), **numbers)


def _crowded() -> Q:
    """More children have seats than the people who are there, or were asked, can look after, though
    no role that carries seats is below its minimum; where one is, it is a hole."""
    lacking = Shift.objects.filter(
        session=OuterRef("pk"), carries_seats=True, minimum__gt=F("taken") + F("held")
    )
    return Q(~Exists(lacking), seats_taken__gt=SEATS)


def crowded(soon: QuerySet[Session]) -> list[Session]:
    """Of the sessions that are coming those with more children than can be looked after, the
    soonest first, each with how many `fit`. One statement."""
    rows = soon.filter(_crowded()).annotate(fit=SEATS).select_related("venue")
    return list(rows.order_by("starts_at", "pk")[:SHOWN])


def holes(short: Sequence[Short], start: int = 0, size: int = SHOWN) -> FirstRows:
    """Shifts that lack people, the soonest first. One statement."""
    return FirstRows(
        list(short_shifts(short)[start : start + size]), sum(one.shifts for one in short)
    )


def listed(soon: QuerySet[Session], start: int = 0, size: int = SHOWN) -> FirstRows:
    """The sessions of the next days that take place, by time, each with the people who said yes
    and who were asked (`people`, `asked`) and how many it wants (`wanted`). Two statements."""
    going = soon.filter(TAKES_PLACE)
    rows = going.annotate(
        people=Sum("shifts__taken"), asked=Sum("shifts__held"), wanted=Sum("shifts__target")
    ).select_related("venue")
    return FirstRows(list(rows.order_by("starts_at", "pk")[start : start + size]), going.count())


def unanswered(
    sessions: QuerySet[Session], now: datetime, start: int = 0, size: int = SHOWN
) -> FirstRows:
    """Offers that wait, of all sessions, those whose time runs out first, and of those the soonest;
    `soon`: what she is asked for begins within a day. Two statements."""
    near = Q(session__starts_at__lt=now + SOON)
    rows = Offer.objects.filter(session__in=sessions, state=Offer.State.PENDING).annotate(
        soon=Case(When(near, then=True), default=False, output_field=BooleanField())
    )
    shown = rows.select_related("volunteer", "session", "shift__role").order_by(
        "answer_by", "session__starts_at", "pk"
    )
    return FirstRows(list(shown[start : start + size]), rows.count())


class AnswerGiven(NamedTuple):
    """What somebody said about a place. word: accepted (and she has it still) or declined, of an
    offer; withdrawn: she had the place and gave it back, `urgent` where the session begins within
    days; erased: her place, or the question to her, ended with her data. `gap`: the shift has too
    few people now, and somebody can still be found."""

    urgent: bool
    at: datetime
    pk: int
    word: str
    name: str
    session: int
    shift: int
    title: str
    starts_at: datetime | None
    gap: bool

    @property
    def is_yes(self) -> bool:
        return self.word == Offer.State.ACCEPTED

    @property
    def was_given_back(self) -> bool:
        return self.word == Assignment.State.WITHDRAWN

    @property
    def was_erased(self) -> bool:
        return self.word == ERASED


def _gap(now: datetime) -> Case:
    """Whether the shift of a row has too few people, and somebody can still be found."""
    short = Q(shift__minimum__gt=F("shift__taken") + F("shift__held"))
    ahead = Q(session__state__in=TO_COME, session__starts_at__gt=now)
    return Case(When(short & ahead, then=True), default=False, output_field=BooleanField())


def _word(erased: Q) -> Case:
    return Case(When(erased, then=Value(ERASED)), default=F("state"), output_field=CharField())


def answered(
    sessions: QuerySet[Session], now: datetime, start: int = 0, size: int = SHOWN
) -> FirstRows:
    """Answers of the last day and places given back: those given back late first, then the newest.
    Two statements."""
    since = now - timedelta(days=1)
    here = {"session__in": sessions}
    near = Q(session__starts_at__gt=now, session__starts_at__lt=now + LATE)
    about = {
        "name": F("volunteer__name"),
        "title": F("session__title"),
        "starts": F("session__starts_at"),
        "gap": _gap(now),
    }
    said = Offer.objects.filter(
        Q(state=Offer.State.DECLINED) | YES_STANDS,
        **here,
        answered_at__gt=since,
    ).annotate(urgent=Value(False), at=F("answered_at"), word=_word(OFFER_ERASED), **about)
    back = Assignment.objects.filter(
        **here, state=Assignment.State.WITHDRAWN, ended_at__gt=since
    ).annotate(
        urgent=Case(When(near, then=True), default=False, output_field=BooleanField()),
        at=F("ended_at"),
        word=_word(PLACE_ERASED),
        **about,
    )
    about_her = ("urgent", "at", "pk", "word", "name", "session_id", "shift_id")
    columns = (*about_her, "title", "starts", "gap")
    rows = (
        said.order_by().values_list(*columns).union(back.order_by().values_list(*columns), all=True)
    )
    shown = rows.order_by("-urgent", "-at", "-pk")[start : start + size]
    return FirstRows([AnswerGiven(*row) for row in shown], rows.count())
