"""For one shift: who could take it, cheapest first, with what it would cost the plan. No solver is
asked.

A `Desk` holds one problem and one plan and answers many questions; making it costs more than asking
it.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.arrays.people import Mask, Volunteers
from matching.cost import load_units
from matching.plan import Plan
from matching.problem import Problem, Session, Shift, Volunteer
from matching.rules import GOALS, RULES, Rule, Violation, may_take
from matching.rules.goal import Goal
from matching.tally import Tally
from matching.travel import travel_minutes


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who may take the shift. `difference` is what the plan's cost changes by if she does,
    `parts` where it comes from: what `check` says of the plan with her less what it says without.

    In a session that does not take place yet the price of opening it is part of it; others, or
    families, may be needed beside her before it can.
    """

    volunteer: str
    difference: int
    parts: dict[str, int]
    minutes: int
    services: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """Someone who may not take the shift, everything that keeps her out, and what she would cost
    if nothing did."""

    candidate: Candidate
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One line of a funnel: after this rule so many people are left."""

    rule: str
    left: int


# The rules about the pair alone, in the order of a funnel: the place first, because whoever lives
# too far away is asked nothing else.
PAIRS = sorted((rule for rule in RULES if rule.takes), key=lambda rule: rule.code != "reach")


class Desk:
    """One problem and one plan, looked up quickly. KeyError for ids that are not in the problem."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.hers: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self.there: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self.heads: Counter[str] = Counter()
        for pair in plan.assignments:
            self.hers[pair[0]].append(pair)
            self.there[problem.shift_of[pair[1]][0].id].append(pair)
            self.heads[pair[1]] += 1
        self.seats: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for seat in plan.seats:
            if problem.session_of[seat[1]].seats is not None:
                self.seats[seat[1]].append(seat)

    @cached_property
    def people(self) -> Volunteers:
        """Everybody as arrays; made when the first question needs it."""
        return Volunteers(self.problem)

    def fit(self, shift: str) -> Mask:
        """Whom the rules about the pair alone leave: credentials, hours, distance, declined
        sessions."""
        session, h = self.problem.shift_of[shift]
        left = self.people.everyone
        for rule in PAIRS:
            left = left & self._takes(rule, session, h)
        return left

    def _takes(self, rule: Rule, session: Session, shift: Shift) -> Mask:
        assert rule.takes
        return rule.takes(self.people, session, shift)

    def without(self, volunteer: str, shift: str) -> Desk:
        """The same when she does not have the shift."""
        rest = tuple(pair for pair in self.plan.assignments if pair != (volunteer, shift))
        return Desk(self.problem, Plan(rest, self.plan.seats))

    def refusals(self, volunteer: str, shift: str) -> tuple[Violation, ...]:
        """Every rule that she would break by taking the shift in this plan; empty if she may.

        With the session that it opens: an alternative of one that takes place may not.
        """
        session = self.problem.shift_of[shift][0]
        broken = may_take(self.problem, self._near(volunteer, session), volunteer, shift)
        if self.is_open(session):
            return broken
        broken = (*broken, *self._beyond_groups(session))
        if not any(map(self.is_open, self._instead[session.id])):
            return broken
        return (*broken, Violation("alternatives", {"group": session.alternatives}))

    def _beyond_groups(self, session: Session) -> Iterator[Violation]:
        """The groups that have no room, or no money, for one session more."""
        for name in session.groups:
            group = self.problem.groups[name]
            held = [s for s in self.problem.sessions if name in s.groups and self.is_open(s)]
            full = group.max is not None and len(held) >= group.max
            spent = sum(s.price for s in (*held, session))
            if full or (group.budget is not None and spent > group.budget):
                yield Violation("groups", {"group": name})

    @cached_property
    def _instead(self) -> dict[str, list[Session]]:
        """Session → the others of its group."""
        groups: defaultdict[str, list[Session]] = defaultdict(list)
        for session in self.problem.sessions:
            if session.alternatives:
                groups[session.alternatives].append(session)
        found: defaultdict[str, list[Session]] = defaultdict(list)
        for group in groups.values():
            for s in group:
                found[s.id] += [other for other in group if other is not s]
        return found

    def candidates(self, shift: str, limit: int | None = None) -> list[Candidate]:
        """Everyone who may take the shift, cheapest first (equal ones by id)."""
        session, h = self.problem.shift_of[shift]
        people = [self.problem.volunteers[k] for k in self.fit(shift).nonzero()[0].tolist()]
        found = [self.candidate(v, session, h) for v in people if not self.refusals(v.id, shift)]
        return sorted(found, key=lambda c: (c.difference, c.volunteer))[:limit]

    def candidate(self, volunteer: Volunteer, session: Session, shift: Shift) -> Candidate:
        """What her taking the shift would change, whether she may or not."""
        w = self.problem.weights
        heads = self.heads[shift.id]
        minutes = travel_minutes(self.problem.travel, volunteer.home, session.place)
        parts = {
            "short": -w.short * session.priority * (session.required and heads < shift.min),
            "target": w.target * self._unfilled(session, shift),
            "open": w.open * (not self.is_open(session)),
            "load": self._load(volunteer, session),
            "travel": w.travel * minutes,
            "wishes": w.wish * (3 - volunteer.liking(session.programme)),
            "continuity": -w.know * self._met(volunteer.id, session.id),
            "changes": -w.change * ((volunteer.id, shift.id) in self._told),
            **self._goals(volunteer, session, shift),
        }
        parts = {name: value for name, value in parts.items() if value}
        services = volunteer.load_before + len(self.hers[volunteer.id])
        return Candidate(volunteer.id, sum(parts.values()), parts, minutes, services)

    def _load(self, volunteer: Volunteer, session: Session) -> int:
        """The price of her load with the session beside what she has."""
        w = self.problem.weights
        hers = [self.problem.shift_of[h][0] for _, h in self.hers[volunteer.id]]
        before = load_units(hers, w.load_minutes)
        after = load_units([*hers, session], w.load_minutes)
        return w.load * sum(volunteer.load_before + j for j in range(before, after))

    def _goals(self, volunteer: Volunteer, session: Session, shift: Shift) -> dict[str, int]:
        """What her taking the shift changes in the parts that only some problems have: each is a
        sum over people or sessions, so hers and the session's are all that can differ."""
        if not self._asked:
            return {}
        near = self._near(volunteer.id, session)
        before = Tally(self.problem, near)
        after = Tally(self.problem, near.with_assignment(volunteer.id, shift.id))
        return {goal.code: goal.cost(after) - goal.cost(before) for goal in self._asked}

    @cached_property
    def _asked(self) -> list[Goal]:
        return [goal for goal in GOALS if goal.asked(self.problem)]

    def _near(self, volunteer: str, session: Session) -> Plan:
        """The lines of the plan that are hers or the session's."""
        lines = dict.fromkeys((*self.hers[volunteer], *self.there[session.id]))
        held = {session.id}
        if self.problem.volunteer_of[volunteer].max_children is not None:
            held |= {self.problem.shift_of[h][0].id for _, h in self.hers[volunteer]}
        return Plan(tuple(lines), tuple(seat for s in sorted(held) for seat in self.seats[s]))

    def _unfilled(self, session: Session, shift: Shift) -> int:
        """How many more places between `min` and `target` are unfilled once she stands on the
        shift: one less where she fills one, all the others of a session that she opens."""
        hers = shift.min <= self.heads[shift.id] < shift.target
        if self.is_open(session):
            return -hers
        return sum(h.target - h.min for h in session.shifts) - hers

    def is_open(self, session: Session) -> bool:
        """The session takes place in this plan."""
        return session.required or bool(self.there[session.id]) or bool(self.seats[session.id])

    def funnel(self, shift: str) -> list[FunnelStep]:
        """Everybody, then how many each rule about the pair leaves (PAIRS), then each rule about
        the plan that takes somebody out, in the order of RULES. The last step is who may take the
        shift now."""
        session, h = self.problem.shift_of[shift]
        left = self.people.everyone
        steps = [FunnelStep("everyone", self.people.size)]
        for rule in PAIRS:
            left = left & self._takes(rule, session, h)
            steps.append(FunnelStep(rule.code, int(left.sum())))
        names = [self.problem.volunteers[k].id for k in left.nonzero()[0].tolist()]
        broken = (self.refusals(name, shift) for name in names)
        out = Counter(violations[0].rule for violations in broken if violations)
        for rule in RULES:
            if out[rule.code]:
                steps.append(FunnelStep(rule.code, steps[-1].left - out[rule.code]))
        return steps

    def nearly(self, shift: str, most: int) -> list[Lacking]:
        """Who lacks least, at most so many: fewest things first, then cheapest. Who has a place in
        the session already is not among them, nor who lacks more than two things of her own."""
        session, h = self.problem.shift_of[shift]
        lacks = np.zeros(self.people.size, int)
        for rule in PAIRS:
            lacks += ~self._takes(rule, session, h)
        found: list[tuple[tuple[int, int, str], Lacking]] = []  # sorted by what it begins with
        price = self._prices(session, h)
        people = self.problem.volunteers
        for n in range(3):
            who = (lacks == n).nonzero()[0].tolist()
            for k in sorted(who, key=lambda k: (price[k], people[k].id)):
                c = self.candidate(people[k], session, h)
                if len(found) >= most and found[most - 1][0] < (n, c.difference, c.volunteer):
                    break  # whoever follows lacks at least n things and costs at least as much
                violations = self.refusals(c.volunteer, shift)
                if violations and "one_place" not in {v.rule for v in violations}:
                    key = (len(violations), c.difference, c.volunteer)
                    insort(found, (key, Lacking(c, violations)), key=lambda pair: pair[0])
        return [lacking for _, lacking in found[:most]]

    def _prices(self, session: Session, shift: Shift) -> list[int]:
        """What differs from person to person in `candidate().difference`, of everybody at once."""
        if self._asked or self.problem.weights.load_minutes:
            return [self.candidate(v, session, shift).difference for v in self.problem.volunteers]
        w = self.problem.weights
        people = self.people
        price = (
            w.load * people.load_before
            + w.travel * people.minutes_to(session.place, np.arange(people.size))
            + w.wish * (3 - people.liking(session.programme))
        )
        for volunteer, pairs in self.hers.items():
            if volunteer in people.index:
                price[people.index[volunteer]] += w.load * len(pairs)
        families = {self.problem.request_of[q].family for q, _ in self.seats[session.id]}
        for family, volunteer, strength in self.problem.knows:
            if family in families and volunteer in people.index:
                price[people.index[volunteer]] -= w.know * strength
        for volunteer, told in self._told:
            if told == shift.id and volunteer in people.index:
                price[people.index[volunteer]] -= w.change
        return [int(one) for one in price.tolist()]

    @cached_property
    def _told(self) -> frozenset[tuple[str, str]]:
        told = self.problem.current or Plan()
        return frozenset(told.assignments)

    @cached_property
    def _strength(self) -> dict[tuple[str, str], int]:
        out: Counter[tuple[str, str]] = Counter()
        for family, volunteer, strength in self.problem.knows:
            out[family, volunteer] += strength
        return out

    def _met(self, volunteer: str, session: str) -> int:
        families = {self.problem.request_of[q].family for q, _ in self.seats[session]}
        return sum(self._strength[family, volunteer] for family in families)
