"""One scenario: something goes on, something dies, everybody finds back; then everything that must
hold is looked at."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random

from django.db import connection

from backend.common.clock import now
from backend.organisations.models import Membership
from backend.outbox.models import Event
from backend.outbox.queries import dispatched, newest
from backend.planning.models import Run
from backend.rota.models import Rota
from tests.faults.blows import BACK, Blow, freeze_the_busy_solver, kill, kill_twice
from tests.faults.cast import Cast, Person, make_cast, sign_in
from tests.faults.invariants import ALWAYS, IN_THE_END, findings, nothing_waits
from tests.faults.phases import ALONE, PHASES, Phase, Publishing, Solving, Telling
from tests.faults.stand import Silent, Stand, database_answers, until
from tests.faults.watcher import Watcher

VICTIMS = ("web", "worker", "worker child", "relay", "Valkey", "PostgreSQL", "launcher", "beat")
SETTLED = 100.0  # a task whose worker died is given to another after a minute
RESUMED = 15.0  # seconds within which another attempt has the run of a dead worker
NEWEST = (
    "SELECT stream, max(seq) FROM outbox_event, unnest(streams) AS stream "
    "WHERE seq > %s GROUP BY stream"
)


@dataclass(frozen=True)
class Outcome:
    """`back`: seconds from the blow until all is well; `wait`: the longest that somebody waited for
    a certain answer; `repeats`: forms and pages asked for again, messages that
    came twice; `resumed`: seconds until another
    attempt had the run."""

    what: str
    phase: str
    seed: int
    back: float = 0.0
    wait: float = 0.0
    repeats: int = 0
    done: int = 0
    resumed: float | None = None
    found: tuple[str, ...] = ()


def furnish(
    stand: Stand,
    *,
    volunteers: int = 8,
    families: int = 6,
    asked: int = 30,
    scale: str = "county",
) -> Cast:
    """People who are signed in, and (for runs) a county or the whole city with its month; neither
    with scale ""."""
    if scale:
        stand.manage("load_fuzhou", "--scale", scale, "--seed", "1")
    with stand.data():
        cast = make_cast(stand, volunteers=volunteers, families=families, asked=asked)
        if scale:
            cast.month = max(
                Rota.objects.filter(state="draft"), key=lambda rota: rota.sessions.count()
            )
            Membership.objects.create(
                user=cast.coordinator.user, organisation=cast.month.organisation, role="coordinator"
            )
    sign_in(cast)
    return cast


def play(
    stand: Stand,
    cast: Cast,
    phase_name: str,
    part: str,
    seed: int,
    blow: Blow = kill,
    what: str = "",
) -> Outcome:
    """A scenario from its first row to its last look; what is wrong afterwards is in `found`."""
    phones = [person.phone for person in cast.everybody()]
    for phone in phones:
        phone.waits, phone.repeats, phone.broken = [], 0, 0
    with stand.data():
        phase = (PHASES | ALONE)[phase_name](cast, seed)
        first = newest()
        watchers = [Watcher(person.phone, pages, first) for person, pages in _by_person(phase)]
        phase.begin()
    with ExitStack() as open_pages:
        for watcher in watchers:
            open_pages.callback(watcher.closing.set)
            watcher.start()
        time.sleep(Random(f"{seed} {phase_name} {part}").uniform(*phase.WHEN))
        if isinstance(phase, Solving):
            _await_run(stand, phase)
        moment = blow(stand, _part_of(phase, part))
        resumed = (
            _resumed(stand, phase, moment)
            if isinstance(phase, Solving) and part.startswith("worker")
            else None
        )
        found = _well(stand)
        back = time.monotonic() - moment
        phase.finish()
        found += _look(stand, phase, watchers, first)
    again = 0
    if isinstance(phase, Telling):
        with stand.data():
            again = phase.again()
    if (
        resumed and resumed > RESUMED and blow in (kill, kill_twice, freeze_the_busy_solver)
    ):  # while all solvers are frozen there is nobody else
        found.append(f"the run was resumed after {resumed:.0f} s")
    wait = max(
        (seconds for phone in phones for began, seconds in phone.waits if began + seconds > moment),
        default=0.0,
    )
    repeats = sum(phone.repeats for phone in phones) + again
    return Outcome(
        what or f"{part} killed",
        phase_name,
        seed,
        back,
        wait,
        repeats,
        phase.done,
        resumed,
        tuple(found),
    )


def _by_person(phase: Phase) -> list[tuple[Person, list[str]]]:
    people = {id(person): person for person, _ in phase.pages}
    return [
        (person, [page for who, page in phase.pages if who is person]) for person in people.values()
    ]


def _part_of(phase: Phase, part: str) -> str:
    """In a run the worker that counts is the solver's."""
    return part.replace("worker", "solver") if isinstance(phase, Solving) else part


def _await_run(stand: Stand, phase: Solving) -> None:
    with stand.data():
        until(
            lambda: Run.objects.filter(
                rota=phase.rota, state="running", problem__isnull=False
            ).exists(),
            60,
            "the run's start",
        )


def _resumed(stand: Stand, phase: Solving, moment: float) -> float | None:
    """Seconds from the blow until the second attempt, as its event says; None when the first one
    came to the end."""
    with stand.data():
        until(
            lambda: phase.run().attempt >= 2 or phase.run().state == "finished",
            BACK,
            "another attempt",
        )
        begun = list(
            Event.objects.filter(kind="run_started", payload__run=phase.run().pk)
            .order_by("pk")
            .values_list("at", flat=True)
        )
    ago = (now() - begun[1]).total_seconds() if len(begun) > 1 else None
    return None if ago is None else time.monotonic() - moment - ago


def _well(stand: Stand) -> list[str]:
    try:
        until(stand.is_well, BACK, "all well", every=0.2)
        return []
    except Silent as silent:
        return [f"{silent}: {stand.facts()}"]


def _look(stand: Stand, phase: Phase, watchers: list[Watcher], first: int) -> list[str]:
    """Once everything has come to rest: the database, what people were told, and what the open
    pages show."""
    found: list[str] = []
    with stand.data():
        for question, seconds, what in _rest(phase):
            try:
                until(question, seconds, what, every=0.2)
            except Silent as silent:
                found.append(str(silent))
        found += findings(ALWAYS) + findings(IN_THE_END) + phase.findings()
        with connection.cursor() as cursor:
            cursor.execute(NEWEST, [first])
            told = dict(cursor.fetchall())
        for watcher in watchers:
            found += _page(watcher, told)
        phase.clear()
    return found


def _rest(phase: Phase) -> list[tuple[Callable[[], bool], float, str]]:
    rest: list[tuple[Callable[[], bool], float, str]] = [(database_answers, BACK, "the database")]
    if isinstance(phase, Solving):
        rest.append((lambda: phase.run().state not in Run.LIVE, phase.ENDS, "the run's end"))
    if isinstance(phase, Publishing):
        rest.append((phase.is_over, BACK, "the publication's end"))
    if isinstance(phase, Telling):
        rest.append((phase.is_over, phase.ENDS, "everybody told"))
    rest += [
        (nothing_waits, 10, "all events numbered"),
        (lambda: dispatched() == newest(), 20, "all tasks handed on"),
    ]  # of the run's end, too
    return [*rest, (lambda: not findings(IN_THE_END), SETTLED, "all tasks done")]


def _page(watcher: Watcher, told: dict[str, int]) -> list[str]:
    try:
        until(lambda: not watcher.knows(told) and not watcher.stale, 20, "an open page")
    except Silent:
        return [
            f"an open page never heard the newest of {', '.join(watcher.knows(told)) or 'nothing'}"
        ]
    watcher.closing.set()
    watcher.join(5)
    return [
        f"an open page shows something else than a fresh one: {page}"
        for page in watcher.differences()
    ]
