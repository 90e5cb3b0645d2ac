"""Open shifts through one volunteer's eyes: hers, free, full, or not for her and why.

The rules say which, nothing here does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from django.db.models import F, Q, QuerySet

from backend.common.bulk import among
from backend.common.clock import local_day, local_midnight
from backend.common.prepared import SOME_TIME, Prepared
from backend.places.squares import Square, kilometres_in, square_round
from backend.rota.models import Offer, Rota, Session, Shift
from backend.rota.snapshot.excerpt import Excerpt, excerpts_both_ways, excerpts_of
from backend.rota.snapshot.facts import PersonFacts
from backend.rota.snapshot.sessions import with_requirements
from backend.volunteers.models import Volunteer
from matching import Travel, Violation, kilometres, travel_minutes

TRAVEL = Travel()
FOR_OTHERS = frozenset(
    {"qualification", "reach", "apart", "avoid"}
)  # broken: this shift is for somebody else, whatever the day


@dataclass(frozen=True)
class SeenShift:
    """`assignment` and `offer` are ids when it is hers or she is asked; `violations` are empty when
    she may take it, or say yes. `parts`: taking it, she could not say yes any more to all that she
    is asked for."""

    shift: Shift
    session: Session
    excerpt: Excerpt
    violations: tuple[Violation, ...]
    home: tuple[float, float]
    assignment: int | None = None
    offer: int | None = None
    parts: bool = False

    @property
    def state(self) -> Literal["mine", "asked", "refused", "full", "open"]:
        if self.assignment:
            return "mine"
        if self.offer:
            return "asked"
        if self.violations:
            return "refused"
        if self.shift.free > 0:
            return "open"
        return "full"

    @property
    def suits(self) -> bool:
        """She could take it, or has."""
        return self.state in ("mine", "open") or (self.state == "asked" and not self.violations)

    @property
    def for_her(self) -> bool:
        """Right for her in kind and place, though perhaps full or at the wrong time."""
        return not any(v.rule in FOR_OTHERS for v in self.violations)

    @cached_property
    def kilometres(self) -> float:
        return kilometres(self.home, (self.session.latitude, self.session.longitude))

    @property
    def minutes(self) -> int:
        """From her home to the place, as the rules count it."""
        return travel_minutes(TRAVEL, self.home, (self.session.latitude, self.session.longitude))

    @property
    def day(self) -> date | None:
        if self.session.starts_at is None:
            return None
        return local_day(self.session.starts_at)


Barred = dict[int, tuple[tuple[Violation, ...], Shift]]


@dataclass(frozen=True)
class Seen:
    """The open shifts of some days through her eyes; `barred`: offer → the rules that she would
    break by saying yes now, and its shift."""

    shifts: list[SeenShift]
    barred: Barred


_LIVE = Prepared(
    lambda: Rota.objects.filter(state=Rota.State.PUBLISHED).order_by("pk").values("pk")
)


def live_rotas() -> list[int]:
    """Published and not closed: what a page of open shifts listens to."""
    return [row["pk"] for row in _LIVE()]


def shifts_for(
    volunteer: Volunteer,
    first: date,
    last: date,
    now: datetime,
    *,
    everywhere: date | None = None,
    offers: Sequence[Offer] = (),
) -> Seen:
    """The open shifts from `first` to before `last` in order of time, then those without a time,
    and which of her `offers` (with session, rota and programme) she could not say yes to now; three
    queries.

    Sessions that are plainly beyond her reach are left out, except on the day `everywhere`: what
    `reach` would refuse anyway is not worth asking for. Of a session in which she has a place her
    other roles are left out.
    """
    begins = max(now, local_midnight(first))
    ends = local_midnight(last)
    if everywhere is None:
        sessions = _NEAR(begins, ends, *_within_reach(volunteer))
    else:
        sessions = _NEAR_OR_THAT_DAY(
            begins,
            ends,
            *_within_reach(volunteer),
            local_midnight(everywhere),
            local_midnight(everywhere + timedelta(days=1)),
        )
    return _seen(volunteer, sessions, now, offers)


def shift_for(volunteer: Volunteer, shift_id: int, now: datetime) -> SeenShift | None:
    """One shift, whatever the state of its session; None when she has another role in it. Three
    queries.

    Raises Shift.DoesNotExist, also when it was never published.
    """
    session = _OF_SHIFT(shift_id)
    if not session:
        raise Shift.DoesNotExist(f"shift {shift_id}")
    seen = _seen(volunteer, session, now).shifts
    return next((one for one in seen if one.shift.pk == shift_id), None)


def session_for(
    volunteer: Volunteer, session_id: int, now: datetime
) -> tuple[Session, list[SeenShift]]:
    """One session, whatever its state, and its shifts: hers alone where she has one, or is asked
    for one. Three queries.

    Raises Session.DoesNotExist, also when it was never published.
    """
    found = _BY_KEY(session_id)
    if not found:
        raise Session.DoesNotExist(f"session {session_id}")
    return found[0], _seen(volunteer, found, now).shifts


def barred_from(volunteer: Volunteer, offers: Sequence[Offer], now: datetime) -> Barred:
    """Of these offers to her (with session, rota and programme) those that she could not say yes to
    now. Two statements, none without offers."""
    return _seen(volunteer, [], now, offers).barred


def barred_from_shifts(
    volunteer: Volunteer, shifts: Sequence[Shift], now: datetime
) -> dict[int, tuple[Violation, ...]]:
    """Of these shifts (with session, rota, programme and requirements) those that she could not
    take now, and why. Two statements, none without shifts."""
    if not shifts:
        return {}
    excerpts = excerpts_of({volunteer.pk: [shift.session for shift in shifts]}, now=now)
    found = {
        shift.pk: excerpts[volunteer.pk, shift.session.rota_id].against(shift.pk)
        for shift in shifts
    }
    return {pk: broken for pk, broken in found.items() if broken}


def _rows() -> QuerySet[Session]:
    return Session.objects.select_related("rota", "programme", "venue")


def _open(
    begins: datetime,
    ends: datetime,
    south: float,
    north: float,
    west: float,
    east: float,
    *that_day: datetime,
) -> QuerySet[Session]:
    wanted = Q(starts_at__gt=begins, starts_at__lt=ends) | Q(starts_at__isnull=True)
    near = Q(latitude__range=(south, north), longitude__range=(west, east))
    if that_day:
        near |= Q(starts_at__gte=that_day[0], starts_at__lt=that_day[1])
    return (
        _rows()
        .filter(wanted & near, state=Session.State.OPEN)
        .order_by(F("starts_at").asc(nulls_last=True), "pk")
    )


_OF_SHIFT = Prepared(
    lambda shift: _rows().filter(shifts=shift).exclude(rota__state=Rota.State.DRAFT), 0
)
_BY_KEY = Prepared(
    lambda pk: (
        _rows()
        .select_related("rota__organisation", "venue__street")
        .filter(pk=pk)
        .exclude(rota__state=Rota.State.DRAFT)
    ),
    0,
)
_SHIFTS = Prepared(
    lambda sessions: with_requirements(
        Shift.objects.filter(among("session", sessions), target__gt=0)
    ).order_by("pk"),
    [0],
)
_NEAR = Prepared(_open, SOME_TIME, SOME_TIME, 0.0, 0.0, 0.0, 0.0)
_NEAR_OR_THAT_DAY = Prepared(_open, SOME_TIME, SOME_TIME, 0.0, 0.0, 0.0, 0.0, SOME_TIME, SOME_TIME)


def _within_reach(volunteer: Volunteer) -> Square:
    """Holds every place that `reach` allows."""
    home = (volunteer.latitude, volunteer.longitude)
    return square_round(home, kilometres_in(volunteer.max_travel))


def _seen(
    volunteer: Volunteer, rows: Sequence[Session], now: datetime, offers: Sequence[Offer] = ()
) -> Seen:
    """One reading of her for both: what she is offered may lie on other days."""
    sessions = {offer.session_id: offer.session for offer in offers}
    sessions |= {session.pk: session for session in rows}
    if not sessions:
        return Seen([], {})
    shifts = _SHIFTS(list(sessions))
    wanted = {volunteer.pk: list(sessions.values())}
    excerpts, asking = excerpts_both_ways(wanted, now=now, shifts=shifts)
    hers = _Hers(next(iter(excerpts.values())).facts)
    of_session: defaultdict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        of_session[shift.session_id].append(shift)
    out = []
    for session in rows:
        whose = (volunteer.pk, session.rota_id)
        out += [
            hers.see(volunteer, shift, session, excerpts[whose], asking.get(whose))
            for shift in hers.roles(session, of_session[session.pk])
        ]
    return Seen(out, _barred(offers, excerpts, shifts))


def _barred(
    offers: Iterable[Offer], excerpts: Mapping[tuple[int, int], Excerpt], shifts: Iterable[Shift]
) -> Barred:
    shift_of = {shift.pk: shift for shift in shifts}
    found = {}
    for offer in offers:
        broken = excerpts[offer.volunteer_id, offer.session.rota_id].against(offer.shift_id)
        if broken:
            found[offer.pk] = (broken, shift_of[offer.shift_id])
    return found


class _Hers:
    """What she has and what she is asked, by shift."""

    def __init__(self, facts: PersonFacts) -> None:
        self.assignments: dict[int, int] = {
            c["shift"]: c["assignment"] for c in facts["commitments"]
        }
        self.offers: dict[int, int] = {o["shift"]: o["offer"] for o in facts["asked"]}

    def roles(self, session: Session, shifts: Sequence[Shift]) -> Sequence[Shift]:
        """Her own shift of a session alone where she has one, otherwise all of them."""
        return (
            [h for h in shifts if h.pk in self.assignments]
            or [h for h in shifts if h.pk in self.offers]
            or shifts
        )

    def see(
        self,
        volunteer: Volunteer,
        shift: Shift,
        session: Session,
        excerpt: Excerpt,
        asking: Excerpt | None,
    ) -> SeenShift:
        """`asking`: the same excerpt when what she is asked for counts as promised."""
        assignment = self.assignments.get(shift.pk)
        offer = self.offers.get(shift.pk)
        violations = () if assignment else excerpt.against(shift.pk)
        parts = False
        if asking and not (assignment or offer or violations):
            parts = bool(asking.against(shift.pk))
        return SeenShift(
            shift,
            session,
            excerpt,
            violations,
            (volunteer.latitude, volunteer.longitude),
            assignment,
            offer,
            parts,
        )
