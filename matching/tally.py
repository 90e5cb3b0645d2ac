"""A plan counted once: who is where, how many, which sessions are open.

Every rule and the score read from here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from matching.plan import Plan
from matching.problem import Problem, Request, Session, Shift, Volunteer


class Tally:
    """What a plan comes to.

    Lists keep the plan's order and its repetitions, so that rules see the plan as it was given.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.placed: list[tuple[Volunteer, Session, Shift]] = []
        self.unknown: list[dict[str, str]] = []
        self.heads: Counter[str] = Counter()
        self.people: defaultdict[str, list[str]] = defaultdict(list)
        self.sessions_of: defaultdict[str, list[Session]] = defaultdict(list)
        self.served: defaultdict[str, list[tuple[Session, Shift]]] = defaultdict(list)
        self.seated: list[tuple[Request, Session]] = []
        self.seatless: list[tuple[Request, Session]] = []
        self.children: Counter[str] = Counter()
        self.families: defaultdict[str, list[str]] = defaultdict(list)
        self.seats_of: defaultdict[str, list[Session]] = defaultdict(list)
        self._timed: dict[str, list[Session]] = {}
        self._count_assignments()
        self._count_seats()

    def _count_assignments(self) -> None:
        volunteer_of = self.problem.volunteer_of
        shift_of = self.problem.shift_of
        for v, h in self.plan.assignments:
            if v not in volunteer_of or h not in shift_of:
                self.unknown.append({"volunteer": v, "shift": h})
                continue
            session, shift = shift_of[h]
            self.placed.append((volunteer_of[v], session, shift))
            self.heads[h] += 1
            self.people[session.id].append(v)
            self.sessions_of[v].append(session)
            self.served[v].append((session, shift))

    def _count_seats(self) -> None:
        request_of = self.problem.request_of
        session_of = self.problem.session_of
        for q, s in self.plan.seats:
            if q not in request_of or s not in session_of:
                self.unknown.append({"request": q, "session": s})
                continue
            request = request_of[q]
            session = session_of[s]
            if session.seats is None:
                self.seatless.append((request, session))
                continue
            self.seated.append((request, session))
            self.children[s] += len(request.children)
            self.families[s].append(request.family)
            self.seats_of[q].append(session)

    def agreeing(self) -> Iterator[Volunteer]:
        """The volunteers with whom more is agreed and who have anything in the plan."""
        return (v for v in self.problem.agreeing if v.id in self.sessions_of)

    def timed(self, volunteer: str) -> list[Session]:
        """Her sessions that have a time, earliest first."""
        found = self._timed.get(volunteer)
        if found is None:  # several rules ask
            found = self._timed[volunteer] = sorted(
                (s for s in self.sessions_of.get(volunteer, ()) if s.start is not None),
                key=lambda s: (s.span[0], s.id),
            )
        return found

    def is_open(self, session: Session) -> bool:
        """A session takes place if it is required, or if anyone is assigned or seated in it."""
        return session.required or session.id in self.people or self.children[session.id] > 0
