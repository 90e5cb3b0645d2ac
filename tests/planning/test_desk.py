"""What a page says about a session is what the engine says about the whole rota, on the plan that
the page shows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db.models import OuterRef, Q

from backend.planning.queries.candidates import candidates, telling
from backend.planning.queries.desk import desk_for
from backend.planning.queries.runs import open_proposal
from backend.rota.models import Shift
from backend.rota.snapshot import many, people
from backend.rota.snapshot.horizon import horizon_of
from backend.rota.snapshot.rows import JsonRows
from backend.volunteers.models import VettingCheck, Volunteer
from matching.ask.candidates import Desk
from tests.factories import NOW, qualify
from tests.planning.random_rota import STAGES, plan_shown, rota_in
from tests.thorough import thorough


def shifts_of(rota: int) -> list[Shift]:
    rows = Shift.objects.filter(session__rota=rota).select_related(
        "role", "session__rota__organisation", "session__programme"
    )
    return list(rows.order_by("pk"))


@pytest.mark.django_db
@pytest.mark.parametrize("stage", STAGES)
def test_the_desk_round_one_session_answers_as_the_desk_of_the_whole_rota(stage: str) -> None:
    asked = 0
    for seed in range(thorough(2)):
        made, proposal = rota_in(stage, seed)
        problem = made.problem()
        desk = Desk(problem, plan_shown(made, proposal, problem))
        for shift in shifts_of(made.rota.pk):
            small = desk_for(shift.session, open_proposal(made.rota), NOW).desk
            name = f"h{shift.pk}"
            assert small.candidates(name) == desk.candidates(name)
            found = candidates(shift, open_proposal(made.rota), NOW)
            whole = [(step.rule, step.left) for step in desk.funnel(name)]
            assert found.funnel == telling(whole)
            asked += len(found.able)
    assert asked > 5


def normal(facts: dict[str, Any]) -> dict[str, Any]:
    """Lists in any order, moments by what they mean."""
    found = dict(facts)
    found["weekly"] = sorted(map(tuple, facts["weekly"]))
    moments = ("starts_at", "ends_at")
    found["asked"] = [
        row | {name: row[name] and datetime.fromisoformat(row[name]) for name in moments}
        for row in facts["asked"]
    ]
    for name in many.NOTHING:
        found[name] = sorted(found[name], key=_in_any_order)
    return found


def _in_any_order(row: Any) -> str:
    """The same text in whatever order a row's fields come."""
    return repr(sorted(row.items())) if isinstance(row, dict) else repr(row)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", STAGES)
def test_the_facts_of_many_are_the_facts_of_each(stage: str) -> None:
    made, _ = rota_in(stage, 0)
    horizon = horizon_of(made.rota)
    for n, her in enumerate(made.people[:3]):
        qualify(volunteer=her, code="child_clearance", until=date(2027, 1, 1 + n))
        qualify(volunteer=her, code="child_clearance", until=date(2026, 12, 1 + n))
    question = many.FactsWanted(
        horizon,
        frozenset(range(horizon.days)),
        frozenset({"lead", "first_aid"}),
        frozenset({made.programme.pk}),
    )
    ids = [her.pk for her in made.people]
    each = people.facts_of(
        Volunteer.objects.filter(pk__in=ids).order_by("pk"), horizon.starts_on, horizon.ends_on
    )
    served = people.served(Q(volunteer=OuterRef("pk")), horizon.starts_on)
    assert VettingCheck.objects.count() == 6
    assert list(map(normal, many.facts_of(ids, question))) == list(
        map(normal, each.annotate(served=JsonRows(served)))
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_publishing_a_fresh_run_refuses_nothing(seed: int) -> None:
    made, _ = rota_in("answered", seed)
    made.publish(made.plan())
    made.answer()
    made.families_book()
    made.publish(made.plan())
