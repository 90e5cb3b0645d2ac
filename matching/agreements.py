"""What people may agree on beyond the first version of the contract: how often, how much rest, with
whom, under which roof. Plain frozen records; `matching.problem` says who has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["services", "days", "minutes", "weekends"]


@dataclass(frozen=True, slots=True)
class Which:
    """Which services count: those of a programme, of a shift that requires a code, of a role, of a
    session of a kind; None: whatever it is."""

    programme: str | None = None
    code: str | None = None
    role: str | None = None
    kind: str | None = None

    def counts(
        self,
        programme: str | None,
        role: str | None = None,
        codes: tuple[str, ...] = (),
        kinds: tuple[str, ...] = (),
    ) -> bool:
        """True if such a service is of the sort: on a shift of a session, of before, or promised
        elsewhere."""
        return (
            self.programme in (None, programme)
            and self.role in (None, role)
            and (self.code is None or self.code in codes)
            and (self.kind is None or self.kind in kinds)
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `max`, or at least `min`, of a volunteer's services in any `window`.

    `unit` says what is counted: services, days with a service, minutes of service, or weekends
    (Saturday and Sunday of one week) with a service. `window` is in days, for weekends in weeks;
    None is the whole problem. Windows roll, beginning on any day; with `rolling` False they stand
    side by side from minute 0 on. Without a `price` the limit is a hard rule; with one, each unit
    beyond it costs so much in every window. `min` always has a price, because nobody can be forced.
    """

    unit: Unit
    max: int | None = None
    min: int | None = None
    window: int | None = None
    rolling: bool = True
    price: int | None = None
    programme: str | None = None
    code: str | None = None
    role: str | None = None
    kind: str | None = None

    @property
    def which(self) -> Which:
        """What it counts."""
        return Which(self.programme, self.code, self.role, self.kind)


@dataclass(frozen=True, slots=True)
class Rest:
    """`minutes` without service after a session, or after one of the kind `after`.

    With `series`, a session of the same kind on the same or the next day goes on with the series
    and needs no rest before it.
    """

    minutes: int
    after: str | None = None
    series: bool = False


@dataclass(frozen=True, slots=True)
class RestBlock:
    """In each `window` of days one stretch of `minutes` without service."""

    minutes: int
    window: int = 7
    rolling: bool = True


@dataclass(frozen=True, slots=True)
class PastService:
    """A service that was given before: it counts where a limit, a rest or a weekend reaches back
    over minute 0."""

    start: int
    end: int
    programme: str | None = None
    role: str | None = None
    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mix:
    """At least `min` holders of a code among all who are in a session, whatever their roles."""

    code: str
    min: int


@dataclass(frozen=True, slots=True)
class Supervision:
    """In every session there are at most `ratio` holders of `novice` for each holder of `by`; who
    holds both looks after others. `by` None: for each who is no novice."""

    novice: str
    by: str | None = None
    ratio: int = 1
    programmes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Sessions of which at most `max` take place, and whose prices come to `budget` at most."""

    max: int | None = None
    budget: int | None = None
