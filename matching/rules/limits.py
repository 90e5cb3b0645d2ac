"""How much one volunteer may be asked for: per day, per week, in all, and open-ended engagements at
once.

What she has promised elsewhere uses up its own day and its own week, no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import DAY, WEEK, Commitment, Session
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


Held = Session | Commitment
Counts = dict[str, Iterable[tuple[int, int]]]  # of a period: how many of the plan, how many beside


def _per_period(held: Iterable[Held], span: int) -> dict[int, int]:
    """How many of these that have a time start in each day or week; 0 for any other. A plain loop,
    because every card of a list asks it."""
    found: dict[int, int] = defaultdict(int)
    for one in held:
        if one.start is not None:
            found[one.start // span] += 1
    return found


def _periods(tally: Tally, span: int) -> Counts:
    """How many timed sessions each volunteer has in each day or week in which the plan gives her
    any."""
    found: Counts = {}
    for v in tally.sessions_of:
        planned = _per_period(tally.timed(v), span)
        beside = _per_period(tally.problem.volunteer_of[v].commitments, span)
        found[v] = [(n, beside[period]) for period, n in planned.items()]
    return found


def _over(limit: str, tally: Tally, counts: Counts) -> Iterator[Violation]:
    """One violation a volunteer, however many of her days or weeks are too full; the excess is the
    sum of what the plan gives her beyond what is left of each."""
    for v, numbers in counts.items():
        cap = getattr(tally.problem.volunteer_of[v], limit)
        if cap is None:
            continue
        left = ((n, max(0, cap - beside)) for n, beside in numbers)
        excess = sum(n - most for n, most in left if n > most)
        if excess:
            yield Violation(limit, {"volunteer": v}, excess)


def per_day(tally: Tally) -> Iterator[Violation]:
    return _over("max_per_day", tally, _periods(tally, DAY))


def per_week(tally: Tally) -> Iterator[Violation]:
    return _over("max_per_week", tally, _periods(tally, WEEK))


def total(tally: Tally) -> Iterator[Violation]:
    """What she has promised elsewhere is not counted: the limit is for this problem."""
    return _over("max_total", tally, {v: [(len(tally.timed(v)), 0)] for v in tally.sessions_of})


def _open_ended(held: Iterable[Held]) -> int:
    return sum(one.start is None for one in held)


def open_ended(tally: Tally) -> Iterator[Violation]:
    counts: Counts = {}
    for v, sessions in tally.sessions_of.items():
        commitments = tally.problem.volunteer_of[v].commitments
        counts[v] = [(_open_ended(sessions), _open_ended(commitments))]
    return _over("max_open", tally, counts)


def _given(violation: Violation, question: Question, span: int | None) -> int:
    """How many timed sessions she has already: in all of the plan, or, with what she has promised
    elsewhere, in the same day or week as the one that is asked about."""
    name = violation.named("volunteer")
    hers = question.before.timed(name)
    if span is None:
        return len(hers)
    when = question.session.span[0] // span
    commitments = question.problem.volunteer_of[name].commitments
    return _per_period((*hers, *commitments), span)[when]


def _shown(span: int | None) -> Callable[[Violation, Question], Facts]:
    def shows(violation: Violation, question: Question) -> Facts:
        her = question.problem.volunteer_of[violation.named("volunteer")]
        return {"had": _given(violation, question, span), "limit": getattr(her, violation.rule)}

    return shows


def shows_open(violation: Violation, question: Question) -> Facts:
    her = question.problem.volunteer_of[violation.named("volunteer")]
    hers = question.before.sessions_of.get(her.id, ())
    return {"had": _open_ended((*hers, *her.commitments)), "limit": her.max_open}


# A narrower limit over a longer time leaves nothing to say to a wider one over a shorter: what she
# has promised elsewhere counts in a week at least as much as in one of its days, but not in all.


def per_day_rows(c: Columns) -> Iterable[Rows]:
    her = c.volunteers
    kept = c.x_timed[~(c.lean & (her.max_per_week <= her.max_per_day))[c.x_volunteer[c.x_timed]]]
    yield c.at_most(kept, [c.x_volunteer[kept], c.day[c.x_session[kept]]], her.left_of_day)


def per_week_rows(c: Columns) -> Iterable[Rows]:
    her = c.volunteers
    who = c.x_volunteer[c.x_timed]
    week = c.week[c.x_session[c.x_timed]]
    kept = ~(c.lean & (her.max_total[who] <= her.left_of_week(who, week)))
    yield c.at_most(c.x_timed[kept], [who[kept], week[kept]], her.left_of_week)


def total_rows(c: Columns) -> Iterable[Rows]:
    yield c.at_most(c.x_timed, [c.x_volunteer[c.x_timed]], c.volunteers.max_total)


def open_rows(c: Columns) -> Iterable[Rows]:
    yield c.at_most(c.x_endless, [c.x_volunteer[c.x_endless]], c.volunteers.open_left)


PER_DAY = Rule(
    "max_per_day",
    "Not more timed sessions in a day than she said.",
    "volunteer",
    per_day,
    shows=_shown(DAY),
    rows=per_day_rows,
    changeable=True,
)
PER_WEEK = Rule(
    "max_per_week",
    "Not more timed sessions in a week than she said.",
    "volunteer",
    per_week,
    shows=_shown(WEEK),
    rows=per_week_rows,
    changeable=True,
)
TOTAL = Rule(
    "max_total",
    "Not more timed sessions in all than she said.",
    "volunteer",
    total,
    shows=_shown(None),
    rows=total_rows,
    changeable=True,
)
OPEN = Rule(
    "max_open",
    "Not more open-ended engagements at once than she said.",
    "volunteer",
    open_ended,
    shows=shows_open,
    rows=open_rows,
    changeable=True,
)
