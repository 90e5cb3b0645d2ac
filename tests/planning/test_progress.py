"""What a page shows of a run: the same strings from the row and from a tick; and the problem of a
run as a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.planning.operations import request_run
from backend.planning.progress import POINTS, Course, curve, gap_in_words, strings
from matching.formats.files import read_problem
from tests.factories import NOW
from tests.planning.scene import make_scene


@dataclass(frozen=True)
class Report:
    """A search's report."""

    cost: int | None
    bound: int | None = None
    holes: int = 1


def figures(assignments: int = 3) -> dict[str, int]:
    return {"assignments": assignments, "volunteers": 2, "families_served": 2, "families": 9}


@pytest.mark.parametrize(
    ("cost", "bound", "words"),
    [
        (100_000, 99_970, "0.03%"),
        (100_000, 99_969, "0.04%"),
        (5, 5, "0.00%"),
        (None, 3, "–"),
        (3, None, "–"),
        (0, 0, "–"),
        (-100, -101, "1.00%"),
    ],
)
def test_the_gap_is_never_said_smaller_than_it_is(
    cost: int | None, bound: int | None, words: str
) -> None:
    assert gap_in_words(cost, bound) == words


def test_a_run_that_has_no_plan_yet_shows_no_number() -> None:
    shown = strings({}, 60)
    assert (shown["stage"], shown["percent"], shown["placed"], shown["left"], shown["trend"]) == (
        "read",
        0,
        "–",
        "60",
        "",
    )


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_run_that_reads_its_data_says_so_and_counts_the_time() -> None:
    clock = Clock()
    course = Course(60, clock=clock)
    clock.now += 3.4
    shown = course.strings()
    assert (shown["stage"], shown["seconds"], shown["left"], shown["percent"]) == (
        "read",
        "3",
        "57",
        6,
    )


def test_a_resumed_run_goes_on_from_what_the_row_says() -> None:
    """Time, stage, plan and proof: nothing falls back, whatever the new attempt reports first."""
    clock = Clock()
    first = Course(60, families=9, clock=clock)
    clock.now += 10
    first.add(Report(900, 890), figures(4))
    again = Course.resumed(60, first.numbers(), first.bound, clock)

    before = {**first.strings(), "trend": ""}
    assert {**again.strings(), "trend": ""} == before
    again.enter("start")
    again.add(Report(None), figures())
    again.add(Report(5000, -40_000), figures(1))
    assert {**again.strings(), "trend": ""} == before
    assert again.bound == 890

    again.add(Report(895, 700), figures(5))
    assert again.bound == 890
    assert (again.strings()["placed"], again.strings()["gap"]) == ("5", "0.56%")
    assert again.trend == [[10.0, 900], [10.0, 895]]


def test_a_gap_is_shown_from_the_moment_on_in_which_it_says_something() -> None:
    proofs = [strings({"cost": 1000, "bound": b}, 60)["proof"] for b in (None, -9000, 799, 800)]
    assert proofs == ["open", "open", "open", "known"]


def test_the_last_step_leaves_no_time_to_wait_for() -> None:
    course = Course(60)
    course.enter("check")
    course.enter("improve")
    shown = course.strings()
    assert (shown["stage"], shown["percent"], shown["left"]) == ("check", 100, "0")


def test_a_long_course_keeps_its_first_and_last_point() -> None:
    clock = Clock()
    course = Course(60, families=9, clock=clock)
    for n in range(300):
        course.add(Report(1000 - n), figures())
        clock.now += 0.1
    assert len(course.trend) <= POINTS
    assert (course.trend[0], course.trend[-1]) == ([0.0, 1000], [29.9, 701])


def test_the_curve_rises_to_the_right_within_its_box() -> None:
    assert curve([[0, 100], [30, 50], [60, 0]], 60) == "0.0,38.0 50.0,20.0 100.0,2.0"


@pytest.mark.django_db
def test_the_problem_of_a_run_is_a_file_that_the_engine_reads(tmp_path: Path) -> None:
    scene = make_scene()
    run, _ = scene.running()
    for name in ("problem.json", "problem.json.gz"):
        call_command("export_run", run.pk, out=tmp_path / name)
    assert read_problem(tmp_path / "problem.json") == read_problem(tmp_path / "problem.json.gz")
    assert (
        json.loads((tmp_path / "problem.json").read_text("utf-8"))["format"] == "matching-problem/1"
    )


@pytest.mark.django_db
def test_a_run_without_a_problem_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no run"):
        call_command("export_run", 404)
    scene = make_scene()
    run = request_run(rota_id=scene.rota.pk, seconds_limit=5, actor=scene.actor, now=NOW)
    with pytest.raises(CommandError, match="not read its problem yet"):
        call_command("export_run", run.pk)
