"""People under age in a plan: none of them is alone in a session or serves late. Who goes to a home
has a credential of her age (ADR 46), so none of them does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import matching
from backend.common.under_age import EVENING, MINOR, under_age
from backend.rota.snapshot.facts import PersonFacts
from backend.rota.snapshot.horizon import Horizon
from backend.volunteers.free_time import is_her_week
from matching import Interval, Supervision

EACH = 4  # so many of them at most beside one grown-up
BESIDE = (Supervision(MINOR, ratio=EACH),)


def is_minor(facts: PersonFacts, day: date) -> bool:
    """Whether she is under age on that day."""
    return under_age(facts["of_age_on"], day)


def mark_of(facts: PersonFacts, horizon: Horizon) -> dict[str, int | None]:
    """Until which minute she counts as under age; nothing for everybody else."""
    of_age = facts["of_age_on"]
    if of_age is None or not is_minor(facts, horizon.starts_on):
        return {}
    return {MINOR: (of_age - horizon.starts_on).days * matching.DAY}


def supervision(people: Iterable[matching.Volunteer]) -> tuple[Supervision, ...]:
    """The rule, where anybody is under age."""
    if any(MINOR in one.qualifications for one in people):
        return BESIDE
    return ()


def her_days(
    facts: PersonFacts, horizon: Horizon, days: Collection[int] | None
) -> Collection[int] | None:
    """Those of the days that lie in a week in which she comes."""
    if facts["every_weeks"] == 1:
        return days
    asked = range(horizon.days) if days is None else days
    return [day for day in asked if comes_on(facts, horizon.date_of(day))]


def comes_on(facts: PersonFacts, day: date) -> bool:
    """It lies in one of her weeks, whatever hours she has in it."""
    return is_her_week(day, facts["every_weeks"], facts["weeks_from"])


def free_time(
    facts: PersonFacts,
    horizon: Horizon,
    off: list[tuple[date, date]],
    days: Collection[int] | None,
) -> tuple[Interval, ...]:
    """Her free time in the weeks in which she comes; while she is under age it ends with the
    evening."""
    days = her_days(facts, horizon, days)
    of_age = facts["of_age_on"]
    if of_age is None or not is_minor(facts, horizon.starts_on):
        return horizon.spans(facts["weekly"], off, days=days)
    first = (of_age - horizon.starts_on).days
    asked = range(horizon.days) if days is None else days
    early = [
        (weekday, start, min(end, EVENING))
        for weekday, start, end in facts["weekly"]
        if start < EVENING
    ]
    return (
        *horizon.spans(early, off, days=[day for day in asked if day < first]),
        *horizon.spans(facts["weekly"], off, days=[day for day in asked if day >= first]),
    )


def left_alone(problem: matching.Problem, broken: Iterable[matching.Violation]) -> set[str]:
    """Who is under age and pinned in a session without enough grown-ups."""
    alone = {v.facts["session"] for v in broken if v.rule == "supervision"}
    young = {one.id for one in problem.volunteers if MINOR in one.qualifications}
    pins = ((her, problem.shift_of[shift][0].id) for her, shift in problem.pins)
    return {her for her, session in pins if her in young and session in alone}
