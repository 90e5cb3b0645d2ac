"""A month of a helpline: none of its ten house rules is broken, and no plan fills more."""

from __future__ import annotations

from dataclasses import replace

from matching import problem_from_json
from tests.matching.helpline import helpers, problem_of, rules_broken, value
from tests.matching.solved import best


def test_a_month_keeps_all_ten_house_rules_and_is_proven_best() -> None:
    people = helpers()
    result = best(problem_from_json(problem_of(people)))
    plan = dict(result.plan.to_json())
    assert rules_broken(people, plan) == []
    assert (result.status, -result.cost) == ("optimal", value(plan))


def test_wishes_that_nobody_of_the_sheet_has_are_kept_too() -> None:
    """Who wants to be alone, who cannot be, and who will not be with whom."""
    people = helpers()
    people[1] = replace(people[1], alone=True)
    people[2] = replace(people[2], never_alone=True)
    people[8] = replace(people[8], not_with=("Jakob",))
    result = best(problem_from_json(problem_of(people)))
    assert rules_broken(people, dict(result.plan.to_json())) == []
    assert result.status == "optimal"
