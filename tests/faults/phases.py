"""What goes on while something dies: sign-ups, bookings, a run, a publish.

Each remembers what its people were told for certain and holds the database to it: no more, no less.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.db import transaction
from django.db.models import QuerySet

from backend.bookings.models import LIVE, Booking
from backend.common.clock import now
from backend.notifications.channels.file import written
from backend.notifications.models import Delivery
from backend.organisations.models import Membership
from backend.organisations.operations import end_membership
from backend.outbox.models import Event
from backend.planning.models import Proposal, ProposalLine, Run
from backend.planning.operations import discard_proposal, finish_run, keep_problem
from backend.planning.packing import pack_problem
from backend.rota.models import Assignment, Offer, Rota, Session
from backend.rota.snapshot import problem_of
from matching.plan import Plan
from tests.factories import (
    born,
    make_assignment,
    make_coordinator,
    make_family,
    make_programme,
    make_request,
    make_session,
    make_volunteer,
)
from tests.faults.cast import Cast, Person, clear_away, moment

Page = tuple[Person, str]  # who has it open, and its address


class Phase:
    """Build it, `begin()`, let something die, `finish()`; build, `begin` and `findings` inside
    `stand.data()`, people need none."""

    name = ""
    WHEN = (0.05, 1.5)  # seconds after the beginning in which something may die
    pages: list[Page]
    rota: Rota

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.seed = cast, seed
        self.odd: list[str] = []  # answers that nobody should get
        self.done = self.refused = 0
        self.threads: list[threading.Thread] = []
        self.pages = []
        self.programme = make_programme(code="stand", name="值班")  # its roles ask for nothing
        self.prepare(Random(seed))

    def prepare(self, rng: Random) -> None:
        raise AssertionError("each phase has its own")

    def begin(self) -> None:
        for thread in self.threads:
            thread.start()

    def by(self, act: Callable[..., None], person: Person) -> None:
        """This person acts in a thread of her own, with chances of her own."""
        rng = Random(f"{self.seed} {person.pk} {act.__name__}")
        self.threads.append(
            threading.Thread(target=self._guarded, args=(act, person, rng), daemon=True)
        )

    def _guarded(self, act: Callable[..., None], person: Person, rng: Random) -> None:
        try:
            act(person, rng)
        except Exception as error:
            self.odd.append(f"{type(error).__name__}: {error}")

    def finish(self, seconds: float = 150) -> None:
        end = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, end - time.monotonic()))
        if any(thread.is_alive() for thread in self.threads):
            self.odd.append("somebody still waits for an answer")

    def findings(self) -> list[str]:
        odd = self.odd if self.done else [*self.odd, "nobody could do anything"]
        return odd + [
            f"{p.user.username} was answered 500 {p.phone.broken} times"
            for p in self.cast.everybody()
            if p.phone.broken
        ]

    def clear(self) -> None:
        clear_away(self.rota)


class SignUps(Phase):
    """Everybody wants everything; some give places back."""

    name = "sign-ups"
    ACTS = 12

    def prepare(self, rng: Random) -> None:
        self.rota = self.cast.new_rota()
        hours = [(day, hour) for day in range(4) for hour in (9, 9.5, 14)]
        sessions = [
            make_session(
                rota=self.rota,
                programme=self.programme,
                starts_at=moment(self.rota, *at),
                shifts=[("lead", 1, rng.choice((1, 2)))],
            )
            for at in hours
        ]
        self.shifts = [session.shifts.get().pk for session in sessions]
        self.claimed: set[tuple[int, int]] = set()
        self.withdrawn: set[int] = set()
        for person in self.cast.volunteers:
            self.by(self._volunteer, person)
        first = self.rota.starts_on
        self.pages = [
            (person, f"/v/shifts/?fit=0&from={first}&day={first + timedelta(n)}")
            for n, person in enumerate(self.cast.volunteers[:3])
        ]

    def _volunteer(self, her: Person, rng: Random) -> None:
        for _ in range(self.ACTS):
            if rng.random() < 0.2:
                self._withdraw(her, rng)
            else:
                self.claim(her, rng.choice(self.shifts))

    def claim(self, her: Person, shift: int) -> None:
        answer = her.phone.post(f"/v/shifts/{shift}/claim/", htmx=True)
        if answer.status in (200, 204):
            self.claimed.add((her.pk, shift))
            self.done += 1
        elif answer.status == 409:
            self.refused += 1
        else:
            self.odd.append(f"a claim was answered {answer.status}")

    def _withdraw(self, her: Person, rng: Random) -> None:
        hers = re.findall(r"/v/mine/(\d+)/withdraw/", her.phone.get("/v/mine/").body)
        if hers:
            chosen = int(rng.choice(sorted(set(hers))))
            answer = her.phone.post(f"/v/mine/{chosen}/withdraw/")
            if answer.status not in (302, 303, 204):
                self.odd.append(f"a withdrawal was answered {answer.status}")
            self.withdrawn.add(chosen)
            self.done += 1

    def findings(self) -> list[str]:
        rows = list(
            Assignment.objects.filter(session__rota=self.rota).values_list(
                "pk", "volunteer", "shift", "state"
            )
        )
        there = {(volunteer, shift) for _, volunteer, shift, _ in rows}
        given_back = {pk for pk, _, _, state in rows if state == "withdrawn"}
        found = [f"{pair} was told yes and has no row" for pair in self.claimed - there]
        found += [f"{pair} has a row and was never told" for pair in there - self.claimed]
        if given_back != self.withdrawn:
            found.append(f"given back {sorted(given_back)}, told {sorted(self.withdrawn)}")
        return super().findings() + found


class Bookings(Phase):
    """Families book and cancel while a second person per session makes room for more."""

    name = "booking"
    ACTS = 8

    def prepare(self, rng: Random) -> None:
        self.rota = self.cast.new_rota()
        starts = [(1, 9), (1, 9.5), (2, 9), (3, 9)]
        seats = {"seats": (0, 6, 3), "shifts": [("lead", 1, 2)]}
        self.sessions = [
            make_session(
                rota=self.rota, programme=self.programme, starts_at=moment(self.rota, *at), **seats
            )
            for at in starts
        ]
        for session in self.sessions:
            make_assignment(
                volunteer=make_volunteer(organisation=self.cast.organisation),
                shift=session.shifts.get(),
            )
        self.booked: set[int] = set()
        self.cancelled: set[int] = set()
        for family in self.cast.families:
            self.by(self._family, family)
        self.by(self._second, self.cast.volunteers[0])
        self.pages = [
            (f, f"/f/sessions/{s.pk}/page/?child={f.children[0]}")
            for f in self.cast.families[:1]
            for s in self.sessions[:2]
        ]

    def _family(self, family: Person, rng: Random) -> None:
        mine: list[int] = []
        for _ in range(self.ACTS):
            if mine and rng.random() < 0.3:
                chosen = mine.pop(rng.randrange(len(mine)))
                answer = family.phone.post(f"/f/bookings/{chosen}/cancel/", {"asked": "yes"})
                self.cancelled.add(chosen)
            else:
                answer = family.phone.post(
                    "/f/confirm/",
                    {"session": rng.choice(self.sessions).pk, "child": family.children},
                )
                mine += self._booked(answer.status, answer.location)
            if answer.status not in (302, 303, 422):
                self.odd.append(f"a family was answered {answer.status}")

    def _booked(self, status: int, location: str) -> list[int]:
        number = re.search(r"/bookings/(\d+)/", location)
        if status == 422 or number is None:
            self.refused += 1
            return []
        new = int(number[1]) not in self.booked
        self.booked.add(int(number[1]))
        self.done += 1
        return [int(number[1])] if new else []

    def _second(self, her: Person, rng: Random) -> None:
        for session in self.sessions:
            time.sleep(0.4)
            her.phone.post(f"/v/shifts/{self.shift_of[session.pk]}/claim/", htmx=True)

    def begin(self) -> None:
        self.shift_of = dict(Session.objects.filter(rota=self.rota).values_list("pk", "shifts"))
        super().begin()

    def findings(self) -> list[str]:
        rows = dict(Booking.objects.filter(session__rota=self.rota).values_list("pk", "state"))
        found = [f"booking {pk} was told and is not there" for pk in self.booked - rows.keys()]
        found += [f"booking {pk} was never told" for pk in rows.keys() - self.booked]
        found += [
            f"booking {pk} was cancelled and is {rows.get(pk)}"
            for pk in self.cancelled
            if rows.get(pk) != "cancelled"
        ]
        found += [
            f"booking {pk} is {rows[pk]} though nobody ended it"
            for pk in self.booked - self.cancelled
            if rows.get(pk, LIVE[0]) not in LIVE
        ]
        return super().findings() + found


class Solving(Phase):
    """A coordinator has a county's month planned."""

    name = "a run"
    WHEN = (0.0, 0.5)
    ENDS = 90.0  # seconds after the blow within which it must have ended

    def prepare(self, rng: Random) -> None:
        assert self.cast.month is not None, "this stand has no county"
        self.rota = self.cast.month
        self.by(self._coordinator, self.cast.coordinator)
        self.resumed: float | None = None
        self.pages = [(self.cast.coordinator, f"/c/rotas/{self.rota.pk}/run-panel/")]

    def _coordinator(self, her: Person, rng: Random) -> None:
        answer = her.phone.post(f"/c/rotas/{self.rota.pk}/run/")
        if answer.status != 303:
            self.odd.append(f"a run was answered {answer.status}")
        self.done += 1

    def run(self) -> Run:
        return Run.objects.filter(rota=self.rota).latest("pk")

    def findings(self) -> list[str]:
        run = self.run()
        proposals = Proposal.objects.filter(run=run).count()
        told = Event.objects.filter(kind="run_finished", payload__run=run.pk).count()
        right = (run.state, proposals, told) == ("finished", 1, 1)
        return super().findings() + (
            []
            if right
            else [
                f"the run is {run.state} {run.trouble}, with {proposals} proposals and {told} "
                f"events"
            ]
        )

    def clear(self) -> None:
        for proposal in Proposal.objects.filter(rota=self.rota, state="open"):
            discard_proposal(proposal_id=proposal.pk, actor=self.cast.coordinator.user, now=now())


class LongSolving(Solving):
    """A coordinator has a whole city's month planned, which takes longer than any lease, and looks
    at the page all the while."""

    name = "a city's run"
    ENDS = 240.0
    STAGES = ("read", "start", "improve", "check")

    def _coordinator(self, her: Person, rng: Random) -> None:
        super()._coordinator(her, rng)
        self.seen: list[tuple[float, int, float]] = []
        end = time.monotonic() + self.ENDS
        while time.monotonic() < end:
            shown = her.phone.get(self.pages[0][1]).body
            if "data-stage" not in shown:
                return
            fields = dict(re.findall(r'data-field="(\w+)"[^>]*>([^<]*)<', shown))
            if "seconds" not in fields:  # it waits for a solver: before the first, and after a kill
                time.sleep(0.3)
                continue
            (stage,) = re.findall(r'data-stage="(\w+)"', shown)
            proven = 'data-proof="known"' in shown
            gap = float(fields["gap"].rstrip("%")) if proven else float("inf")
            self.seen.append((float(fields["seconds"]), self.STAGES.index(stage), gap))
            time.sleep(0.3)

    def findings(self) -> list[str]:
        run, found = self.run(), []
        if run.attempt != 3:
            found.append(f"the run ended with attempt {run.attempt}, not 3")
        if not self.seen:
            return [*found, "the page never showed how the run goes", *super().findings()]
        seconds, stages, gaps = (list(values) for values in zip(*self.seen, strict=True))
        for name, values in (("seconds", seconds), ("stage", stages)):
            if values != sorted(values):
                found.append(f"the {name} on the page went back: {values}")
        if gaps != sorted(gaps, reverse=True):
            found.append(f"the gap on the page rose again: {gaps}")
        proposal = Proposal.objects.filter(run=run).first()
        if proposal and 100 * proposal.gap > gaps[-1]:
            found.append(f"{gaps[-1]} % was shown, {100 * proposal.gap:.2f} % is proposed")
        return super().findings() + found


class Publishing(Phase):
    """A coordinator publishes a proposal that asks thirty people and seats three families."""

    name = "a publish"
    WHEN = (0.0, 0.6)

    def prepare(self, rng: Random) -> None:
        self.rota = self.cast.new_rota("draft")
        sessions = [
            make_session(
                rota=self.rota,
                programme=self.programme,
                starts_at=moment(self.rota, n % 6, 8 + n // 6),
                seats=(0, 4, 4),
            )
            for n in range(len(self.cast.asked))
        ]
        child = born(self.rota.starts_on, months=20)
        wishes = [
            make_request(family=make_family(children=[child]), programme=sessions[0].programme)
            for _ in range(3)
        ]
        pairs = tuple(
            (f"v{v}", f"h{s.shifts.get().pk}")
            for v, s in zip(self.cast.asked, sessions, strict=True)
        )
        self.proposal = self._proposal(
            Plan(
                pairs,
                tuple((f"r{w.pk}", f"s{s.pk}") for w, s in zip(wishes, sessions, strict=False)),
            )
        )
        self.by(self._coordinator, self.cast.coordinator)
        self.pages = [(self.cast.coordinator, f"/c/proposals/{self.proposal.pk}/all/")]

    def _proposal(self, plan: Plan) -> Proposal:
        """As a worker hands it over."""
        lease = {"state": "running", "attempt": 1, "lease_until": moment(self.rota, 0, 0)}
        run = Run.objects.create(
            rota=self.rota,
            requested_by=self.cast.coordinator.user,
            seconds_limit=5,
            requested_at=now(),
            **lease,
        )
        keep_problem(
            run_id=run.pk,
            attempt=1,
            problem=pack_problem(problem_of(self.rota, now=now())),
            now=now(),
        )
        return finish_run(run_id=run.pk, attempt=1, plan=plan, bound=0, now=now())

    def _coordinator(self, her: Person, rng: Random) -> None:
        answer = her.phone.post(f"/c/proposals/{self.proposal.pk}/publish/")
        if answer.status != 303:
            self.odd.append(f"a publish was answered {answer.status}")
        self.done += 1

    def is_over(self) -> bool:
        return Proposal.objects.get(pk=self.proposal.pk).state != "publishing"

    def findings(self) -> list[str]:
        lines = ProposalLine.objects.filter(proposal=self.proposal, change="new")
        wanted = (
            lines.filter(shift_id__isnull=False).count(),
            lines.filter(request_id__isnull=False).count(),
        )
        asked = Offer.objects.filter(session__rota=self.rota)
        seated = Booking.objects.filter(session__rota=self.rota, request__isnull=False)
        told = Event.objects.filter(
            kind="proposal_published", payload__proposal=self.proposal.pk
        ).count()
        state = Proposal.objects.values_list("state", flat=True).get(pk=self.proposal.pk)
        found = []
        if (asked.count(), seated.count(), told, state) != (*wanted, 1, "published"):
            found.append(
                f"the proposal is {state}, {asked.count()} offers and {seated.count()} seats of "
                f"{wanted}, {told} events"
            )
        return super().findings() + found


class Telling(Phase):
    """Hundreds hear at once that a role of theirs has ended; nobody waits for an answer."""

    name = "sending"
    WHEN = (0.0, 0.0)  # the blow waits for the first messages itself
    PEOPLE = 400
    ENDS = 300.0  # seconds: what a dead worker had claimed is due again after its lease
    MESSAGE = "membership_ended"

    def prepare(self, rng: Random) -> None:
        self.rota = self.cast.new_rota("draft")
        self.users = {
            make_coordinator(organisation=self.cast.organisation).pk for _ in range(self.PEOPLE)
        }

    def begin(self) -> None:
        """All in one transaction, so that they are told together."""
        rows = list(Membership.objects.filter(user__in=self.users))
        with transaction.atomic():
            for membership in rows:
                end_membership(membership=membership, actor=None, now=now())
        self.done = len(rows)

    def is_over(self) -> bool:
        return self._deliveries().filter(state=Delivery.State.SENT).count() == self.PEOPLE

    def lines(self) -> Counter[str]:
        """How often each of them was written to, by the name that a message has for her."""
        told = written(self.cast.messages, 4 * self.PEOPLE)
        mine = {f"U{user}" for user in self.users}
        return Counter(
            line["address"]
            for line in told
            if line["template"] == self.MESSAGE and line["address"] in mine
        )

    def again(self) -> int:
        """Messages that came twice: at most the one that was in the killed worker's hand."""
        return self.lines().total() - self.PEOPLE

    def findings(self) -> list[str]:
        found = []
        if not self.is_over() or self._deliveries().count() != self.PEOPLE:
            states = Counter(self._deliveries().values_list("state", flat=True))
            found.append(f"{self.PEOPLE} were to be told, the deliveries are {dict(states)}")
        lines = self.lines()
        if len(lines) != self.PEOPLE:
            found.append(f"{len(lines)} of {self.PEOPLE} were written to")
        if self.again() > 1:
            found.append(f"{self.again()} messages came twice")
        return super().findings() + found

    def _deliveries(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(kind=self.MESSAGE, user__in=self.users)


PHASES: dict[str, type[Phase]] = {
    phase.name: phase for phase in (SignUps, Bookings, Solving, Publishing)
}
# Not met by every part's death, because each has a blow of its own.
ALONE: dict[str, type[Phase]] = {phase.name: phase for phase in (LongSolving, Telling)}
