"""docs/how-to/run-containers.md as a list of commands: the trials type them as they stand there."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT

PAGE = ROOT / "docs/how-to/run-containers.md"
COMMAND = re.compile(
    r"`((?:MOLI_VERSION=\d+ )?(?:docker (?!compose`)|cp |chown |chmod |python3 )[^`]+|\./\w+\.sh)`"
)
# Written there, and not typed by a trial: each with what it would need.
UNTRIED = {
    "docker image inspect --format '{{index .RepoDigests 0}}' python:3.12-slim-bookworm": (
        "an image that came from a registry"
    ),
    "docker compose build --build-arg BASE=python:3.12-slim-bookworm@sha256:… migrate": (
        "the same; the trials' base is a build argument, too"
    ),
}


def commands() -> list[str]:
    """In the page's order, each once."""
    return list(dict.fromkeys(COMMAND.findall(PAGE.read_text(encoding="utf-8"))))


def as_typed(command: str, blanks: dict[str, str]) -> str:
    """What goes to the shell: the page's blanks filled in, Debian's compose, and no terminal.

    Raises AssertionError for a command that the page does not have.
    """
    assert command in commands(), f"the how-to does not say {command}"
    for blank, value in blanks.items():
        assert blank in command, (command, blank)
        command = command.replace(blank, value)
    command = command.replace("docker compose", "docker-compose")
    return re.sub(r"docker-compose (run --rm|exec)(?! -T)", r"docker-compose \1 -T", command)
