"""What if: a rota's problem with something in it that is not so. It is solved like any other and
never written to the rota; what comes of it can be compared and not be published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from backend.common.one_moment import one_moment
from backend.planning.chances import with_chances
from backend.planning.lines import Pair, Present, present, problem_now
from backend.planning.models import Run
from backend.rota.aims import Aims, aims_of, looking_to
from backend.rota.models import Shift
from backend.rota.snapshot.ids import session_id
from backend.rota.snapshot.imagined import made_up
from matching import Cancel, Plan, Problem, Volunteer

MOST_MORE = 20  # volunteers that are made up


@dataclass(frozen=True)
class WhatIf:
    """`more` volunteers who live at `home` and hold what is `required`; for everybody who has a
    limit `week` services more a week, and `minutes` more on the way; the `sessions` that do not
    take place because their venue is closed; `aims` are looked to instead of the rota's own. The
    names are those of the moment when it was asked.
    """

    more: int = 0
    role: str = ""
    county: str = ""
    home: tuple[float, float] | None = None
    required: tuple[str, ...] = ()
    week: int = 0
    minutes: int = 0
    venue: str = ""
    sessions: tuple[int, ...] = ()
    aims: Aims | None = None

    @property
    def asks_something(self) -> bool:
        return bool(self.more or self.week or self.minutes or self.sessions or self.aims)

    @property
    def homes(self) -> dict[int, tuple[float, float]]:
        """Of those who are made up, by the numbers that they have in lines: -1, -2, …"""
        if self.home is None:
            return {}
        return {-n: self.home for n in range(1, self.more + 1)}

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> WhatIf:
        lists = {name: tuple(stored[name]) for name in ("required", "sessions")}
        home = stored["home"] and (stored["home"][0], stored["home"][1])
        aims = stored.get("aims") and Aims.from_json(stored["aims"])
        return cls(**{**stored, **lists, "home": home, "aims": aims or None})


def what_if_of(run: Run) -> WhatIf | None:
    if run.what_if is None:
        return None
    return WhatIf.from_json(run.what_if)


def aims_of_run(run: Run) -> Aims:
    """What the problem that problem_of_run() makes of it looks to."""
    asked = what_if_of(run)
    return (asked and asked.aims) or aims_of(run.rota)


def problem_of_run(run: Run, now: datetime) -> Problem:
    """The rota as it stands at one moment, changed by what is asked; who is made up is as likely to
    come as anybody."""
    asked = what_if_of(run)
    rota = looking_to(run.rota, aims_of_run(run))
    with one_moment():
        problem = problem_now(rota, present(run.rota_id), now)
        if asked is not None:
            problem = imagined(problem, asked)
        return with_chances(problem, run, now)


def imagined(problem: Problem, asked: WhatIf) -> Problem:
    """The same problem if that were so."""
    for session in asked.sessions:
        if session_id(session) in problem.session_of:
            problem = Cancel(session_id(session)).apply(problem, Plan())
    if asked.sessions and problem.current:
        problem = replace(problem, current=_without(problem, problem.current))
    volunteers = [_freed(one, asked) for one in problem.volunteers]
    more = [made_up(pk, home, asked.required, problem.horizon) for pk, home in asked.homes.items()]
    return replace(problem, volunteers=(*volunteers, *more))


def _without(problem: Problem, plan: Plan) -> Plan:
    """The lines of a plan that are about sessions of the problem."""
    return Plan(
        tuple(pair for pair in plan.assignments if pair[1] in problem.shift_of),
        tuple(pair for pair in plan.seats if pair[1] in problem.session_of),
    )


def _freed(one: Volunteer, asked: WhatIf) -> Volunteer:
    if not asked.week and not asked.minutes:
        return one
    week = one.max_per_week
    return replace(
        one,
        max_per_week=week if week is None else week + asked.week,
        max_travel=one.max_travel + asked.minutes,
    )


def present_of_run(run: Run) -> Present:
    """What people hold, as what a run proposes is shown against it: nothing of sessions that do not
    take place in it. One statement more where there are such."""
    held = present(run.rota_id)
    asked = what_if_of(run)
    if asked is None or not asked.sessions:
        return held
    rows = Shift.objects.filter(session__in=asked.sessions)
    shifts = set(rows.values_list("pk", flat=True))
    closed = set(asked.sessions)
    return Present(
        assigned=_but(held.assigned, shifts),
        offered=_but(held.offered, shifts),
        promised=_but(held.promised, shifts),
        seats_confirmed=_but(held.seats_confirmed, closed),
        seats_offered=_but(held.seats_offered, closed),
        waited=held.waited,
    )


def _but(pairs: frozenset[Pair], gone: Collection[int]) -> frozenset[Pair]:
    return frozenset(pair for pair in pairs if pair[1] not in gone)
