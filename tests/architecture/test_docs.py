"""What the documents point at is there, and pictures stay small."""

from __future__ import annotations

import re
from pathlib import Path

from backend.launcher.folders import CHECKOUT

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
