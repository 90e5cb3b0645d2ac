"""`moli`: everything that an operator types, by one name. Each word is a command of manage.py, with
the same options.

    moli                  what there is
    moli COMMAND --help   what one of them takes
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches

from backend import manage

COMMANDS: dict[str, tuple[tuple[str, str], ...]] = {
    "Day one": (
        ("first-steps", "an empty database to the first sign-in: tables, places, federation"),
        ("migrate", "bring the tables up to date"),
        ("load-places", "divisions and calendar days; rows that are there are renewed"),
        ("load-programmes", "programmes; rows that are there are renewed"),
        ("load-federation", "organisations of the divisions of the service area"),
    ),
    "Every day": (
        ("check", "what is wrong or weak in the settings"),
        ("import", "a spreadsheet of sessions, volunteers, certificates or hours"),
        ("export-run", "the problem that a run solved, as a file"),
        ("doors", "every address, stream, task and command, and who may pass"),
        ("verify-records", "whether the hours of service are as they were written"),
        ("calibration", "how often people came, beside the chances that were estimated for them"),
        ("audit-report", "a year of consents, accesses, exports and erasures; names nobody"),
    ),
    "Bad days": (
        ("rotate-keys", "seal everything with the first key of FIELD_KEYS"),
        ("bump-epoch", "after a restore: every open page reads anew"),
    ),
    "The demo": (
        ("load-fuzhou", "the demo city into empty tables"),
        ("demo-links", "the demo's one-click sign-ins"),
    ),
}
NAMES = tuple(name for group in COMMANDS.values() for name, _ in group)
UNKNOWN = 2  # what a shell is told of a command line that means nothing


def main(argv: Sequence[str] | None = None) -> int:
    """Do what is typed; what a shell is told of how it ended."""
    given = list(sys.argv[1:] if argv is None else argv)
    if not given or given[0] in ("help", "-h", "--help"):
        print(overview())
        return 0
    name = given[0].replace("_", "-")
    if name not in NAMES:
        near = get_close_matches(name, NAMES, n=1)
        hint = f"did you mean {near[0]}?" if near else "`moli` alone says which there are."
        print(f"moli: there is no {given[0]}; {hint}", file=sys.stderr)
        return UNKNOWN
    sys.argv = ["moli", name.replace("-", "_"), *given[1:]]
    manage.main()
    return 0


def overview() -> str:
    """All commands, each with what it is for."""
    lines = [__doc__ or ""]
    width = max(map(len, NAMES)) + 2
    for title, group in COMMANDS.items():
        lines.append(f"{title}:")
        lines += [f"  {name:<{width}}{what}" for name, what in group]
        lines.append("")
    return "\n".join(lines).rstrip()


if __name__ == "__main__":
    sys.exit(main())
