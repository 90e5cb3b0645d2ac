"""Publishing a whole city's proposal: `published()` on a database that holds the full demo city;
`table()` for the page of figures.

The control asks and seats the same people one at a time, through the same operations and rules, for
as many lines as take a moment; it is rolled back.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.bookings.operations import seat_requests_that_fit
from backend.common.clock import now
from backend.demo.people import BY_KEY, user_of
from backend.planning.lines import present, problem_now
from backend.planning.models import Proposal, ProposalLine
from backend.planning.operations import (
    finish_run,
    keep_problem,
    lease_run,
    publish_proposal,
    request_run,
)
from backend.planning.packing import pack_problem
from backend.rota.models import Rota
from backend.rota.operations import make_offers, publish_rota
from matching.search.search import Search
from matching.stop import TimeLimit

SECONDS = 30  # of planning; the plan need not be good
ONE_BY_ONE = 100  # lines of each kind in the control


@dataclass(frozen=True)
class Published:
    """`cpu` is this process's time, `seconds` the clock's; `single` is the control's processor time
    for each line, in milliseconds."""

    offers: int
    seats: int
    statements: int
    seconds: float
    cpu: float
    single: float

    @property
    def together(self) -> float:
        """Milliseconds of processor time a line."""
        return self.cpu * 1000 / (self.offers + self.seats)


def published() -> Published:
    """Plan the city's draft rota for half a minute and publish that."""
    proposal = planned()
    actor = user_of(BY_KEY["city"])
    assert actor is not None
    with transaction.atomic():
        single = one_by_one(proposal, now())
        transaction.set_rollback(True)
    with CaptureQueriesContext(connection) as captured:
        began, cpu = time.perf_counter(), time.process_time()
        done = publish_proposal(proposal_id=proposal.pk, actor=actor, now=now())
        spent, worked = time.perf_counter() - began, time.process_time() - cpu
    offers = done.lines.filter(shift_id__isnull=False, change="new").count()
    return Published(
        offers,
        done.lines.filter(request_id__isnull=False, change="new").count(),
        len(captured),
        spent,
        worked,
        single,
    )


def planned() -> Proposal:
    actor = user_of(BY_KEY["city"])
    rota = Rota.objects.filter(state="draft").latest("pk")
    assert actor is not None
    run = request_run(rota_id=rota.pk, seconds_limit=SECONDS, actor=actor, now=now())
    attempt = lease_run(run_id=run.pk, now=now())
    problem = problem_now(rota, present(rota.pk), now())
    assert attempt is not None
    keep_problem(run_id=run.pk, attempt=attempt, problem=pack_problem(problem), now=now())
    search = Search(problem, seed=0)
    for _ in search.run(TimeLimit(SECONDS)):
        pass
    assert search.result is not None
    return finish_run(
        run_id=run.pk,
        attempt=attempt,
        plan=search.result.plan,
        bound=search.result.bound,
        problem=problem,
        now=now(),
    )


def one_by_one(proposal: Proposal, moment: datetime) -> float:
    """Milliseconds of processor time for each line when each is an operation of its own."""
    publish_rota(
        rota_id=proposal.rota_id, expected_version=proposal.rota.version, actor=None, now=moment
    )
    lines = proposal.lines.filter(change="new").order_by("session_id", "pk")

    def ask(line: ProposalLine) -> None:
        make_offers(
            pairs=[(line.volunteer_id or 0, line.shift_id or 0)],
            actor=None,
            now=moment,
        )

    def seat(line: ProposalLine) -> None:
        seat_requests_that_fit(seats=[(line.request_id or 0, line.session_id)], now=moment)

    asked = list(lines.filter(shift_id__isnull=False)[:ONE_BY_ONE])
    staffed = [line.session_id for line in asked]  # a seat needs somebody on duty
    wished = list(lines.filter(request_id__isnull=False, session_id__in=staffed)[:ONE_BY_ONE])
    began = time.process_time()
    for line in asked:
        ask(line)
    for line in wished:
        seat(line)
    return (time.process_time() - began) * 1000 / len(asked + wished)


def table(found: Published) -> list[str]:
    """Lines of Markdown."""
    return [
        "## A whole city is published",
        "",
        f"{found.offers:,} offers and {found.seats:,} seats, one transaction, rules asked again. "
        f"The control is the same operations, one line a call.",
        "",
        "| statements | seconds | CPU seconds | CPU ms a line | one by one, CPU ms a line | ratio "
        "|",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
        f"| {found.statements} | {found.seconds:.1f} | {found.cpu:.1f} | {found.together:.2f} | "
        f"{found.single:.2f} | {found.single / found.together:.0f} × |",
        "",
    ]
