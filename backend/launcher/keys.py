"""Secrets of a machine that has none yet: made once into a file that only its owner reads."""

from __future__ import annotations

from pathlib import Path

from backend.common.keys import new_keys
from backend.config import env

NAMES = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY")


def lasting_keys(data: Path) -> dict[str, str]:
    """The keys of this data folder; what the environment sets wins.

    Without the file the sealed fields stay shut.
    """
    file = data / "keys.env"
    if not file.exists():
        new = data / "keys.env.new"
        new.touch(mode=0o600)
        new.write_text("".join(f"{name}={value}\n" for name, value in new_keys().items()))
        new.replace(file)
    kept = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    return kept | _from_environment()


def throw_away_keys() -> dict[str, str]:
    return new_keys() | _from_environment()


def _from_environment() -> dict[str, str]:
    return {name: value for name in NAMES if (value := env.text(name))}
