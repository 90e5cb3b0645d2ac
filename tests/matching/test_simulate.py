"""What plans come to when people answer: whoever plans for that loses less, and the figures are
those of sound plans."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matching.command.cli import main
from matching.command.generate import month
from matching.command.simulate import Answers, Game, Town, expected, today, towns
from matching.formats.files import write_json
from matching.formats.reading import problem_from_json
from matching.plan import Plan
from tests.matching.solved import pool

SMALL = (70, 16, 20)


def test_whoever_plans_for_answers_loses_less() -> None:
    """Over some small towns: fewer places stay empty, and not because many more are asked."""
    game = Game(pool(), seconds=20, rounds=2)
    played = [game.play(town) for town in towns(0.7, range(6), SMALL)]
    total = {
        name: [sum(getattr(one[name], what) for one in played) for what in ("regret", "offers")]
        for name in ("today", "expected")
    }
    assert all(one[name].regret >= 0 for one in played for name in one)
    assert total["expected"][0] < 0.6 * total["today"][0]
    assert total["expected"][1] < 1.3 * total["today"][1]


def town(seed: int = 1) -> Town:
    return next(towns(0.7, [seed], SMALL))


def test_equal_seeds_give_equal_answers() -> None:
    assert town() == town()
    assert town().willing != town(2).willing


def test_a_yes_is_kept_a_no_is_not_asked_again_and_silence_fades() -> None:
    one = town()
    shift_of = one.problem.shift_of
    people = [v.id for v in one.problem.volunteers]
    pairs = [(v, h) for v in people for h in shift_of]

    def first(wanted: bool, slow: bool) -> tuple[str, str]:
        for v, h in pairs:
            pair = (v, shift_of[h][0].id)
            if (pair in one.willing) == wanted and (pair in one.slow) == slow:
                return v, h
        raise AssertionError

    yes, no, silent = first(True, False), first(False, False), first(True, True)
    said = Answers()
    said.take(one, Plan((yes, no, silent)))
    assert said.yes == {(yes[0], shift_of[yes[1]][0].id): yes[1]}
    for policy in (today, expected):
        problem = policy(one, said)
        assert yes in problem.pins
        assert (no[0], shift_of[no[1]][0].id) in problem.bans
    likely = {v.id: v for v in expected(one, said).volunteers}
    assert (likely[yes[0]].asks_of or {})[yes[1]] == 1
    assert (likely[silent[0]].asks_of or {})[silent[1]] < likely[silent[0]].asks
    said.take(one, Plan((silent,)))
    assert (silent[0], shift_of[silent[1]][0].id) in said.yes


def test_who_knows_every_answer_asks_nobody_in_vain() -> None:
    one = town()
    problem = one.of(one.willing)
    allowed = {(v.id, s.id) for v in problem.volunteers for s in problem.sessions}
    assert allowed - set(problem.bans) == one.willing


def test_the_command_prints_both_policies_for_every_level(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_json(tmp_path / "town.json", month(3, 40, 6, 8, towns=2))
    asked = [str(tmp_path / "town.json"), "--seeds", "1", "--levels", "0.5", "0.7"]
    assert main(["simulate", *asked]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [re.split(r" *\| *", line)[1:3] for line in lines[-4:]] == [
        ["50 %", "today"],
        ["50 %", "expected"],
        ["70 %", "today"],
        ["70 %", "expected"],
    ]


@pytest.mark.parametrize("level", ["0", "1", "1.5", "x"])
def test_a_level_that_is_no_chance_is_refused(
    level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["simulate", "--levels", level])
    assert "must be above 0 and below 1" in capsys.readouterr().err


def test_a_file_is_played_as_it_is() -> None:
    problem = problem_from_json(month(4, 40, 6, 8, towns=2))
    assert Town.made(problem, 0.7, 1).problem is problem
