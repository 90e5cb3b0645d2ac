"""A change of one session is made of others of its weekly series as well: each by the operation
that changes a single one, all in one transaction, and whom that touches is seen before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from backend.accounts.models import User
from backend.common.clock import local_day
from backend.common.locking import hold, lock, lock_one, operation
from backend.common.refusal import Refusal
from backend.places.models import CalendarDay
from backend.places.queries import named_days
from backend.planning.operations.changing import Effect, OthersTouched, write_and_ask
from backend.rota.models import Rota, Session, Shift
from backend.rota.operations import (
    SessionValueRefused,
    SessionValues,
    carried,
    different,
    require_newest,
    values_of,
    whom_a_change_touches,
)
from backend.rota.policy import can_be_changed
from backend.volunteers.models import Volunteer


@dataclass(frozen=True)
class SeriesEffect:
    """What a change means for each session of a series, the earliest first.

    `parts`: what is changed (rota.operations.session_values). `effects`: of the sessions that are
    changed. `single`: what a change of that one alone had given them and they keep. `left`: which
    stay as they are, and why. `days`: those of what is changed, and of what is left because of it,
    that differ from their weekday. `mark` as of an Effect.
    """

    parts: frozenset[str]
    effects: Sequence[Effect]
    single: Sequence[tuple[Session, frozenset[str]]]
    left: Sequence[tuple[Session, Refusal]]
    days: Mapping[date, CalendarDay]

    @property
    def touches(self) -> bool:
        return any(effect.touches for effect in self.effects)

    @property
    def mark(self) -> str:
        told = [(e.session.pk, e.session.version, e.mark) for e in self.effects]
        kept = [(session.pk, sorted(parts)) for session, parts in self.single]
        left = [(session.pk, why.code) for session, why in self.left]
        return sha256(repr((told, kept, left)).encode()).hexdigest()[:16]


@operation
def change_series(
    *,
    session_id: int,
    others: Collection[int],
    version: int,
    values: SessionValues,
    actor: User | None,
    now: datetime,
    seen: str | None = None,
) -> SeriesEffect:
    """Write new values to a session, and what that changes to `others` of its series too: as many
    days later or earlier, at the new hour. What one of them says by itself (`Session.own`) stays.

    One that would fall on a day off, or that cannot say that, stays as it is and is named. `seen`
    as in change_session(); None only to look. Raises OthersTouched, and what change_session()
    raises of the session itself; then nothing is changed.
    """
    ids = {session_id, *others}
    hold(Volunteer, whom_a_change_touches(*ids))
    rota = lock_one(Rota, Session.objects.values_list("rota_id", flat=True).get(pk=session_id))
    rows = lock(Session, ids)
    hold(Shift, Shift.objects.filter(session__in=ids).values_list("pk", flat=True))
    for row in rows.values():
        row.rota = rota
    first = rows.pop(session_id)
    require_newest(first, version, now)
    rest = [
        row
        for row in rows.values()
        if first.series_id and row.series_id == first.series_id and can_be_changed(row, now)
    ]
    effect = _Change(first, values, actor, now).made_of(rest)
    if seen is not None and effect.mark != seen:
        raise OthersTouched(effect=effect)
    return effect


def effect_on_series(
    *,
    session_id: int,
    others: Collection[int],
    version: int,
    values: SessionValues,
    actor: User | None,
    now: datetime,
) -> SeriesEffect:
    """What `change_series` would do, by doing it and taking it back. Raises what that raises."""
    with transaction.atomic():
        effect = change_series(
            session_id=session_id,
            others=others,
            version=version,
            values=values,
            actor=actor,
            now=now,
        )
        transaction.set_rollback(True)
    return effect


@dataclass
class _Change:
    """From what the session says to what it is to say, and what came of it."""

    first: Session
    after: SessionValues
    actor: User | None
    now: datetime
    effects: list[Effect] = field(default_factory=list)
    single: list[tuple[Session, frozenset[str]]] = field(default_factory=list)
    left: list[tuple[Session, Refusal]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before = values_of(self.first)
        self.parts = different(self.before, self.after)

    def made_of(self, rest: Sequence[Session]) -> SeriesEffect:
        said = {row.pk: values_of(row) for row in rest}
        each = {row.pk: self._values(row, said[row.pk]) for row in rest}
        days = {pk: _day(values) for pk, values in each.items()}
        named = named_days({day for day in (*days.values(), _day(self.after)) if day})
        for row in self._in_order([self.first, *rest]):
            if row is self.first:
                self.effects.append(self._write(row, self.after))
                continue
            day = days[row.pk]
            stays = day == _day(said[row.pk])
            off = named[day] if day in named and named[day].is_off and not stays else None
            self._carry(row, said[row.pk], each[row.pk], off)
        self.effects.sort(key=lambda effect: _when(effect.session))
        self.left.sort(key=lambda pair: _when(pair[0]))
        self.single.sort(key=lambda pair: _when(pair[0]))
        return SeriesEffect(self.parts, self.effects, self.single, self.left, named)

    def _values(self, row: Session, said: SessionValues) -> SessionValues:
        return carried(said, self.before, self.after, self.parts - set(row.own or ()))

    def _in_order(self, rows: Sequence[Session]) -> Iterator[Session]:
        """Those first that move out of the way of the others: of two weeks' sessions that go to
        later days, the later one."""
        moved_later = bool(
            self.before.starts_at
            and self.after.starts_at
            and self.after.starts_at > self.before.starts_at
        )
        yield from sorted(rows, key=_when, reverse=moved_later)

    def _carry(
        self, row: Session, said: SessionValues, values: SessionValues, off: CalendarDay | None
    ) -> None:
        kept = self.parts & set(row.own or ())
        if kept:
            self.single.append((row, kept))
        if not different(said, values):
            return
        try:
            if off:
                raise SessionValueRefused(field="starts_at", why="day_off", limit=off.name)
            self.effects.append(self._write(row, values))
        except SessionValueRefused as refusal:
            self.left.append((row, refusal))

    def _write(self, row: Session, values: SessionValues) -> Effect:
        return write_and_ask(
            session_id=row.pk,
            version=row.version,
            values=values,
            actor=self.actor,
            now=self.now,
            of_series=True,
        )


def _day(values: SessionValues) -> date | None:
    if values.starts_at is None:
        return None
    return local_day(values.starts_at)


def _when(session: Session) -> tuple[float, int]:
    return (session.starts_at.timestamp() if session.starts_at else 0.0, session.pk)
