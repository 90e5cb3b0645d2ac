"""A flag that says nothing sensible is one line and exit code 2; nothing is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matching.check import check
from matching.command.cli import main
from matching.command.generate import month
from matching.formats.files import read_plan, read_problem, write_json, write_plan
from matching.plan import Plan
from matching.progress import gap_in_words


@pytest.fixture(scope="module", name="folder")
def folder_with_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flags")
    data = month(3, volunteers=30, sessions=12, requests=10, towns=1)
    data["sessions"][0] |= {"start": 600, "end": 660, "seats": None}
    write_json(folder / "p.json", data)
    write_plan(folder / "plan.json", Plan())
    write_plan(folder / "odd.json", Plan((("nobody", "s00000.0"),)))
    return folder


REPAIR = ["repair", "p.json", "plan.json", "--out", "new.json"]
SOLVE = ["solve", "p.json", "--out", "new.json"]
WRONG = [
    ([*SOLVE, "--workers", "-3"], "must be a whole number, 1 to 256, not '-3'"),
    ([*SOLVE, "--workers", "0"], "must be a whole number, 1 to 256"),
    ([*SOLVE, "--workers", "two"], "must be a whole number, 1 to 256, not 'two'"),
    ([*SOLVE, "--workers", "257"], "must be a whole number, 1 to 256, not '257'"),
    (["bench", "--workers", str(10**20)], "must be a whole number, 1 to 256"),
    ([*SOLVE, "--seed", "-1"], "must be a whole number, 0 or more"),
    ([*SOLVE, "--gap", "x"], "must be a share, 0 or more: 0.0005 is 0.05 %, not 'x'"),
    ([*SOLVE, "--gap", "-0.1"], "must be a share"),
    ([*SOLVE, "--gap", "nan"], "must be a share"),
    ([*SOLVE, "--seconds", "soon"], "must be a number of seconds, 0 or more, not 'soon'"),
    ([*SOLVE, "--seconds", "inf"], "must be a number of seconds"),
    ([*SOLVE, "--start", "odd.json"], "volunteer 'nobody': is not in the problem"),
    ([*SOLVE, "--progress", "loud"], "invalid choice"),
    (["bench", "--workers", "0"], "must be a whole number, 1 to 256"),
    (["bench", "--flat-seconds", "-2"], "must be a number of seconds"),
    (["candidates", "p.json", "plan.json", "--shift", "s00000.0", "--limit", "-1"], "1 or more"),
    (["candidates", "p.json", "odd.json", "--shift", "s00000.0"], "volunteer 'nobody'"),
    (["candidates", "p.json", "plan.json", "--shift", "no"], "shift 'no': is not in the problem"),
    (["explain", "p.json", "odd.json", "--shift", "s00000.0"], "volunteer 'nobody'"),
    (["explain", "p.json", "plan.json", "--volunteer", "v00001"], "goes with --shift"),
    (["compare", "p.json", "odd.json", "plan.json"], "volunteer 'nobody'"),
    (["compare", "p.json", "plan.json", "odd.json"], "volunteer 'nobody'"),
    (["draw", "p.json", "odd.json", "--out", "new.json"], "volunteer 'nobody'"),
    ([*REPAIR, "--move", "s00000:900-800"], "START must be before END"),
    ([*REPAIR, "--move", "s00000:900-900"], "START must be before END"),
    ([*REPAIR, "--move", "s00000:40000-40400"], "must start before it ends, from minute 0 to"),
    ([*REPAIR, "--move", "s00000:600"], "give both START and END"),
    ([*REPAIR, "--move", "s00000:600-660@95,119"], "must be a point"),
    ([*REPAIR, "--move", "s00000:600-660@there"], "must be latitude,longitude"),
    ([*REPAIR, "--move", "nowhere:600-660"], "session 'nowhere'"),
    ([*REPAIR, "--close", "1,1"], "1,1: no session takes place there"),
    ([*REPAIR, "--close", "-26.05,119.3"], "-26.05,119.3: no session takes place there"),
    ([*REPAIR, "--close", "here"], "must be latitude,longitude"),
    ([*REPAIR, "--lapse", "v00001:nonsense"], "nobody holds 'nonsense' and no shift requires it"),
    ([*REPAIR, "--lapse", "v00001"], "must be two words"),
    ([*REPAIR, "--lapse", "v00001:cleared@late"], "'late' is not a minute"),
    ([*REPAIR, "--cancel", "s00000", "--move", "s00000:600-660"], "'s00000' is gone by then"),
    ([*REPAIR, "--withdraw", "v00001@x"], "'x' is not a minute"),
    (REPAIR, "nothing happened"),
    (["repair", "p.json", "plan.json", "--cancel", "s00000"], "required: --out"),
    (["mend", "p.json"], "invalid choice: 'mend'"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_what_a_flag_may_not_say_is_one_line(
    words: list[str],
    said: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    try:
        code = main(words)
    except SystemExit as ended:  # how argparse ends
        code = int(ended.code or 0)
    complaint = capsys.readouterr().err
    assert (code, complaint.count("\n")) == (2, 1), complaint
    assert said in complaint
    assert not (folder / "new.json").exists()


def test_a_plan_that_breaks_a_rule_elsewhere_is_mended_there_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = str(folder / "p.json")
    problem = read_problem(given)
    first, *_ = (s for s in problem.sessions if s.start is not None)
    shift = first.shifts[0].id
    write_plan("unsound.json", Plan(tuple((v.id, shift) for v in problem.volunteers)))
    other = next(s.id for s in problem.sessions if s is not first)
    words = ["repair", given, "unsound.json", "--cancel", other, "--problem-out", "after.json"]
    assert main([*words, "--out", "new.json"]) == 0
    assert check(read_problem("after.json"), read_plan("new.json")).sound


def test_a_plan_that_nothing_can_mend_is_one_line_that_names_the_rules(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    data = json.loads((folder / "p.json").read_text())
    nobody = data["volunteers"][0] | {"available": [], "id": "never"}
    pin = {"volunteer": "never", "shift": "s00000.0"}
    write_json("p.json", data | {"volunteers": [*data["volunteers"], nobody], "pins": [pin]})
    write_plan("plan.json", Plan())
    words = ["repair", "p.json", "plan.json", "--cancel", "s00001", "--out", "new.json"]
    assert main(words) == 2
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert "the plan breaks rules, and would after it: pin" in complaint
    assert not Path("new.json").exists()


def test_a_chain_of_repairs_keeps_what_was_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = str(folder / "p.json")
    assert main(["solve", given, "--out", "plan.json", "--seconds", "60"]) == 0
    said = []
    problem = given
    plan = "plan.json"
    for number in range(3):
        volunteer, shift = read_plan(plan).assignments[0]
        said.append((volunteer, shift))
        out = f"{number}.json"
        after = f"problem-{number}.json"
        withdraw = ["--withdraw", f"{volunteer}:{shift}"]
        assert main(["repair", problem, plan, *withdraw, "--out", out, "--problem-out", after]) == 0
        written = json.loads(Path(out).read_text())
        assert written["bound"] <= written["cost"]
        assert (written["status"] == "optimal") == (written["bound"] == written["cost"])
        assert not set(said) & set(read_plan(out).assignments)
        problem = after
        plan = out
    assert {(v, read_problem(given).shift_of[h][0].id) for v, h in said} <= set(
        read_problem(problem).bans
    )


def test_several_values_of_one_flag_all_count(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["repair", str(folder / "p.json"), str(folder / "plan.json"), "--out", "new.json"]
    twice = ["--cancel", "s00001", "--cancel", "s00002", "--problem-out", "after.json"]
    assert main([*words, *twice]) == 0
    assert not {"s00001", "s00002"} & set(read_problem("after.json").session_of)


def test_a_gap_beyond_the_whole_cost_is_said_in_words() -> None:
    assert gap_in_words(3.02, 4) == "not proven yet"
    assert gap_in_words(1.0, 4) == "100.0000 %"
    assert gap_in_words(0.000512, 4) == "0.0512 %"
