"""A small rota made by chance: people with different hours, days off, credentials, limits and
likings; families who wish, book, know and avoid; drafts, proposals, and what people answered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from backend.accounts.models import User
from backend.bookings.operations import book
from backend.common.refusal import Refusal
from backend.families.models import Avoid, Family, Knows
from backend.planning.lines import present, problem_now
from backend.planning.models import Proposal
from backend.planning.operations import (
    finish_run,
    keep_problem,
    lease_run,
    publish_proposal,
    request_run,
)
from backend.planning.packing import pack_problem
from backend.rota.models import Offer, Rota, Session
from backend.rota.operations import accept_offer, decline_offer
from backend.volunteers.models import Apart, TimeOff, Volunteer, Wish
from matching.plan import Plan
from matching.problem import Problem
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_coordinator,
    make_family,
    make_offer,
    make_organisation,
    make_programme,
    make_request,
    make_role,
    make_rota,
    make_session,
    make_volunteer,
)
from tests.matching.solved import best

HOMES = [(26.05 + n / 40, 119.30 + n / 50) for n in range(6)]
STARTS = ("09:00", "10:30", "14:00", "19:00")
MONTHS = ("2025-03", "2024-06", "2024-11")


class RandomRota:
    """`seed` decides everything but the plan, which is the best one."""

    def __init__(self, seed: int, *, people: int = 14, sessions: int = 8) -> None:
        self.r = random.Random(seed)
        self.organisation = make_organisation()
        self.actor: User = make_coordinator(organisation=self.organisation)
        self.programme = make_programme(roles={"lead": ["lead", "first_aid"]})
        make_role(programme=self.programme, code="helper", carries_seats=False)
        self.rota: Rota = make_rota(organisation=self.organisation, state="draft")
        self.people = [self._volunteer() for _ in range(people)]
        self.sessions = [self._session() for _ in range(sessions)]
        self.families = [self._family() for _ in range(6)]
        self._relations()
        self._promises_elsewhere(random.Random(f"elsewhere-{seed}"))

    def _promises_elsewhere(self, r: random.Random) -> None:
        """Some people have a place in another organisation's rota, or are asked for one."""
        other = make_rota()
        for _ in range(4):
            day = date(2026, 12, 1) + timedelta(days=r.randrange(9))
            session = make_session(
                rota=other,
                starts_at=at(f"{day} {r.choice(STARTS)}"),
                shifts=(("lead", 1, 9),),
                programme=self.programme,
                point=r.choice(HOMES),
            )
            shift = session.shifts.get()
            for volunteer in r.sample(self.people, 2):
                make_assignment(volunteer=volunteer, shift=shift)
            asked = r.choice(self.people)
            if not shift.assignments.filter(volunteer=asked).exists():
                make_offer(volunteer=asked, shift=shift)

    def _volunteer(self) -> Volunteer:
        r = self.r
        spans = [(day, 8 * 60, r.choice([12, 18, 22]) * 60) for day in range(7) if r.random() < 0.8]
        held = {code: None for code in ("lead", "first_aid") if r.random() < 0.7}
        her = make_volunteer(
            organisation=self.organisation,
            qualifications=held,
            available=spans,
            point=r.choice(HOMES),
            max_travel=r.choice([20, 40, 600]),
            max_per_day=r.choice([1, 2]),
            max_per_week=r.choice([1, 2, 4]),
            max_total=r.choice([2, 3, 6]),
            services_before=r.randrange(12),
        )
        if r.random() < 0.4:
            Wish.objects.create(volunteer=her, programme=self.programme, liking=r.randint(-3, 3))
        if r.random() < 0.4:
            first = date(2026, 11, 30) + timedelta(days=r.randrange(14))
            TimeOff.objects.create(
                volunteer=her, from_date=first, to_date=first + timedelta(days=r.randrange(4))
            )
        return her

    def _session(self) -> Session:
        r = self.r
        day = date(2026, 12, 1) + timedelta(days=r.randrange(6))
        return make_session(
            rota=self.rota,
            programme=self.programme,
            starts_at=at(f"{day} {r.choice(STARTS)}"),
            minutes=r.choice([60, 120]),
            shifts=(("lead", 1, r.choice([1, 2])), ("helper", r.choice([0, 1]), 2)),
            seats=(0, 8, 4) if r.random() < 0.7 else None,
            point=r.choice(HOMES),
            required=r.random() < 0.8,
        )

    def _family(self) -> Family:
        family = make_family(
            agreed=True, children=self.r.sample(MONTHS, self.r.choice([1, 1, 2])), point=HOMES[0]
        )
        make_request(family=family, programme=self.programme, wants=self.r.choice([1, 2]))
        return family

    def _relations(self) -> None:
        one, other = sorted(v.pk for v in self.r.sample(self.people, 2))
        Apart.objects.create(first_id=one, second_id=other)
        for family in self.families:
            first, second = self.r.sample(self.people, 2)
            Knows.objects.create(family=family, volunteer=first, strength=self.r.choice([1, 2, 3]))
            Avoid.objects.create(family=family, volunteer=second)

    def problem(self) -> Problem:
        """As the solver would get it now."""
        row = Rota.objects.select_related("organisation").get(pk=self.rota.pk)
        return problem_now(row, present(row.pk), NOW)

    def plan(self) -> Proposal:
        """Run the solver: an open proposal."""
        run = request_run(rota_id=self.rota.pk, seconds_limit=5, actor=self.actor, now=NOW)
        attempt = lease_run(run_id=run.pk, now=NOW)
        assert attempt is not None
        problem = self.problem()
        keep_problem(run_id=run.pk, attempt=attempt, problem=pack_problem(problem), now=NOW)
        found = best(problem)
        return finish_run(
            run_id=run.pk,
            attempt=attempt,
            plan=found.plan,
            bound=found.bound,
            problem=problem,
            now=NOW,
        )

    def publish(self, proposal: Proposal) -> None:
        """All of it: a line that is refused is StaleProposal."""
        publish_proposal(proposal_id=proposal.pk, actor=self.actor, now=NOW)

    def answer(self, share: float = 0.6) -> None:
        """Some of those who were asked say yes or no, the others have not looked yet."""
        for offer in Offer.objects.filter(session__rota=self.rota, state="pending").order_by("pk"):
            if self.r.random() < share:
                say = accept_offer if self.r.random() < 0.7 else decline_offer
                say(offer_id=offer.pk, actor=None, now=NOW)

    def families_book(self) -> int:
        """Families book for themselves where there is room, and wait where there is none."""
        made = 0
        for _ in range(8):
            family, session = self.r.choice(self.families), self.r.choice(self.sessions)
            children = list(family.children.values_list("pk", flat=True))
            try:
                book(
                    family_id=family.pk,
                    session_id=session.pk,
                    child_ids=children,
                    actor=family.user,
                    now=NOW,
                )
            except Refusal:
                continue
            made += 1
        return made


STAGES: Sequence[str] = ("draft", "proposal", "published", "answered", "again")


def rota_in(stage: str, seed: int) -> tuple[RandomRota, Proposal | None]:
    """A rota as far as `stage`, and its open proposal where it has one."""
    made = RandomRota(seed)
    if stage == "draft":
        return made, None
    proposal = made.plan()
    if stage == "proposal":
        return made, proposal
    made.publish(proposal)
    made.families_book()
    if stage == "published":
        return made, None
    made.answer()
    made.families_book()
    return (made, None) if stage == "answered" else (made, made.plan())


def plan_shown(made: RandomRota, proposal: Proposal | None, problem: Problem) -> Plan:
    """The plan of the page: what people hold and are asked, with what the proposal changes."""
    held = present(made.rota.pk)
    pairs = {*held.assigned, *held.offered}
    told = problem.current.seats if problem.current else ()
    seats = {(int(q[1:]), int(s[1:])) for q, s in told} & held.seats_offered
    for line in proposal.lines.exclude(change="kept") if proposal else ():
        rows = pairs if line.shift_id else seats
        pair = (
            (line.volunteer_id, line.shift_id)
            if line.shift_id
            else (line.request_id, line.session_id)
        )
        (rows.discard if line.change == "gone" else rows.add)(pair)
    return Plan(
        tuple((f"v{v}", f"h{h}") for v, h in sorted(pairs) if f"h{h}" in problem.shift_of),
        tuple((f"r{q}", f"s{s}") for q, s in sorted(seats) if f"r{q}" in problem.request_of),
    )
