"""Visits at home as lists, here and on 今天: who has not come out, and who waits for a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from backend.access.queries import sessions_readable
from backend.accounts.models import User
from backend.common.clock import local_day
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations.afterwards import may_have_been
from backend.visits.operations.ending import newest_visit
from backend.visits.policy import is_urgent, whereabouts
from backend.visits.queries import going_on, going_to, names_in, seat_of
from backend.visits.states import VisitStage, VisitState
from backend.words.at_homes import whereabouts_in_words
from backend.words.moments import long_day, when
from backend.words.visits import (
    answer_of_family,
    parts_in_words,
    turned_down,
    why_ended_for_desk,
)


@dataclass(frozen=True)
class WaitingLine:
    """A family that waits for a time: on which days and when it is at home."""

    row: VisitRequest
    days: str
    parts: str
    urgent: bool


@dataclass(frozen=True)
class HowFar:
    """A wish that waits no more: what has become of it, the visit's time and session where there is
    one that she may read, and who goes. `streams`: of what the visit tells of itself."""

    state: str
    says: Sequence[str]
    session: int | None = None
    people: Sequence[tuple[str, str, bool]] = ()
    streams: str = ""


@dataclass(frozen=True)
class Unheard:
    """When a visit was to be, and who was to go: nobody has said whether they did."""

    when: str
    people: str


@dataclass(frozen=True)
class GoingLine:
    """A visit, who went, how far they are in a sentence and in a word."""

    visit: Visit
    people: Sequence[str]
    says: str
    word: str
    tone: str
    icon: str

    @property
    def is_missed(self) -> bool:
        return self.tone == "bad"


SHOWN_AS: dict[str, tuple[str, str]] = {
    VisitStage.DUE: ("note", "hourglass"),
    VisitStage.INSIDE: ("note", "house"),
    VisitStage.LATE: ("warn", "hourglass"),
    VisitStage.MISSED: ("bad", "phone"),
}


def how_far(user: User, row: VisitRequest, now: datetime) -> HowFar:
    if row.state == VisitState.DECLINED:
        return HowFar(row.get_state_display(), [turned_down(row.because)])
    if row.state == VisitState.ENDED:
        return HowFar(row.get_state_display(), [why_ended_for_desk(row.end_reason)])
    visit = newest_visit(row)
    if visit is None:
        return HowFar(row.get_state_display(), [])
    session = visit.session
    says = [when(session.starts_at)] if session.starts_at else []
    if row.is_planned:
        booking = seat_of(visit, row.family_id)
        says.append(answer_of_family(booking.state, booking.answer_by) if booking else "")
    says.append(whereabouts_in_words(visit, session, now))
    hers = session.pk in sessions_readable(user, [session.pk])
    return HowFar(
        row.get_state_display(),
        [one for one in says if one],
        session.pk if hers else None,
        going_to(session.pk) if hers else (),
        f"session.{session.pk} rota.{session.rota_id}",
    )


def last_unheard(row: VisitRequest, now: datetime) -> Unheard | None:
    """The last time that was set for it, where people were to go and nobody has said whether they
    were there: she asks them."""
    visit = newest_visit(row)
    if visit is None or visit.session.starts_at is None or not may_have_been(visit, now):
        return None
    return Unheard(when(visit.session.starts_at), _("、").join(names_in(visit.session_id)))


def waiting_lines(rows: Iterable[VisitRequest], now: datetime) -> list[WaitingLine]:
    return [
        WaitingLine(
            row,
            _("%(first)s 到 %(last)s")
            % {"first": long_day(row.first_day), "last": long_day(row.last_day)},
            parts_in_words(row.parts),
            is_urgent(row, local_day(now)),
        )
        for row in rows
    ]


def at_homes(user: User, now: datetime) -> dict[str, list[GoingLine]]:
    """Those of whom nobody has said that they are out: who is missed, and who is not yet. One
    statement."""
    found: list[Any] = going_on(user, now)
    lines = [_going(one, one.people, now) for one in found]
    return {
        "alarms": [line for line in lines if line.is_missed],
        "going": [line for line in lines if not line.is_missed],
    }


def going_line(visit: Visit, now: datetime) -> GoingLine:
    return _going(visit, (), now)


def _going(visit: Visit, people: Sequence[str], now: datetime) -> GoingLine:
    where = whereabouts(visit, visit.session, now)
    tone, icon = SHOWN_AS.get(where, ("", ""))
    says = whereabouts_in_words(visit, visit.session, now)
    return GoingLine(visit, people, says, str(VisitStage(where).label), tone, icon)
