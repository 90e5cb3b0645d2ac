"""How much one volunteer may be asked for: per day, per week, in all, and open-ended engagements at
once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import DAY, WEEK, Session
from matching.rules.rule import Facts, Question, Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.arrays.columns import Columns
    from matching.arrays.rows import Rows


Counts = dict[str, Iterable[int]]


def _periods(tally: Tally, span: int) -> Counts:
    """How many timed sessions each volunteer has in each day or week in which she has any."""
    found: Counts = {}
    for v in tally.sessions_of:
        found[v] = Counter(s.span[0] // span for s in tally.timed(v)).values()
    return found


def _over(limit: str, tally: Tally, counts: Counts) -> Iterator[Violation]:
    """One violation a volunteer, however many of her days or weeks are too full; the excess is the
    sum of theirs."""
    for v, numbers in counts.items():
        cap = getattr(tally.problem.volunteer_of[v], limit)
        if cap is None:
            continue
        excess = sum(n - cap for n in numbers if n > cap)
        if excess:
            yield Violation(limit, {"volunteer": v}, excess)


def per_day(tally: Tally) -> Iterator[Violation]:
    return _over("max_per_day", tally, _periods(tally, DAY))


def per_week(tally: Tally) -> Iterator[Violation]:
    return _over("max_per_week", tally, _periods(tally, WEEK))


def total(tally: Tally) -> Iterator[Violation]:
    return _over("max_total", tally, {v: (len(tally.timed(v)),) for v in tally.sessions_of})


def _open_ended(sessions: Iterable[Session]) -> int:
    return sum(session.start is None for session in sessions)


def open_ended(tally: Tally) -> Iterator[Violation]:
    return _over(
        "max_open",
        tally,
        {v: (_open_ended(ss),) for v, ss in tally.sessions_of.items()},
    )


def _given(violation: Violation, question: Question, span: int | None) -> int:
    """How many timed sessions she has already: in all, or in the same day or week as the one that
    is asked about."""
    hers = question.before.timed(violation.named("volunteer"))
    if span is None:
        return len(hers)
    when = question.session.span[0] // span
    return sum(s.span[0] // span == when for s in hers)


def _shown(span: int | None) -> Callable[[Violation, Question], Facts]:
    def shows(violation: Violation, question: Question) -> Facts:
        her = question.problem.volunteer_of[violation.named("volunteer")]
        return {"had": _given(violation, question, span), "limit": getattr(her, violation.rule)}

    return shows


def shows_open(violation: Violation, question: Question) -> Facts:
    her = violation.named("volunteer")
    had = sum(s.start is None for s in question.before.sessions_of.get(her, ()))
    return {"had": had, "limit": question.problem.volunteer_of[her].max_open}


# A narrower limit over a longer time leaves nothing to say to a wider one over a shorter.


def per_day_rows(c: Columns) -> Iterable[Rows]:
    her = c.volunteers
    kept = c.x_timed[~(c.lean & (her.max_per_week <= her.max_per_day))[c.x_volunteer[c.x_timed]]]
    yield c.at_most(kept, [c.x_volunteer[kept], c.day[c.x_session[kept]]], her.max_per_day)


def per_week_rows(c: Columns) -> Iterable[Rows]:
    her = c.volunteers
    kept = c.x_timed[~(c.lean & (her.max_total <= her.max_per_week))[c.x_volunteer[c.x_timed]]]
    yield c.at_most(kept, [c.x_volunteer[kept], c.week[c.x_session[kept]]], her.max_per_week)


def total_rows(c: Columns) -> Iterable[Rows]:
    yield c.at_most(c.x_timed, [c.x_volunteer[c.x_timed]], c.volunteers.max_total)


def open_rows(c: Columns) -> Iterable[Rows]:
    yield c.at_most(c.x_endless, [c.x_volunteer[c.x_endless]], c.volunteers.max_open)


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
