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
from backend.visits.policy import is_urgent
from backend.visits.queries import going_to, missed_by, names_in, seat_of
from backend.visits.states import VisitState
from backend.words.moments import clock, long_day, when
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


def how_far(user: User, row: VisitRequest) -> HowFar:
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
    if visit.begun_at is not None and not visit.is_over:
        says.append(_("%(at)s 进去了，还没有说出来") % {"at": clock(visit.begun_at)})
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


def missed_lines(user: User, now: datetime) -> list[tuple[Visit, list[str]]]:
    """Each with the names of who went in. One statement."""
    found: list[Any] = missed_by(user, now)
    return [(one, one.people) for one in found]
