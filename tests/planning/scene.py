"""One rota with two sessions, two volunteers and a family's wish: enough for every story of a
run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.accounts.models import User
from backend.common.clock import local_day, local_midnight, monday_of
from backend.families.models import Request
from backend.outbox.models import Event
from backend.planning.lines import present, problem_now
from backend.planning.models import Proposal, Run
from backend.planning.operations import finish_run, keep_problem, lease_run, request_run
from backend.planning.packing import pack_problem
from backend.rota.aims import aims_of
from backend.rota.models import Rota, Session
from backend.volunteers.models import Volunteer
from matching.plan import Plan
from tests.factories import (
    NOW,
    born,
    make_coordinator,
    make_family,
    make_organisation,
    make_request,
    make_rota,
    make_session,
    make_volunteer,
)


@dataclass(frozen=True)
class Scene:
    actor: User
    rota: Rota
    morning: Session
    evening: Session
    alice: Volunteer
    bob: Volunteer
    wish: Request

    def plan(self, *, with_seat: bool = True) -> Plan:
        """Alice in the morning, Bob in the evening, the family in the morning."""
        (first,), (second,) = self.morning.shifts.all(), self.evening.shifts.all()
        seats = ((f"r{self.wish.pk}", f"s{self.morning.pk}"),) if with_seat else ()
        return Plan(
            ((f"v{self.alice.pk}", f"h{first.pk}"), (f"v{self.bob.pk}", f"h{second.pk}")), seats
        )

    def running(self) -> tuple[Run, int]:
        """A run that a worker holds, its problem stored."""
        run = request_run(rota_id=self.rota.pk, seconds_limit=5, actor=self.actor, now=NOW)
        attempt = lease_run(run_id=run.pk, now=NOW)
        assert attempt is not None
        problem = problem_now(self.rota, present(self.rota.pk), NOW)
        stored = Rota.objects.get(pk=self.rota.pk)
        keep_problem(
            run_id=run.pk,
            attempt=attempt,
            problem=pack_problem(problem),
            aims=aims_of(stored).as_json(),
            now=NOW,
        )
        return run, attempt

    def proposal(self, plan: Plan | None = None) -> Proposal:
        run, attempt = self.running()
        return finish_run(
            run_id=run.pk, attempt=attempt, plan=plan or self.plan(), bound=0, now=NOW
        )


def make_scene(*, state: str = "draft", after: datetime = NOW) -> Scene:
    """In the week after this moment: of a test that reads the clock, the present one."""
    monday = monday_of(local_day(after)) + timedelta(weeks=1)
    saturday = local_midnight(monday + timedelta(days=5))
    organisation = make_organisation()
    actor = make_coordinator(organisation=organisation, name="刘敏")
    rota = make_rota(organisation=organisation, state=state, starts_on=monday)
    half_past_nine = saturday + timedelta(hours=9, minutes=30)
    morning = make_session(rota=rota, starts_at=half_past_nine, seats=(0, 10, 5), title="亲子课")
    evening = make_session(rota=rota, starts_at=saturday + timedelta(hours=18), title="值班")
    alice, bob = (
        make_volunteer(name=name, organisation=organisation, with_user=True)
        for name in ("陈秀英", "林雪梅")
    )
    family = make_family(with_user=True, children=(born(local_day(after), months=20),))
    wish = make_request(family=family, programme=morning.programme)
    return Scene(actor, rota, morning, evening, alice, bob, wish)


def kinds() -> list[str]:
    """The kinds of all events so far, oldest first."""
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))
