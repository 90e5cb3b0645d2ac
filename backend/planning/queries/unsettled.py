"""People of whom a plan asks nothing in some week, because a promise of theirs in it is one that
the rules refuse today: whoever asks by hand sees why, too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from backend.common.bulk import among
from backend.rota.models import Assignment, Offer, Session
from backend.rota.snapshot.around import Around
from backend.rota.snapshot.excerpt import Excerpt, excerpts_of
from backend.rota.snapshot.horizon import Horizon
from backend.rota.snapshot.ids import shift_id, volunteer_id
from matching import WEEK, Plan, Violation, may_take


class _Promise(NamedTuple):
    volunteer: int
    shift: int
    session: int


def unsettled(
    session: Session, around: Around, whom: Collection[int], now: datetime
) -> dict[int, tuple[Violation, ...]]:
    """Of these people round the session, those who have promised something in its week of the rota
    that they could not promise today; what is against it. (rota.snapshot.promises.set_apart is the
    plan's side of this.) No statement where nobody has promised anything."""
    hers = {
        c["session"]
        for pk in whom
        for c in (*around.facts[pk]["commitments"], *around.facts[pk]["asked"])
        if c["rota"] == session.rota_id and c["session"] != session.pk
    }
    week = _week(session, around.horizon)
    known = {row.pk: row for row in around.elsewhere if row.pk in hers}
    there = {pk: row for pk, row in known.items() if _week(row, around.horizon) == week}
    if not there:
        return {}
    promises = _promises(whom, there)
    wanted: defaultdict[int, list[Session]] = defaultdict(list)
    for promise in promises:
        wanted[promise.volunteer].append(there[promise.session])
    excerpts = excerpts_of(wanted, now=now)
    found: defaultdict[int, tuple[Violation, ...]] = defaultdict(tuple)
    for promise in promises:
        beside = [p.shift for p in promises if p.volunteer == promise.volunteer]
        excerpt = excerpts[promise.volunteer, session.rota_id]
        if broken := against_promise(excerpt, promise.shift, beside):
            found[promise.volunteer] += broken
    return dict(found)


def _promises(whom: Collection[int], sessions: Collection[int]) -> list[_Promise]:
    """Places, and questions about what they had said yes to."""
    theirs = (among("volunteer", whom), among("session", sessions))
    columns = ("volunteer_id", "shift_id", "session_id")
    active = Assignment.objects.filter(*theirs, state=Assignment.State.ACTIVE)
    asked = Offer.objects.filter(*theirs, state=Offer.State.PENDING, before__promised=True)
    both = active.values_list(*columns).union(asked.values_list(*columns))
    return sorted(_Promise(*row) for row in both)


def against_promise(
    excerpt: Excerpt, shift: int, promised: Collection[int] = ()
) -> tuple[Violation, ...]:
    """The rules that this promise breaks beside what she has promised otherwise."""
    her = volunteer_id(excerpt.volunteer_pk)
    told = excerpt.problem.current or Plan()
    pairs = {*told.assignments, *((her, shift_id(pk)) for pk in promised)}
    pairs.discard((her, shift_id(shift)))
    return may_take(excerpt.problem, Plan(tuple(sorted(pairs)), told.seats), her, shift_id(shift))


def _week(session: Session, horizon: Horizon) -> int | None:
    start = horizon.minute(session.starts_at)
    return None if start is None else start // WEEK
