"""Secrets of a machine that has none yet: made once into a file that only its owner reads."""

from __future__ import annotations

from pathlib import Path

from backend.common.keys import new_keys
from backend.config import env

NAMES = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "CASE_KEYS")


def lasting_keys(data: Path) -> dict[str, str]:
    """The keys of this data folder; what the environment sets wins. One that the folder of a
    version before has not is added.

    Without the file the sealed fields stay shut.
    """
    file = data / "keys.env"
    lines = file.read_text().splitlines() if file.exists() else []
    kept = dict(line.split("=", 1) for line in lines if "=" in line)
    if set(NAMES) - set(kept):
        kept = new_keys() | kept
        new = data / "keys.env.new"
        new.touch(mode=0o600)
        new.write_text("".join(f"{name}={value}\n" for name, value in kept.items()))
        new.replace(file)
    return kept | _from_environment()


def throw_away_keys() -> dict[str, str]:
    return new_keys() | _from_environment()


def _from_environment() -> dict[str, str]:
    return {name: value for name in NAMES if (value := env.text(name))}
