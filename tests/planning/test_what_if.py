"""What if: a run on a changed copy, beside the rota, compared and never published."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from backend.notifications.facts import run_over
from backend.planning.lines import present, problem_now
from backend.planning.models import Proposal, ProposalLine, Run
from backend.planning.operations import (
    NothingAsked,
    ProposalOver,
    RunIsLive,
    discard_proposal,
    finish_run,
    keep_problem,
    lease_run,
    request_publication,
    request_run,
    request_what_if,
)
from backend.planning.packing import pack_problem, unpack_problem
from backend.planning.queries import comparing, runs
from backend.planning.queries.imagining import sessions_at, with_more
from backend.planning.what_if import WhatIf, imagined, problem_of_run, what_if_of
from backend.rota.models import Assignment, Offer, Session
from backend.rota.snapshot.ids import shift_id, volunteer_id
from matching import Plan, Problem, check, may_take
from tests.factories import NOW, make_assignment, make_credential_kind, make_volunteer
from tests.planning.scene import Scene, make_scene

pytestmark = pytest.mark.django_db
A_WEEK = WhatIf(week=1)


@pytest.fixture
def scene() -> Scene:
    return make_scene(state="published")


def problem(scene: Scene) -> Problem:
    return problem_now(scene.rota, present(scene.rota.pk), NOW)


def ask(scene: Scene, asked: WhatIf) -> Run:
    return request_what_if(
        rota_id=scene.rota.pk, asked=asked, seconds_limit=5, actor=scene.actor, now=NOW
    )


def finished(scene: Scene, asked: WhatIf, plan: Plan) -> Proposal:
    run = ask(scene, asked)
    attempt = lease_run(run_id=run.pk, now=NOW)
    assert attempt is not None
    stored = pack_problem(problem_of_run(run, NOW))
    keep_problem(run_id=run.pk, attempt=attempt, problem=stored, now=NOW)
    return finish_run(run_id=run.pk, attempt=attempt, plan=plan, bound=0, now=NOW)


def test_it_is_stored_and_read_back() -> None:
    asked = WhatIf(
        more=2, role="主讲", county="鼓楼区", home=(26.1, 119.3), required=("a",), sessions=(4, 5)
    )
    assert WhatIf.from_json(asked.as_json()) == asked


def test_more_volunteers_can_take_what_nobody_could(scene: Scene) -> None:
    shift = scene.morning.shifts.get()
    shift.role.requires.add(make_credential_kind(code="speaker"))
    more = with_more(WhatIf(more=2), scene.rota, shift.role, "350102", "鼓楼区")
    assert (more.required, more.county) == (("speaker",), "鼓楼区")
    changed = imagined(problem(scene), more)
    assert len(changed.volunteers) == len(problem(scene).volunteers) + 2
    for name in ("v-1", "v-2"):
        assert not may_take(changed, Plan(), name, shift_id(shift.pk))
    assert may_take(changed, Plan(), volunteer_id(scene.alice.pk), shift_id(shift.pk))


def test_a_changed_problem_is_read_back_as_it_was_packed(scene: Scene) -> None:
    role = scene.morning.shifts.get().role
    more = with_more(WhatIf(more=1, week=1), scene.rota, role, "350102", "鼓楼区")
    changed = imagined(problem(scene), more)
    assert unpack_problem(pack_problem(changed)) == changed


def test_limits_are_lifted_for_whoever_has_one(scene: Scene) -> None:
    hers = make_volunteer(organisation=scene.rota.organisation, max_per_week=1, max_travel=30)
    changed = imagined(problem(scene), WhatIf(week=2, minutes=15)).volunteer_of
    one = changed[volunteer_id(hers.pk)]
    assert (one.max_per_week, one.max_travel) == (3, 45)


def test_nothing_takes_place_where_it_is_closed(scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    closed = sessions_at(scene.rota, scene.morning.venue, NOW)
    assert closed == (scene.morning.pk,)
    changed = imagined(problem(scene), WhatIf(venue="社区活动室", sessions=closed))
    assert [s.id for s in changed.sessions] == [f"s{scene.evening.pk}"]
    assert not changed.pins
    assert check(changed, Plan()).sound


def test_a_run_of_it_stands_beside_the_real_one(scene: Scene) -> None:
    real = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    imagined_run = ask(scene, A_WEEK)
    assert what_if_of(imagined_run) == A_WEEK and what_if_of(real) is None
    assert runs.latest_run(scene.rota) == real
    with pytest.raises(RunIsLive):
        ask(scene, A_WEEK)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(
            rota=scene.rota,
            requested_by=scene.actor,
            seconds_limit=5,
            requested_at=NOW,
            what_if=A_WEEK.as_json(),
        )


def test_in_which_nothing_is_different_is_refused(scene: Scene) -> None:
    with pytest.raises(NothingAsked):
        ask(scene, WhatIf())
    assert not Run.objects.exists()


def test_what_comes_of_it_replaces_nothing_and_cannot_be_published(scene: Scene) -> None:
    real = scene.proposal()
    found = finished(scene, A_WEEK, scene.plan())
    real.refresh_from_db()
    assert (real.state, found.state) == ("open", "what_if")
    assert runs.open_proposal(scene.rota) == real
    for refused in (request_publication, discard_proposal):
        with pytest.raises(ProposalOver):
            refused(proposal_id=found.pk, actor=scene.actor, now=NOW)
    assert not Offer.objects.exists() and not Assignment.objects.exists()
    later = scene.proposal()
    found.refresh_from_db()
    assert (later.state, found.state) == ("open", "what_if")


def test_who_is_made_up_is_in_no_row_but_its_own(scene: Scene) -> None:
    role = scene.morning.shifts.get().role
    more = with_more(WhatIf(more=1), scene.rota, role, "350102", "鼓楼区")
    (first,) = scene.morning.shifts.all()
    found = finished(scene, more, Plan((("v-1", f"h{first.pk}"),), ()))
    assert list(ProposalLine.objects.values_list("volunteer_id", "change")) == [(-1, "new")]
    lines = comparing.lines_of_proposal(found)
    now = comparing.lines_now(scene.rota)
    compared = comparing.compare(now, lines, Session.objects.filter(rota=scene.rota))
    ((her,), pages) = comparing.by_person(compared, 1)
    assert (her.number, her.name, her.gained) == (1, "", [(scene.morning, role.name)])
    assert compared.b.minutes is not None and pages == 1


def test_of_a_closed_venue_nobody_is_missing_and_nobody_is_kept(scene: Scene) -> None:
    make_assignment(volunteer=scene.alice, shift=scene.morning.shifts.get())
    closed = sessions_at(scene.rota, scene.morning.venue, NOW)
    (evening,) = scene.evening.shifts.all()
    plan = Plan(((f"v{scene.bob.pk}", f"h{evening.pk}"),), ())
    found = finished(scene, WhatIf(venue="社区活动室", sessions=closed), plan)
    compared = comparing.compare(
        comparing.lines_now(scene.rota),
        comparing.lines_of_proposal(found),
        Session.objects.filter(rota=scene.rota),
    )
    assert compared.posts == (
        {(scene.alice.pk, scene.morning.shifts.get().pk)},
        {(scene.bob.pk, evening.pk)},
    )
    assert (compared.a.missing, compared.b.missing) == (1, 0)


def test_one_that_came_to_nothing_is_no_message(scene: Scene) -> None:
    real = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    made_up = ask(scene, A_WEEK)
    Run.objects.update(state="failed", trouble="memory", ended_at=NOW)
    assert list(run_over([real.pk, made_up.pk], NOW)) == [real.pk]
