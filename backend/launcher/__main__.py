"""`python -m backend.launcher` and one of demo, serve, services -- COMMAND, running -- COMMAND,
forget, part NAME."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} at {sys.executable}."
    )

import os

from backend import launcher
from backend.launcher import CannotStart
from backend.launcher.demo import run
from backend.launcher.folders import (
    data_folder,
    forget_services,
    running_environment,
    wanted_folder,
)
from backend.launcher.parts import argv_of
from backend.launcher.services import run_with_services
from backend.launcher.supervisor import GaveUp


def main(arguments: list[str]) -> int:
    match arguments:
        case ["demo" | "serve" as verb]:
            run(demo=verb == "demo")
            return 0
        case ["services", "--", *command] if command:
            return run_with_services(command)
        case ["part", name]:
            os.execv(sys.executable, [sys.executable, *argv_of(name)])
        case ["forget"]:
            forget_services(wanted_folder())
            return 0
        case ["running", "--", *command] if command:
            os.execvpe(command[0], command, {**os.environ, **running_environment(data_folder())})
    print(launcher.__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (CannotStart, GaveUp) as refusal:
        sys.exit(str(refusal))
