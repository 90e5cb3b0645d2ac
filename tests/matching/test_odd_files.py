"""A file that nobody means is one clear line on stderr, exit code 2, and nothing is written."""

from __future__ import annotations

import gzip
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from matching.command.cli import main
from matching.command.tiny import tiny
from matching.formats import files
from matching.formats.files import write_json

GOOD = tiny(58, volunteers=3, sessions=3, requests=2)
WORDS = json.dumps(GOOD)
VOLUNTEER, SESSION = GOOD["volunteers"][0]["id"], GOOD["sessions"][0]["id"]
SHIFT = GOOD["sessions"][0]["shifts"][0]["id"]
PLAN = {"assignments": [{"volunteer": VOLUNTEER, "shift": SHIFT}], "seats": []}


def with_(*path: Any) -> bytes:
    """The good problem with another value at the end of a path."""
    *way, field, value = path
    changed = json.loads(WORDS)
    row = changed
    for step in way:
        row = row[step]
    row[field] = value
    return json.dumps(changed).encode()


def raw(**values: str) -> bytes:
    """The good problem with top fields written just so."""
    return (WORDS[:-1] + "".join(f', "{k}": {v}' for k, v in values.items()) + "}").encode()


ODD = [
    (b"", "is not readable as JSON"),
    (b"\x00\xff\xfe\x80", "is not readable as JSON"),
    (b"\xef\xbb\xbf{", "is not readable as JSON"),
    (b"[" * 100_000, "is not readable as JSON"),
    (b'{"a":' * 100_000, "is not readable as JSON"),
    (b"9" * 5000, "is not readable as JSON"),
    (b"[]", "problem: must be an object"),
    (b'"x"', "problem: must be an object"),
    (b"null", "problem: must be an object"),
    (raw(horizon="1"), "'horizon' stands twice in one object"),
    (WORDS.replace('"kmh"', '"detour"', 1).encode(), "'detour' stands twice in one object"),
    (with_("travel", "kmh", float("nan")), "NaN is no number"),
    (with_("travel", "kmh", float("inf")), "Infinity is no number"),
    (WORDS.replace('"horizon": ', '"horizon": 1e400, "x": ', 1).encode(), "horizon: must be"),
    (with_("sessions", 0, "start", 2**70), f"sessions[0] ({SESSION}).start: must be"),
    (with_("horizon", 10**30), "horizon: must be a whole number from 0 to"),
    (with_("weights", "short", 10**30), "weights.short: must be a whole number from 0 to"),
    (with_("weights", "serve", [10**30]), "weights.serve[0]: must be a whole number from 0 to"),
    (with_("requests", 0, "wants", 2**53), ".wants: must be a whole number from 0 to"),
    (with_("volunteers", 0, "load_before", 2**53), ".load_before: must be a whole number"),
    (with_("volunteers", 0, "qualifications", {"a": 2**53 + 1}), ".qualifications.a: must be"),
    (with_("volunteers", 0, "available", [[0, 2**70]]), ".available: must be"),
    (with_("travel", "kmh", 1e-300), "travel.kmh: must be"),
    (with_("travel", "detour", 1e300), "travel.detour: must be"),
    (with_("start", "9999-12-27"), "start: must be a Monday from 1900 to 2199"),
    (with_("start", 5), "start: must be an ISO date"),
    (with_("volunteers", 0, "id", "\ud800"), "surrogates not allowed"),
    (with_("volunteers", {}), "volunteers: must be a list"),
    (with_("volunteers", 0, "home", "a\nb"), ".home: must be a point"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_json(tmp_path / "plan.json", PLAN)
    write_json(tmp_path / "good.json", GOOD)
    return tmp_path


def commands(problem: Path, folder: Path, plan: Path) -> list[list[str]]:
    """Every command that reads a problem, as someone would ask it."""
    both, out = [str(problem), str(plan)], ["--out", str(folder / "out.json")]
    return [
        ["check", *both],
        ["candidates", *both, "--shift", SHIFT],
        ["explain", *both, "--shift", SHIFT],
        ["compare", *both, str(plan)],
        ["draw", *both, *out],
        ["repair", *both, "--cancel", SESSION, *out],
        ["solve", str(problem), "--start", str(plan), "--workers", "1", "--seconds", "1", *out],
    ]


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of a command that refuses."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("matching: ") and said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize(("data", "said"), ODD)
def test_an_odd_problem_is_one_line(
    data: bytes, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = folder / "odd.json"
    problem.write_bytes(data)
    before = sorted(folder.iterdir())
    for arguments in commands(problem, folder, folder / "plan.json")[:-1]:
        assert said in refused(arguments, capsys)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("missing.json", None),
        ("cut.json.gz", gzip.compress(WORDS.encode(), mtime=0)[:-20]),
        ("broken.json.gz", gzip.compress(WORDS.encode(), mtime=0)[:20] + b"\xff" * 40),
        ("plain.json.gz", WORDS.encode()),
        ("raw.json", b"\xed\xa0\x80"),
    ],
)
def test_a_file_that_is_no_problem_is_one_line_for_every_command(
    name: str, data: bytes | None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if data is not None:
        (folder / name).write_bytes(data)
    before = sorted(folder.iterdir())
    for arguments in commands(folder / name, folder, folder / "plan.json"):
        assert name in refused(arguments, capsys)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    "plan",
    [
        "[]",
        "{",
        '{"assignments": 1, "seats": []}',
        '{"assignments": [{"volunteer": 1, "shift": "x"}], "seats": []}',
        '{"assignments": [], "assignments": [], "seats": []}',
        '{"assignments": [{"volunteer": "\\ud800", "shift": "x"}], "seats": []}',
    ],
)
def test_an_odd_plan_is_one_line_for_every_command(
    plan: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "plan.json").write_text(plan)
    for arguments in commands(folder / "good.json", folder, folder / "plan.json"):
        assert "plan" in refused(arguments, capsys)
    assert not (folder / "out.json").exists()


def test_a_plan_about_somebody_else_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` counts it among the violations, `solve` begins without it; the others have no answer
    to it."""
    for plan in (
        {"assignments": [{"volunteer": "gone", "shift": SHIFT}], "seats": []},
        {"assignments": [{"volunteer": VOLUNTEER, "shift": "gone"}], "seats": []},
        {"assignments": [], "seats": [{"request": "r0", "session": "gone"}]},
        {"assignments": [], "seats": [{"request": "gone", "session": SESSION}]},
    ):
        write_json(folder / "plan.json", plan)
        for arguments in commands(folder / "good.json", folder, folder / "plan.json")[1:-1]:
            assert "'gone'" in refused(arguments, capsys)
    assert not (folder / "out.json").exists()


@pytest.mark.parametrize(
    "report",
    [
        b'{"seconds": 1, "cost": NaN, "bound": 1}',
        b'{"cost": "x"}',
        b'{"cost": 1, "bound": 2}',
        b"{",
    ],
)
def test_an_odd_course_is_one_line(
    report: bytes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "course").write_bytes(b"a line of words\n" + report + b"\n\xff\n")
    where = [str(folder / "good.json"), str(folder / "course"), "--out", str(folder / "out.svg")]
    assert "course:2" in refused(["draw", "--what", "course", *where], capsys)
    assert not (folder / "out.svg").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--withdraw", f"{VOLUNTEER}@²"),
        ("--withdraw", f"{VOLUNTEER}@{10**30}"),
        ("--close", "nan,inf"),
        ("--close", "26,119,5"),
        ("--close", "260,119"),
        ("--move", f"{SESSION}:9-8"),
        ("--move", f"{SESSION}:{10**30}-{10**31}"),
        ("--lapse", f"{VOLUNTEER}:lead@-1"),
    ],
)
def test_an_odd_word_about_what_happened_is_one_line(
    option: str, value: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [str(folder / "good.json"), str(folder / "plan.json")]
    out = str(folder / "out.json")
    refused(["repair", *both, option, value, "--out", out], capsys)
    assert not Path(out).exists()


def test_solve_refuses_a_folder_as_its_plan(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(["solve", str(folder / "good.json"), "--out", str(folder)], capsys)
    assert "is a folder" in said


def test_a_mark_of_the_byte_order_is_read_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bom.json").write_bytes(b"\xef\xbb\xbf" + WORDS.encode())
    main(["check", str(folder / "bom.json"), str(folder / "plan.json")])
    assert capsys.readouterr().err == ""


def test_fields_that_the_format_does_not_know_are_noted_once_each(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(WORDS)
    data["colour"] = 1
    for session in data["sessions"]:
        session["tilte"] = "x"
        session["shifts"][0]["mim\n"] = 1
    write_json(folder / "p.json", data)
    main(["check", str(folder / "p.json"), str(folder / "plan.json")])
    end = "is no field of this format and means nothing"
    assert capsys.readouterr().err.splitlines() == [
        f"matching: note: colour: {end} (1 times)",
        f"matching: note: sessions[].shifts[].mim : {end} (3 times)",
        f"matching: note: sessions[].tilte: {end} (3 times)",
    ]


@pytest.mark.parametrize("name", ["large.json", "large.json.gz"])
def test_a_file_that_holds_more_than_any_problem_is_one_line(
    name: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A .gz of some kilobytes may unpack to more than there is memory: it is not read on."""
    monkeypatch.setattr(files, "MOST_READ", 2**20)
    data = b" " * (2**20 + 1)
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    for arguments in commands(folder / name, folder, folder / "plan.json"):
        assert f"{name}: is larger than 1 MiB" in refused(arguments, capsys)


def test_what_is_no_file_is_written_into_and_stays_what_it_is(folder: Path) -> None:
    """As /dev/null and /dev/stdout are: renamed over, they would be gone for the whole machine."""
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    (folder / "link").symlink_to(pipe)
    writer = os.open(pipe, os.O_WRONLY)
    for name in ("pipe", "link", f"/dev/fd/{writer}"):
        write_json(folder / name, {"a": 1})
        assert os.read(reader, 99) == b'{"a":1}'
    os.close(reader)
    os.close(writer)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert (folder / "link").is_symlink()


def test_a_link_stays_a_link_and_one_to_itself_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "elsewhere").mkdir()
    link = folder / "link.json"
    link.symlink_to(folder / "elsewhere" / "plan.json")
    write_json(link, {"a": 1})
    assert link.is_symlink()
    assert (folder / "elsewhere" / "plan.json").read_text() == '{"a":1}'
    loop = folder / "loop.json"
    loop.symlink_to(loop)
    words = ["solve", str(folder / "good.json"), "--seconds", "1", "--workers", "1"]
    assert "loop.json" in refused([*words, "--out", str(loop)], capsys)
