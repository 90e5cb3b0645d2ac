"""A how-to as steps that can be followed: what its Markdown says is written, and what is run.

The words that make a block a step stand in the paragraph before it:

- "New file `path`": the block is the file.
- "In `path`, below `line`", "above `line`" or "instead of `line`": the block is put there; the line
  stands in the file exactly once. "At the end of `path`": behind everything.
- A block of `sh`: its lines are run one after the other and succeed, or, after a line that ends in
  "fails:", each of them fails. A block of `text` behind it is what they print, among other lines.

Any other block is an error: what nobody tries can lie.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

NEW = re.compile(r"[Nn]ew file `([^`]+)`")
BESIDE = re.compile(r"[Ii]n `([^`]+)`, (below|above|instead of) `([^`]+)`")
BEHIND = re.compile(r"[Aa]t the end of `([^`]+)`")
FENCE = re.compile(r"^```(\w*)$")


class NotFollowed(Exception):
    """A how-to and the project do not fit each other: says which sentence, and why."""


@dataclass(frozen=True)
class Write:
    """A text that goes into a file: as the file ("new"), "below", "above" or "instead of" a line,
    or "behind" everything."""

    path: str
    where: str
    line: str
    text: str


@dataclass(frozen=True)
class Run:
    """Commands with what they print; `fails`: each of them ends with an error."""

    commands: tuple[str, ...]
    fails: bool
    shows: tuple[str, ...] = ()


Step = Write | Run


@dataclass(frozen=True)
class Block:
    said: str  # the paragraph before it
    kind: str
    lines: tuple[str, ...]


def steps_of(page: Path) -> list[Step]:
    """The steps of a how-to in their order. NotFollowed where a block is none."""
    steps: list[Step] = []
    for block in blocks(page.read_text(encoding="utf-8")):
        last = steps[-1] if steps else None
        if block.kind == "text" and isinstance(last, Run) and not last.shows:
            steps[-1] = Run(last.commands, last.fails, block.lines)
        elif block.kind == "sh":
            steps.append(Run(block.lines, block.said.endswith("fails:")))
        else:
            steps.append(written(block))
    return steps


def blocks(text: str) -> list[Block]:
    """The fenced blocks with the paragraph that each follows."""
    found: list[Block] = []
    said: list[str] = []
    kind = before = ""
    inside: list[str] | None = None
    for line in text.splitlines():
        fence = FENCE.match(line)
        if inside is None and fence:
            kind = fence[1]
            inside = []
        elif inside is None:
            if line.strip():
                said = [*said, line.strip()] if before.strip() else [line.strip()]
            before = line
        elif fence:
            found.append(Block(" ".join(said), kind, tuple(inside)))
            inside = None
            before = ""
        else:
            inside.append(line)
    return found


def written(block: Block) -> Write:
    text = "\n".join(block.lines) + "\n"
    if new := NEW.search(block.said):
        return Write(new[1], "new", "", text)
    if beside := BESIDE.search(block.said):
        return Write(beside[1], beside[2], beside[3], text)
    if behind := BEHIND.search(block.said):
        return Write(behind[1], "behind", "", text)
    raise NotFollowed(f"nobody can follow the block after: {block.said}")


def put(step: Write, root: Path) -> None:
    """Write what a step says into the checkout at `root`. NotFollowed where it does not fit."""
    file = root / step.path
    if step.where == "new":
        if file.exists():
            raise NotFollowed(f"{step.path} is there already")
        if not file.parent.is_dir():
            raise NotFollowed(f"the folder of {step.path} is not there")
        file.write_text(step.text, encoding="utf-8")
        return
    if not file.is_file():
        raise NotFollowed(f"{step.path} is not there")
    before = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(joined(before, step)), encoding="utf-8")


def joined(before: list[str], step: Write) -> list[str]:
    if step.where == "behind":
        return [*before, step.text]
    places = [k for k, line in enumerate(before) if line.strip() == step.line]
    if len(places) != 1:
        raise NotFollowed(f"{step.path} has {len(places)} lines that read: {step.line}")
    first = places[0] + (step.where == "below")
    rest = places[0] + (step.where != "above")
    return [*before[:first], step.text, *before[rest:]]
