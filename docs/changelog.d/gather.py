"""`python docs/changelog.d/gather.py [VERSION]`: print what no version has yet; with a version put
it on top of CHANGELOG.md and take the files away."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CHANGELOG = FOLDER.parent.parent / "CHANGELOG.md"
AUDIENCES = {
    "operators": "For whoever runs it, before an upgrade",
    "everyone": "Everybody",
    "volunteers": "Volunteers",
    "families": "Families",
    "coordinators": "Coordinators",
    "developers": "Developers",
}


class Refused(Exception):
    """A file that nobody would find in the changelog, and why."""


def fragments(folder: Path) -> list[Path]:
    """The files of changes, by name. Raises Refused for one that is none."""
    found = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    for path in found:
        if path.stem.count(".") != 1 or path.stem.split(".")[1] not in AUDIENCES:
            raise Refused(f"{path.name}: the name is WHAT.WHOM.md, WHOM of {', '.join(AUDIENCES)}")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.startswith(("- ", "  ")):
                raise Refused(
                    f"{path.name}:{number}: a point begins with '- ', its rest with two spaces"
                )
    return found


def gathered(folder: Path) -> str:
    """All points under the headings of their audiences."""
    parts = []
    for audience, heading in AUDIENCES.items():
        points = [
            path.read_text(encoding="utf-8").rstrip("\n")
            for path in fragments(folder)
            if path.stem.endswith(f".{audience}")
        ]
        if points:
            parts.append(f"### {heading}\n\n" + "\n".join(points) + "\n")
    return "\n".join(parts)


def release(version: str, day: str, folder: Path, changelog: Path) -> None:
    """Put the points under a version into the changelog, the newest on top."""
    found = fragments(folder)
    if not found:
        raise Refused("nothing has changed since the last version")
    before = changelog.read_text(encoding="utf-8")
    head, mark, versions = before.partition("\n## ")
    entry = f"\n## {version} ({day})\n\n{gathered(folder)}"
    changelog.write_text(head.rstrip("\n") + "\n" + entry + mark + versions, encoding="utf-8")
    for path in found:
        path.unlink()


if __name__ == "__main__":
    try:
        if len(sys.argv) > 1:
            release(sys.argv[1], datetime.now(UTC).date().isoformat(), FOLDER, CHANGELOG)
        else:
            print(gathered(FOLDER), end="")
    except Refused as refused:
        sys.exit(str(refused))
