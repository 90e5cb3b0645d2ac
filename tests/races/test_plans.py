"""What coordinators do to a rota at one moment with something else: two runs, a what-if, somebody
brought over, a series changed; and a file of people that two decide about."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from backend.exchange.models import Export
from backend.exchange.operations import ask_export, decide_export, take_export
from backend.planning.models import Proposal, Run
from backend.planning.operations import (
    change_series,
    finish_run,
    lease_run,
    request_run,
    request_what_if,
    stop_run,
)
from backend.planning.what_if import WhatIf, problem_of_run
from backend.rota.models import Assignment, Session
from backend.rota.operations import bring_over, claim_shift
from backend.rota.snapshot import whole
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_organisation,
    make_volunteer,
)
from tests.planning.scene import Scene, make_scene
from tests.planning.test_series import FIRST, HOUR, series_of
from tests.races.test_claims import counters_are_true, refusals, shift_of
from tests.races.together import together
from tests.rota.test_sessions import values

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def asks(scene: Scene) -> list[Any]:
    """A run and a what-if of the rota, each by two coordinators."""
    about: dict[str, Any] = {"rota_id": scene.rota.pk, "seconds_limit": 5, "now": NOW}
    run = partial(request_run, actor=scene.actor, **about)
    what_if = partial(request_what_if, asked=WhatIf(week=1), actor=scene.actor, **about)
    return [run, what_if, run, what_if]


def test_a_run_and_a_what_if_that_are_asked_for_at_once_are_one_of_each() -> None:
    for _ in range(ROUNDS):
        scene = make_scene()
        assert refusals(together(asks(scene))) == ["run_is_live"] * 2
        assert sorted(run.what_if is None for run in scene.rota.runs.all()) == [False, True]


def test_a_run_that_is_dropped_while_a_worker_takes_it_is_worked_on_by_nobody_for_long() -> None:
    """It has ended before, or the worker finds the word to stop."""
    for _ in range(ROUNDS):
        scene = make_scene()
        run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
        taken, stopped = together(
            [
                partial(lease_run, run_id=run.pk, now=NOW),
                partial(stop_run, run_id=run.pk, keep=False, actor=scene.actor, now=NOW),
            ]
        )
        assert not isinstance(stopped, Exception)
        run.refresh_from_db()
        assert (run.state, run.stop) == (("running", "drop") if taken else ("cancelled", ""))


def brings(part: Assignment, scene: Scene) -> Any:
    shift = scene.evening.shifts.get()
    return partial(
        bring_over, part=part, shift_id=shift.pk, because="人不够", actor=scene.actor, now=NOW
    )


def test_somebody_is_brought_over_while_a_run_ends() -> None:
    for _ in range(ROUNDS):
        scene = make_scene(state="published")
        part = make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
        run, attempt = scene.running()
        ends = partial(
            finish_run, run_id=run.pk, attempt=attempt, plan=scene.plan(), bound=0, now=NOW
        )
        assert refusals(together([ends, brings(part, scene)])) == []
        proposal = Proposal.objects.get(run=run)
        hers = Assignment.objects.get(volunteer=scene.alice, state="active")
        assert hers.session == scene.evening
        hers_in_it = proposal.lines.filter(volunteer_id=scene.alice.pk)
        said = dict(hers_in_it.values_list("session_id", "change"))
        assert said in (
            {scene.morning.pk: "kept"},  # it ended before
            {scene.morning.pk: "new", scene.evening.pk: "kept"},
        )
    assert counters_are_true()


def test_a_run_reads_one_moment_whatever_happens_while_it_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody is brought over between two of its reads: she is where she was, and there alone.
    Reading one after the other, as a control, sees her nowhere, or in two places."""
    scene = make_scene(state="published")
    part = make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    run, _ = scene.running()
    run = Run.objects.select_related("rota").get(pk=run.pk)
    before = problem_of_run(run, NOW)
    read = whole._promised
    acts = [brings(part, scene)]

    def promised(rota: object) -> object:
        while acts:
            together([acts.pop()])
        return read(rota)  # type: ignore[arg-type]

    monkeypatch.setattr(whole, "_promised", promised)
    assert problem_of_run(run, NOW) == before
    after = problem_of_run(run, NOW)
    assert after.pins != before.pins and len(after.pins) == len(before.pins) == 1


def test_a_series_is_changed_while_volunteers_claim() -> None:
    """Who came before is asked again, who comes after took what it is now: nobody is moved along,
    and nobody has a place at a time that she did not say yes to."""
    for _ in range(ROUNDS):
        series = series_of(3)
        people = [make_volunteer(organisation=series[0].rota.organisation) for _ in range(6)]
        claims = [
            partial(
                claim_shift,
                volunteer_id=her.pk,
                shift_id=shift_of(session).pk,
                actor=None,
                now=NOW,
            )
            for her, session in zip(people, series * 2, strict=True)
        ]
        change = partial(
            change_series,
            session_id=series[0].pk,
            others=[row.pk for row in series[1:]],
            version=series[0].version,
            values=values(series[0], starts_at=FIRST + HOUR, ends_at=FIRST + 2 * HOUR),
            actor=None,
            now=NOW,
        )
        refusals(together([change, *claims]))
        starts = {
            row.pk: int(row.starts_at.timestamp() // 60)
            for row in Session.objects.filter(series=series[0].series)
            if row.starts_at
        }
        for place in Assignment.objects.filter(session__in=starts, state="active"):
            assert place.start_minute == starts[place.session_id]
        assert Session.objects.get(pk=series[0].pk).starts_at == FIRST + HOUR
    assert counters_are_true()


def test_a_file_is_agreed_to_or_refused_and_taken_once_it_is() -> None:
    for _ in range(ROUNDS):
        organisation = make_organisation()
        first, *others = [make_coordinator(organisation=organisation) for _ in range(3)]
        row = ask_export(
            table="volunteers", organisation=organisation, purpose="慰问", actor=first, now=NOW
        )
        decisions = [
            partial(decide_export, export_id=row.pk, approved=yes, actor=actor, now=NOW)
            for yes, actor in zip((True, False), others, strict=True)
        ]
        takes = partial(take_export, export_id=row.pk, rows=1, actor=first, now=NOW)
        results = together([*decisions, takes])
        refused = refusals(results)
        row = Export.objects.get(pk=row.pk)
        assert refused.count("answered_meanwhile") == 1
        assert (row.taken_at is not None) == (not isinstance(results[2], Exception))
        assert row.approved or row.taken_at is None
