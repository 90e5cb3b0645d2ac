"""A data folder keeps its keys; one of a version before gets those that are new, and loses none."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.launcher import keys


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in keys.NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def test_they_are_made_once(tmp_path: Path) -> None:
    made = keys.lasting_keys(tmp_path)
    assert set(made) == set(keys.NAMES) and all(made.values())
    assert keys.lasting_keys(tmp_path) == made
    assert (tmp_path / "keys.env").stat().st_mode & 0o777 == 0o600


def test_what_a_version_before_has_not_is_added_and_the_others_stay(tmp_path: Path) -> None:
    made = keys.lasting_keys(tmp_path)
    file = tmp_path / "keys.env"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("CASE_KEYS=")) + "\n")
    now = keys.lasting_keys(tmp_path)
    assert {name: now[name] for name in made if name != "CASE_KEYS"} == {
        name: value for name, value in made.items() if name != "CASE_KEYS"
    }
    assert now["CASE_KEYS"].startswith("c1:") and now["CASE_KEYS"] != made["CASE_KEYS"]
    assert keys.lasting_keys(tmp_path) == now
