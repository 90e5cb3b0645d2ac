"""Admission without HTTP: our operation and the usual row-lock version of it, called by the same
threads in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

from django.db import IntegrityError, connection, transaction

from backend.common.refusal import Refusal
from backend.outbox.models import Event
from backend.rota.models import Assignment, Session, Shift
from backend.rota.operations import claim_shift
from backend.volunteers.models import Volunteer
from tests.bench.herd import Evening
from tests.factories import NOW

THREADS, ATTEMPTS = 8, 1_200
Claim = Callable[[int, int], object]


@dataclass(frozen=True)
class Core:
    """Certain answers a second from THREADS threads of one process, and its milliseconds of
    processor time for each."""

    ours: float
    control: float
    ours_cpu: float
    control_cpu: float


def measured(week: int) -> Core:
    ours, ours_cpu = _rush(Evening(week), _ours)
    control, control_cpu = _rush(Evening(week), _row_locks)
    return Core(ours, control, ours_cpu, control_cpu)


def _rush(evening: Evening, claim: Claim) -> tuple[float, float]:
    shifts = list(Shift.objects.filter(session__rota=evening.rota).values_list("pk", flat=True))
    people = list(
        Volunteer.objects.filter(organisation=evening.rota.organisation_id).values_list(
            "pk", flat=True
        )
    )
    rng = Random(1)
    wishes = [(rng.choice(people), rng.choice(shifts)) for _ in range(ATTEMPTS)]

    def work(share: list[tuple[int, int]]) -> None:
        for volunteer, shift in share:
            claim(volunteer, shift)
        connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        list(
            threads.map(work, [wishes[n:80:THREADS] for n in range(THREADS)])
        )  # what is loaded and prepared once
        began, cpu = time.perf_counter(), time.process_time()
        list(threads.map(work, [wishes[80 + n :: THREADS] for n in range(THREADS)]))
        count = len(wishes) - 80
        return count / (time.perf_counter() - began), (time.process_time() - cpu) * 1000 / count


def _ours(volunteer: int, shift: int) -> None:
    try:
        claim_shift(volunteer_id=volunteer, shift_id=shift, actor=None, now=NOW)
    except Refusal:
        pass


def _row_locks(volunteer: int, shift: int) -> None:
    """Correct, and what one would write with the ORM alone: both rows locked, places and overlap
    looked up; none of the other rules."""
    try:
        with transaction.atomic():
            Volunteer.objects.select_for_update().get(pk=volunteer)
            locked = (
                Shift.objects.select_for_update(of=("self",))
                .select_related("session")
                .get(pk=shift)
            )
            session: Session = locked.session
            if (
                locked.taken + locked.held >= locked.target
                or session.starts_at is None
                or session.ends_at is None
            ):
                return
            start, end = (
                int(session.starts_at.timestamp()) // 60,
                int(session.ends_at.timestamp()) // 60,
            )
            if Assignment.objects.filter(
                volunteer=volunteer, state="active", start_minute__lt=end, end_minute__gt=start
            ).exists():
                return
            Assignment.objects.create(
                shift=locked,
                session=session,
                volunteer_id=volunteer,
                origin="picked",
                made_at=NOW,
                start_minute=start,
                end_minute=end,
            )
            locked.taken += 1
            locked.save(update_fields=["taken"])
            Event.objects.create(
                kind="shift_claimed",
                streams=[f"session.{session.pk}"],
                payload={"shift": shift},
                at=NOW,
            )
    except IntegrityError:
        pass
