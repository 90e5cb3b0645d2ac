"""How likely people who are asked come, learned from how everybody has answered before.

Answers lose half of their weight in 180 days. The mean of a programme and of so much notice leans
on the mean of all until it has answers of its own; a person is as likely as that mean, moved by her
own answers as far as there are any. She may ask that hers do not count; then the mean is hers.

Nobody reads these numbers of a person, nobody is left out because of them, and nobody counts for
less than `FLOOR`: they only say where one more should be asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

import matching
from backend.common.clock import local_midnight
from backend.planning.models import Run
from backend.rota.models import Assignment, Offer, Rota
from backend.rota.snapshot import number
from backend.rota.states import HELD
from backend.volunteers.models import Volunteer
from matching import Plan, Problem, forecast

HALF = timedelta(days=180)  # after that long an answer counts half: people's lives change
BACK = timedelta(days=3 * 365)  # by then it counts a 64th, and is not read
FEWEST = 30  # answers, by weight: with less nothing is estimated
# Pairs of a volunteer and a shift, up to which a plan is priced by chances: with them a search
# takes several times as long (ADR 43), and a county or a city would not have its plan in time.
MOST_PAIRS = 40_000
OF_ALL = 8  # answers that the mean of all is worth in the mean of a group
OF_GROUP = 5  # and that one in somebody's own
FLOOR = 0.5  # see within()
TOP = 0.98
FADED = 0.6  # what is left of a chance when the time to answer is over
NOTICE = (timedelta(days=3), timedelta(days=14))
OUT = (Assignment.State.WITHDRAWN, *HELD)

Group = tuple[str, int]  # programme, and how much notice


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of before and what came of it."""

    volunteer: int
    group: Group
    came: bool
    at: datetime


@dataclass
class Fading:
    """A sum that loses half of its weight in `HALF`."""

    total: float = 0.0
    weight: float = 0.0
    last: datetime | None = None

    def at(self, now: datetime) -> tuple[float, float]:
        """The sum and its weight."""
        if self.last is None:
            return 0.0, 0.0
        left = 0.5 ** (max(timedelta(), now - self.last) / HALF)
        return self.total * left, self.weight * left

    def add(self, value: float, now: datetime) -> None:
        total, weight = self.at(now)
        self.total, self.weight, self.last = total + value, weight + 1, now


NOTHING = Fading()


@dataclass
class Learned:
    """What all answers so far say; they are added in the order of time."""

    everybody: Fading = field(default_factory=Fading)
    groups: defaultdict[Group, Fading] = field(default_factory=lambda: defaultdict(Fading))
    people: defaultdict[int, Fading] = field(default_factory=lambda: defaultdict(Fading))

    def add(self, answer: Answer) -> None:
        """A person's own are how far they differ from what was to be expected of anybody."""
        mean = self.mean(answer.group, answer.at)
        self.people[answer.volunteer].add(answer.came - mean, answer.at)
        self.groups[answer.group].add(answer.came, answer.at)
        self.everybody.add(answer.came, answer.at)

    def known(self, now: datetime) -> float:
        """How many answers there are, by weight."""
        return self.everybody.at(now)[1]

    def mean(self, group: Group, now: datetime) -> float:
        """How likely anybody comes who is asked for this programme with so much notice."""
        total, weight = self.everybody.at(now)
        of_all = (total + 1) / (weight + 2)
        total, weight = self.groups.get(group, NOTHING).at(now)
        return (total + OF_ALL * of_all) / (weight + OF_ALL)

    def chance(self, volunteer: int, mean: float, now: datetime) -> float:
        """Of one person, where anybody's is `mean`."""
        total, weight = self.people.get(volunteer, NOTHING).at(now)
        return within(mean + total / (weight + OF_GROUP))


def within(chance: float) -> float:
    """Whatever somebody has answered, she counts for no less than the floor, and nobody is certain.
    Only a question of today that she leaves open fades below it."""
    return min(TOP, max(FLOOR, chance))


def notice(asked: datetime, starts_at: datetime | None) -> int:
    """0: a few days, 1: up to two weeks, 2: more, or no time at all."""
    if starts_at is None:
        return len(NOTICE)
    return sum(starts_at - asked > span for span in NOTICE)


def answers(people: QuerySet[Volunteer], now: datetime) -> Iterator[Answer]:
    """How these people answered, and whether they came, in the order of time. A question that was
    taken back, or lapsed, says nothing; who objects is not looked at, not even for what others
    count. One statement."""
    found = []
    told = _told(people.filter(by_answers=True), now - BACK)
    for volunteer, programme, starts_at, state, held, came, made_at, at in told:
        said_yes = state == Offer.State.ACCEPTED
        undone = said_yes and held is None  # by the house, or asked again
        if at <= now and not undone:
            there = said_yes and held in HELD and came is not False
            found.append(Answer(volunteer, (programme, notice(made_at, starts_at)), there, at))
    return iter(sorted(found, key=lambda answer: answer.at))


def _told(people: QuerySet[Volunteer], since: datetime) -> QuerySet[Offer, tuple[Any, ...]]:
    """Each question since then with its answer: who, of what, when, what she has of it, whether she
    was there, when she was asked, when she answered or could no more."""
    hers = Assignment.objects.filter(session=OuterRef("session"), volunteer=OuterRef("volunteer"))
    newest = hers.filter(state__in=OUT).order_by("-pk")
    states = (Offer.State.ACCEPTED, Offer.State.DECLINED, Offer.State.EXPIRED)
    asked = Offer.objects.filter(volunteer__in=people, state__in=states, made_at__gt=since)
    rows = asked.annotate(
        came=Subquery(newest.values("attended")[:1]),
        held=Subquery(newest.values("state")[:1]),
        at=Coalesce("answered_at", "answer_by"),
    )
    session = ("session__programme__code", "session__starts_at")
    told = rows.order_by("pk")  # of one moment: as they were asked, whatever order rows lie in
    return told.values_list("volunteer", *session, "state", "held", "came", "made_at", "at")


def learned(found: Iterable[Answer]) -> Learned:
    everything = Learned()
    for answer in found:
        everything.add(answer)
    return everything


def with_chances(problem: Problem, run: Run, now: datetime) -> Problem:
    """The problem with everybody's chance of coming; as it is where too little is known, or where
    it is too large. Who has promised comes; of a question that is open, a part of the chance goes
    by with the time."""
    if len(problem.volunteers) * len(problem.shift_of) > MOST_PAIRS:
        return problem
    people = Volunteer.objects.filter(organisation__path__startswith=run.rota.organisation.path)
    known = learned(answers(people, now))
    if known.known(now) < FEWEST:
        return problem
    mean = _mean(known, problem, now)
    aside = set(people.filter(by_answers=False).values_list("pk", flat=True))
    open_to = _open_questions(problem, run.rota, now)
    promised = _promised(problem)

    def likely_to_come(v: matching.Volunteer) -> matching.Volunteer:
        pk = number(v.id)
        chance = within(mean)
        if pk not in aside:
            chance = known.chance(pk, mean, now)
        hers = {h: chance * left for h, left in open_to[v.id].items()}
        hers |= dict.fromkeys(promised[v.id], 1.0)
        return replace(v, asks=round(chance, 2), asks_of=hers or None)

    return replace(problem, volunteers=tuple(likely_to_come(v) for v in problem.volunteers))


def _mean(known: Learned, problem: Problem, now: datetime) -> float:
    """Of anybody, over the sessions that are to be planned."""
    midnight = local_midnight(problem.start)
    starts = [
        (s.programme, None if s.start is None else midnight + timedelta(minutes=s.start))
        for s in problem.sessions
    ]
    means = [known.mean((programme, notice(now, at)), now) for programme, at in starts]
    return fmean(means or [FLOOR])


def _open_questions(
    problem: Problem, rota: Rota, now: datetime
) -> defaultdict[str, dict[str, float]]:
    """Volunteer → shift → what is left of her chance there, of a question that waits for her
    answer: the longer, the less."""
    found = defaultdict[str, dict[str, float]](dict)
    shifts = {number(h): h for h in problem.shift_of}
    people = {number(v): v for v in problem.volunteer_of}
    pending = Offer.objects.filter(session__rota=rota, state=Offer.State.PENDING)
    asked = pending.values_list("volunteer", "shift", "made_at", "answer_by")
    for volunteer, row, made_at, by in asked:
        if volunteer in people and row in shifts:
            gone = min(1.0, (now - made_at) / max(by - made_at, timedelta(minutes=1)))
            found[people[volunteer]][shifts[row]] = 1 - (1 - FADED) * gone
    return found


def _promised(problem: Problem) -> defaultdict[str, list[str]]:
    """Volunteer → shifts to which she has said yes."""
    found = defaultdict[str, list[str]](list)
    for her, shift in problem.pins:
        found[her].append(shift)
    return found


def likely(problem: Problem, plan: Plan) -> dict[str, object] | None:
    """What is likely to come of a plan, for pages: each session that needs people → how likely it
    has all of them; how likely all have; how many places are expected to stay empty. None where no
    chance is known."""
    if not problem.unsure:
        return None
    seen = forecast(problem, plan)
    needy = [s for s, shifts in seen.shifts.items() if any(h.need for h in shifts)]
    sessions = {str(number(s)): round(seen.filled(s), 3) for s in needy}
    every = 1.0
    for session in needy:
        every *= seen.filled(session)
    return {"sessions": sessions, "all": round(every, 3), "holes": round(seen.holes, 2)}
