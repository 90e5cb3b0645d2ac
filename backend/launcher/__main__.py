"""`python -m backend.launcher demo | serve | services -- COMMAND | running -- COMMAND`."""
from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} at {sys.executable}.")

from backend.launcher import CannotStart
from backend.launcher.services import run_with_services
from backend.launcher.supervisor import GaveUp


def main(arguments: list[str]) -> int:
    verb, _, command = arguments[:1], arguments[1:2], arguments[2:]
    if verb == ["services"] and arguments[1:2] == ["--"] and command:
        return run_with_services(command)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (CannotStart, GaveUp) as refusal:
        sys.exit(str(refusal))
