"""How much one volunteer may be asked for: per day, per week, in all, and open-ended engagements at once."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from matching.problem import DAY, WEEK
from matching.rules.rule import Rule, Violation
from matching.tally import Tally

if TYPE_CHECKING:
    from matching.columns import Columns
    from matching.rows import Rows


def _busiest(tally: Tally, volunteer: str, span: int) -> int:
    return max(Counter(s.start // span for s in tally.timed(volunteer)).values(), default=0)


def _over(limit: str, tally: Tally, count: dict[str, int]) -> Iterator[Violation]:
    for v, n in count.items():
        cap = getattr(tally.problem.volunteer_of[v], limit)
        if cap is not None and n > cap:
            yield Violation(limit, {"volunteer": v})


def per_day(tally: Tally) -> Iterator[Violation]:
    return _over("max_per_day", tally, {v: _busiest(tally, v, DAY) for v in tally.sessions_of})


def per_week(tally: Tally) -> Iterator[Violation]:
    return _over("max_per_week", tally, {v: _busiest(tally, v, WEEK) for v in tally.sessions_of})


def total(tally: Tally) -> Iterator[Violation]:
    return _over("max_total", tally, {v: len(tally.timed(v)) for v in tally.sessions_of})


def open_ended(tally: Tally) -> Iterator[Violation]:
    return _over("max_open", tally, {v: sum(s.start is None for s in ss) for v, ss in tally.sessions_of.items()})


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


PER_DAY = Rule("max_per_day", "Not more timed sessions in a day than she said.", "volunteer", per_day, rows=per_day_rows)
PER_WEEK = Rule("max_per_week", "Not more timed sessions in a week than she said.", "volunteer", per_week, rows=per_week_rows)
TOTAL = Rule("max_total", "Not more timed sessions in all than she said.", "volunteer", total, rows=total_rows)
OPEN = Rule("max_open", "Not more open-ended engagements at once than she said.", "volunteer", open_ended, rows=open_rows)
