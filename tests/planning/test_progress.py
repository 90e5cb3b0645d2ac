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

    seconds: float
    cost: int | None
    bound: int | None = None
    assignments: int = 3
    families_served: int = 2
    holes: int = 1


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


def test_a_run_that_has_said_nothing_yet_shows_zeros() -> None:
    shown = strings({}, 60)
    assert (shown["stage"], shown["percent"], shown["placed"], shown["left"], shown["trend"]) == (
        "read",
        0,
        "0",
        "60",
        "",
    )


def test_the_course_of_a_resumed_run_goes_on_counting() -> None:
    course = Course(60, 9, before=10.0, trend=[[3.0, 900.0]])
    course.add(Report(2.0, 800, 700))
    shown = course.strings()
    assert (shown["seconds"], shown["left"], shown["placed"], shown["places"], shown["stage"]) == (
        "12",
        "48",
        "3",
        "4",
        "improve",
    )
    assert course.numbers()["trend"] == [[3.0, 900.0], [12.0, 800]]


def test_a_long_course_keeps_its_first_and_last_point() -> None:
    course = Course(60, 9)
    for n in range(300):
        course.add(Report(n / 10, 1000 - n))
    assert (
        len(course.trend) <= POINTS
        and course.trend[0] == [0.0, 1000]
        and course.trend[-1] == [29.9, 701]
    )


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
