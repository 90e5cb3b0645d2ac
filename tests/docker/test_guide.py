"""docs/how-to/run-containers.md says what the trials of the containers type, and they type it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.containers import guide
from tests.containers.engine import PROGRAMS

TRIALS = ROOT / "tests/containers"
ESSENTIAL = {"apt-get", "mount", "systemctl", "tar", "sh"}  # on every Debian, or asked for first


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(TRIALS.glob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def first_words(name: str) -> Iterator[str]:
    """The first argument of each call of a function or method of this name, constants resolved."""
    for _, tree in sources():
        constants = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and called(node.func) == name:
                first = node.args[0]
                value = constants.get(first.id) if isinstance(first, ast.Name) else None
                value = first.value if isinstance(first, ast.Constant) else value
                if isinstance(value, str):
                    yield value


def called(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]


def test_the_how_to_and_the_trials_say_the_same() -> None:
    typed = set(first_words("typed"))
    assert typed & set(guide.UNTRIED) == set()
    assert typed | set(guide.UNTRIED) == set(guide.commands())


def test_a_command_that_the_how_to_does_not_say_cannot_be_typed() -> None:
    with pytest.raises(AssertionError, match="does not say"):
        guide.as_typed("docker compose restart", {})


def test_what_is_typed_is_the_how_to_with_its_blanks_filled_in() -> None:
    said = "docker compose run --rm migrate restore /backups/moli-….dump"
    typed = guide.as_typed(said, {"moli-….dump": "moli-1.dump"})
    assert typed == "docker-compose run --rm -T migrate restore /backups/moli-1.dump"


def test_the_trials_install_what_they_call() -> None:
    """On a plain Debian nothing but python3, its venv and make is there."""
    words = {Path(word).name for word in first_words("run")}
    assert words - ESSENTIAL - {"./upgrade.sh"} - set(PROGRAMS) == set()
    assert {"docker", "debootstrap", "openssl", "git", "ip"} <= words


def test_every_script_beside_compose_is_in_the_how_to_or_in_the_image() -> None:
    page = guide.PAGE.read_text(encoding="utf-8")
    entry = (ROOT / "docker/entrypoint.sh").read_text(encoding="utf-8")
    for script in (ROOT / "docker").glob("*.sh"):
        named = re.search(rf"\b{re.escape(script.name)}\b", page + entry)
        assert named or script.name in ("entrypoint.sh", "backup.sh"), script.name
