"""The published JSON Schema against the reader: what is read is valid, and a value of the wrong
kind is refused by both. The validator is one that nobody here has written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from matching import PlanError, ProblemError, problem_from_json
from matching.command.cli import main
from matching.command.generate import month
from matching.command.tiny import tiny
from matching.formats.schema import SCHEMAS, schema
from matching.formats.second import SECOND
from tests.matching.plans import random_plan
from tests.matching.wild import SORTS, wild

WRONG: list[object] = [{"no": "such"}, [], 1.5, -(10**18), "", "x", True, None]


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name))


def reads(data: object) -> bool:
    try:
        problem_from_json(data)
    except (ProblemError, PlanError):
        return False
    return True


def leaves(data: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value that holds no further ones."""
    inner: Any = ()
    if isinstance(data, dict):
        inner = data.items()
    elif isinstance(data, list):
        inner = enumerate(data)
    for key, value in inner:
        yield from leaves(value, (*way, key))
    if not inner:
        yield way


@contextmanager
def holding(data: Any, way: tuple[Any, ...], value: object) -> Iterator[None]:
    """Inside, another value stands there."""
    at = data
    for step in way[:-1]:
        at = at[step]
    before = at[way[-1]]
    at[way[-1]] = value
    yield
    at[way[-1]] = before


PROBLEMS = [
    tiny(1),
    month(3, volunteers=8, sessions=9, requests=5, towns=2),
    *(wild(seed, sorts=[sort]) for seed, sort in enumerate(sorted(SORTS))),
]


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert main(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out) == schema(name)


@pytest.mark.parametrize("problem", PROBLEMS, ids=range(len(PROBLEMS)))
def test_what_is_read_is_valid(problem: Any) -> None:
    assert reads(problem)
    assert [str(error) for error in validator(problem["format"]).iter_errors(problem)] == []


@pytest.mark.parametrize("problem", PROBLEMS, ids=range(len(PROBLEMS)))
def test_whatever_the_schema_refuses_is_not_read_either(problem: Any) -> None:
    judge = validator(problem["format"])
    chance = Random(len(problem["sessions"]))
    refused = 0
    for way in chance.sample(sorted(leaves(problem), key=str), 20):
        for wrong in WRONG:
            with holding(problem, way, wrong):
                if not judge.is_valid(problem):
                    refused += 1
                    assert not reads(problem), (way, wrong)
    assert refused > 20, "an object in place of a number or a word, at least"


@pytest.mark.parametrize("problem", PROBLEMS[2:], ids=sorted(SORTS))
def test_version_2_refuses_a_field_that_nobody_knows(problem: Any) -> None:
    judge = validator("matching-problem/2")
    for at in (problem, problem["weights"], problem["volunteers"][0], problem["sessions"][0]):
        at["slip_of_the_pen"] = 1
        assert not judge.is_valid(problem)
        assert not reads(problem)
        del at["slip_of_the_pen"]
    assert judge.is_valid(problem)


def test_every_field_of_version_2_is_in_its_schema() -> None:
    said = json.dumps(schema("matching-problem/2"))
    missing = [name for fields in SECOND.values() for name in fields if f'"{name}":' not in said]
    assert missing == []


def test_a_plan_is_valid_and_may_carry_its_cost() -> None:
    plan = random_plan(dict(tiny(4)), 1)
    judge = validator("matching-plan/1")
    assert judge.is_valid({**plan, "cost": 12, "bound": 11})
    assert judge.is_valid(plan)
    assert not judge.is_valid({**plan, "seats": [{"request": "a"}]})
    assert not judge.is_valid({"assignments": []})
