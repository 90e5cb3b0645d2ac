"""What plans come to when people answer: months made by chance, played round after round, judged by
what is left of them beside the plan of somebody who knew every answer before.

Everybody has a chance of saying yes of her own, and answers each session for herself. Of her a
planner knows eight answers of before. Who says yes is kept, who says no is not asked there again,
who is silent may still answer if she stays asked. In the end the best is made of those who said
yes; the checker says what it costs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from matching.check import check
from matching.command.generate import month
from matching.formats.files import read_problem
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from matching.problem import Problem, Volunteer
from matching.search.search import Search
from matching.solvers.pool import SolverPool, WorkerPool
from matching.stop import TimeLimit

SIZE = (200, 40, 120)
ALIKE = 5  # how much alike people are: the weight of the mean in everybody's chance
BEFORE = 8  # answers that are known of everybody
SILENT = {True: 0.1, False: 0.3}  # of those who will say yes, or no: not the first time
FADES = 0.6  # what is left of the chance of somebody who was silent

Pair = tuple[str, str]  # volunteer and session


@dataclass(frozen=True)
class Town:
    """A month, what everybody will say, and what is known of everybody before."""

    problem: Problem
    willing: frozenset[Pair]
    slow: frozenset[Pair]
    learned: dict[str, float]

    @classmethod
    def made(cls, problem: Problem, level: float, seed: int) -> Town:
        """With answers by chance."""
        r = Random(f"answers-{seed}-{level}")
        willing = set[Pair]()
        slow = set[Pair]()
        learned = {}
        for v in problem.volunteers:
            likely = r.betavariate(ALIKE * level, ALIKE * (1 - level))
            said = sum(r.random() < likely for _ in range(BEFORE))
            learned[v.id] = (ALIKE * level + said) / (ALIKE + BEFORE)
            for s in problem.sessions:
                yes = r.random() < likely
                if yes:
                    willing.add((v.id, s.id))
                if r.random() < SILENT[yes]:
                    slow.add((v.id, s.id))
        return cls(problem, frozenset(willing), frozenset(slow), learned)

    def of(self, pairs: Iterable[Pair]) -> Problem:
        """The month if these are all who may be asked."""
        there = set(pairs)
        who = {v for v, _ in there}
        people = tuple(v for v in self.problem.volunteers if v.id in who)
        ids = [s.id for s in self.problem.sessions]
        bans = tuple((v.id, s) for v in people for s in ids if (v.id, s) not in there)
        return replace(self.problem, volunteers=people, bans=(*self.problem.bans, *bans))


@dataclass
class Answers:
    """What has been asked and said so far; a yes with the shift that it was for."""

    asked: set[Pair] = field(default_factory=set)
    yes: dict[Pair, str] = field(default_factory=dict)
    no: set[Pair] = field(default_factory=set)
    silent: set[Pair] = field(default_factory=set)

    def take(self, town: Town, plan: Plan) -> None:
        """Ask everybody in a plan who has not answered."""
        for v, h in plan.assignments:
            pair = (v, town.problem.shift_of[h][0].id)
            if pair in self.yes:
                continue
            if pair in town.slow and pair not in self.asked:
                self.silent.add(pair)
            else:
                self.silent.discard(pair)
                if pair in town.willing:
                    self.yes[pair] = h
                else:
                    self.no.add(pair)
            self.asked.add(pair)


Policy = Callable[[Town, Answers], Problem]


def today(town: Town, said: Answers) -> Problem:
    """Everybody counts as if she came."""
    kept = _kept(town.problem, said)
    bans = (*town.problem.bans, *sorted(said.no))
    return replace(town.problem, pins=(*town.problem.pins, *kept), bans=bans)


def expected(town: Town, said: Answers) -> Problem:
    """Everybody counts as far as she is likely to come, and one more may be asked than needed."""
    problem = today(town, said)
    sessions = tuple(
        replace(s, shifts=tuple(replace(h, spare=1) for h in s.shifts)) for s in problem.sessions
    )
    people = tuple(_likely(town, said, v) for v in problem.volunteers)
    return replace(problem, volunteers=people, sessions=sessions)


def _kept(problem: Problem, said: Answers) -> list[Pair]:
    """Who said yes, as far as there are places; who is beyond them stands by."""
    left = {h: shift.target for h, (_, shift) in problem.shift_of.items()}
    kept = []
    for (v, _), h in said.yes.items():
        if left[h]:
            left[h] -= 1
            kept.append((v, h))
    return kept


def _likely(town: Town, said: Answers, v: Volunteer) -> Volunteer:
    chance = town.learned[v.id]
    of = {}
    for s in town.problem.sessions:
        for h in s.shifts:
            if (v.id, s.id) in said.yes:
                of[h.id] = 1.0
            elif (v.id, s.id) in said.silent:
                of[h.id] = chance * FADES
    return replace(v, asks=chance, asks_of=of or None)


POLICIES: dict[str, Policy] = {"today": today, "expected": expected}


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one month: `vain` are people who said yes and stood by a session that took place
    without them, `seconds` what the first plan took."""

    cost: int
    regret: int
    short: int
    families: int
    offers: int
    vain: int
    places: int
    seconds: float


class Game:
    """So many rounds of any month, solved by one pool."""

    def __init__(self, pool: SolverPool, seconds: float, rounds: int) -> None:
        self._pool = pool
        self._seconds = seconds
        self._rounds = rounds

    def play(self, town: Town) -> dict[str, Played]:
        """By policy; the regret is what each costs more than knowing every answer."""
        least = self._cost(town, self._best(town.of(town.willing))[0])
        return {name: self._played(town, policy, least) for name, policy in POLICIES.items()}

    def _played(self, town: Town, policy: Policy, least: int) -> Played:
        said = Answers()
        first = 0.0
        for number in range(self._rounds):
            plan, seconds = self._best(policy(town, said))
            said.take(town, plan)
            if not number:
                first = seconds
        plan, _ = self._best(town.of(said.yes))
        verdict = check(town.problem, plan)
        used = {(v, town.problem.shift_of[h][0].id) for v, h in plan.assignments}
        held = {s for _, s in used} | {s.id for s in town.problem.sessions if s.required}
        places = sum(h.target for s in held for h in town.problem.session_of[s].shifts)
        cost = self._cost(town, plan)
        facts = verdict.facts
        vain = sum(session in held for _, session in said.yes.keys() - used)
        numbers = (facts.short, facts.families_served, len(said.asked), vain, places, first)
        return Played(cost, cost - least, *numbers)

    def _cost(self, town: Town, plan: Plan) -> int:
        verdict = check(town.problem, plan)
        assert verdict.sound, verdict.violations[:3]
        return verdict.total

    def _best(self, problem: Problem) -> tuple[Plan, float]:
        began = time.monotonic()
        search = Search(problem, pool=self._pool)
        for _ in search.run(TimeLimit(self._seconds)):
            pass
        assert search.result
        return search.result.plan, time.monotonic() - began


def simulated(
    files: Sequence[str], levels: Sequence[float], seeds: int, seconds: float, rounds: int
) -> Iterator[str]:
    """The table, line by line: every month at every level, with its own answers for each seed."""
    yield from (HEAD, "| --- " * HEAD.count(" | ") + "| --- |")
    problems = [read_problem(path) for path in files]
    with WorkerPool(1) as pool:
        game = Game(pool, seconds, rounds)
        for level in levels:
            made = [Town.made(p, level, seed) for p in problems for seed in range(seeds)]
            played = [game.play(town) for town in made or towns(level, range(seeds))]
            yield from table(level, played)


def towns(level: float, seeds: Iterable[int], size: Sequence[int] = SIZE) -> Iterator[Town]:
    """Months made by chance."""
    for seed in seeds:
        volunteers, sessions, requests = size
        data = month(seed, volunteers, sessions, requests, towns=3)
        yield Town.made(problem_from_json(data), level, seed)


HEAD = (
    "| say yes | policy | cost | regret | of today's | missing | families | offers | in vain | of "
    "places | first plan |"
)


def table(level: float, played: Sequence[dict[str, Played]]) -> Iterator[str]:
    """Means over all months, one line a policy."""
    ours = _mean(played, "today", "regret")
    for name in POLICIES:
        mean = {what: _mean(played, name, what) for what in Played.__slots__}
        cells = [
            f"{100 * level:.0f} %",
            name,
            f"{mean['cost']:,.0f}",
            f"{mean['regret']:,.0f}",
            f"{100 * mean['regret'] / max(1, ours):.0f} %",
            f"{mean['short']:.2f}",
            f"{mean['families']:.1f}",
            f"{mean['offers']:.1f}",
            f"{mean['vain']:.1f}",
            f"{100 * mean['vain'] / max(1, mean['places']):.1f} %",
            f"{mean['seconds']:.2f} s",
        ]
        yield f"| {' | '.join(cells)} |"


def _mean(played: Sequence[dict[str, Played]], name: str, what: str) -> float:
    return sum(getattr(one[name], what) for one in played) / len(played)
