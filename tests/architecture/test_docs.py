"""What the documents point at is there, and pictures stay small."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from backend.launcher.folders import CHECKOUT
from tests.architecture.counting import columns
from tests.architecture.source import files
from tests.architecture.test_budgets import COLUMNS, WRITTEN
from tests.howto.page import Write, put, steps_of

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
PICTURES = CHECKOUT / "docs" / "tutorial" / "pictures"


def pages() -> list[Path]:
    folders = ("docs", "tests", "backend", "matching", "scheduler", "frontend_templates", "docker")
    return [
        *CHECKOUT.glob("*.md"),
        *(page for folder in folders for page in (CHECKOUT / folder).rglob("*.md")),
    ]


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(CHECKOUT)}: {link}"
        for page in pages()
        for link in LINK.findall(page.read_text())
        if not (page.parent / link).exists()
    ]
    assert broken == []


PATH = re.compile(
    r"`((?:backend|matching|scheduler|frontend_templates|tests|docker|docs)/[\w./-]*[\w/])`"
)
WRITTEN_BY_THE_OPERATOR = {"docker/.env"}
RECORDS = ("docs/changelog.d", "CHANGELOG.md")  # of what was true when written
# A decision stays as it was taken; of a path that has gone since it is said: `a/b.py` (gone).
GONE = re.compile(r"`[^`\n]*`\s\(gone\)")
COMMAND = re.compile(r"`make ([a-z][\w-]*)")


def paths_that_are_not_there(text: str) -> list[str]:
    named = PATH.findall(GONE.sub("", text))
    known = [path for path in named if path not in WRITTEN_BY_THE_OPERATOR]
    return [path for path in known if not (CHECKOUT / path).exists()]


def test_every_path_that_is_named_is_there() -> None:
    gone = [
        f"{page.relative_to(CHECKOUT)}: {path}"
        for page in pages()
        if not str(page.relative_to(CHECKOUT)).startswith((*RECORDS, "docs/how-to/add-"))
        for path in paths_that_are_not_there(page.read_text())
    ]
    assert gone == []


def test_a_path_that_is_not_there_is_seen() -> None:
    text = "See `backend/rota/operations/nowhere.py`, `docs/README.md` and\n`backend/a.py` (gone)."
    assert paths_that_are_not_there(text) == ["backend/rota/operations/nowhere.py"]


def commands_that_are_not_there(text: str) -> list[str]:
    makefile = (CHECKOUT / "Makefile").read_text()
    return [one for one in COMMAND.findall(text) if not re.search(rf"^{one}:", makefile, re.M)]


def test_every_command_that_is_named_is_there() -> None:
    gone = [
        f"{page.relative_to(CHECKOUT)}: make {command}"
        for page in pages()
        for command in commands_that_are_not_there(page.read_text())
    ]
    assert gone == []
    assert commands_that_are_not_there("`make unicorns` and `make demo`") == ["unicorns"]


def test_the_glossary_has_each_word_once_and_the_chinese_that_pages_say() -> None:
    page = (CHECKOUT / "docs" / "reference" / "glossary.md").read_text()
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")][2:]
    words = [row[1].strip() for row in rows]
    assert sorted(set(words)) == sorted(words)
    sources = (*files("backend/*.py"), *files("frontend_templates/*.html"))
    pages_say = "".join((CHECKOUT / path).read_text() for path in sources)
    chinese = {part for row in rows for part in re.split("[、（）]", row[2].strip()) if part != "–"}
    assert {one for one in chinese if one not in pages_say} == set()


def test_every_picture_is_shown_and_small() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in pages()
        for link in LINK.findall(page.read_text())
        if link.endswith(".png")
    }
    assert shown == set(PICTURES.glob("*.png"))
    assert {
        picture.name: picture.stat().st_size
        for picture in shown
        if picture.stat().st_size > 120_000
    } == {}


@pytest.mark.parametrize(
    "page", sorted((CHECKOUT / "docs" / "how-to").glob("add-*.md")), ids=lambda page: page.stem
)
def test_a_how_to_fits_the_files_that_it_names(page: Path, tmp_path: Path) -> None:
    """A line that it names has not moved: change the page together with the line. `tests/howto`
    follows it to the end."""
    steps = [step for step in steps_of(page) if isinstance(step, Write)]
    for step in steps:
        copy = tmp_path / step.path
        if (CHECKOUT / step.path).parent.is_dir():
            copy.parent.mkdir(parents=True, exist_ok=True)
        if (CHECKOUT / step.path).is_file():
            shutil.copy(CHECKOUT / step.path, copy)
    for step in steps:
        put(step, tmp_path)


@pytest.mark.parametrize(
    "page", sorted((CHECKOUT / "docs" / "how-to").glob("add-*.md")), ids=lambda page: page.stem
)
def test_what_a_how_to_has_written_is_as_narrow_as_the_code(page: Path) -> None:
    steps = [step for step in steps_of(page) if isinstance(step, Write)]
    written = [step for step in steps if step.path.endswith(WRITTEN)]
    wide = [line for step in written for line in step.text.splitlines() if columns(line) > COLUMNS]
    assert wide == []
