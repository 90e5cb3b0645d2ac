"""Every how-to that adds something is followed to the letter in a copy of the project: what it says
is written is written, what it says is run is run, and what it says is seen is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.howto.checkout import CONTRACTS, Checkout
from tests.howto.page import NotFollowed, Run, Write, put, steps_of

pytestmark = pytest.mark.xdist_group("howto")

FOLDER = ROOT / "docs" / "how-to"
# Followed elsewhere: the page names the test.
ELSEWHERE = {"add-a-programme"}
PAGES = sorted(page.stem for page in FOLDER.glob("add-*.md") if page.stem not in ELSEWHERE)


@pytest.mark.parametrize("name", PAGES)
def test_it_is_as_the_page_says(name: str, tmp_path: Path) -> None:
    steps = steps_of(FOLDER / f"{name}.md")
    assert any(isinstance(step, Write) for step in steps)
    assert isinstance(steps[-1], Run) and not steps[-1].fails
    Checkout(tmp_path).follow(steps)


def test_what_the_pages_write_keeps_the_houses_names_and_arrows(tmp_path: Path) -> None:
    """Of all pages at once: each fits beside the others."""
    checkout = Checkout(tmp_path)
    for name in PAGES:
        for step in steps_of(FOLDER / f"{name}.md"):
            if isinstance(step, Write):
                put(step, checkout.root)
    checkout.look_over(CONTRACTS)


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_a_page_that_is_followed_elsewhere_names_its_test(name: str) -> None:
    said = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    path, _, function = said.rpartition("`tests/")[2].partition("`")[0].partition("::")
    assert f"def {function}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")


# --- a page that lies is found out ----------------------------------------------------------------


def followed(text: str, root: Path) -> None:
    page = root / "page.md"
    page.write_text(text, encoding="utf-8")
    (root / "list.txt").write_text("one\n  two\nthree\nthree\n", encoding="utf-8")
    for step in steps_of(page):
        assert isinstance(step, Write)
        put(step, root)


def test_a_block_goes_where_its_sentence_says(tmp_path: Path) -> None:
    text = (
        "In `list.txt`, below `two`:\n\n```\nbelow\n```\n\n"
        "In `list.txt`, above `two`:\n```\nabove\n```\n"
        "In `list.txt`, instead of `one`:\n```\n1\n```\n"
        "At the end of `list.txt`:\n```\nend\n```\nNew file `new.txt`:\n```\nnew\n```\n"
    )
    followed(text, tmp_path)
    assert (tmp_path / "list.txt").read_text() == "1\nabove\n  two\nbelow\nthree\nthree\nend\n"
    assert (tmp_path / "new.txt").read_text() == "new\n"


@pytest.mark.parametrize(
    "text",
    [
        "In `list.txt`, below `four`:\n```\nx\n```\n",  # the line has moved
        "In `list.txt`, below `three`:\n```\nx\n```\n",  # which of the two
        "In `gone.txt`, below `one`:\n```\nx\n```\n",
        "At the end of `gone.txt`:\n```\nx\n```\n",
        "New file `list.txt`:\n```\nx\n```\n",
        "New file `gone/new.txt`:\n```\nx\n```\n",
        "Something like this:\n```python\nx\n```\n",  # nobody can follow it
    ],
)
def test_a_page_that_does_not_fit_is_found_out(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotFollowed):
        followed(text, tmp_path)


@pytest.mark.parametrize("text", ["import os\n", "x = {  }\n"])
def test_what_is_written_against_the_houses_layout_is_found_out(text: str, tmp_path: Path) -> None:
    checkout = object.__new__(Checkout)
    checkout.root = tmp_path
    checkout.git("init", "--quiet")
    checkout.follow([Write("right.py", "new", "", "x = 1\n")])
    with pytest.raises(NotFollowed):
        checkout.follow([Write("new.py", "new", "", text)])


@pytest.mark.parametrize(
    ("run", "lies"),
    [
        (Run(("echo seen",), fails=False, shows=("seen",)), False),
        (Run(("echo seen", "exit 3"), fails=False), True),
        (Run(("exit 3",), fails=True), False),
        (Run(("true",), fails=True), True),
        (Run(("echo other",), fails=False, shows=("seen",)), True),
    ],
)
def test_what_a_command_does_is_looked_at(run: Run, lies: bool, tmp_path: Path) -> None:
    checkout = object.__new__(Checkout)
    checkout.root = tmp_path
    if lies:
        with pytest.raises(NotFollowed):
            checkout.run(run)
    else:
        checkout.run(run)
