"""Vendored files are the ones that their page says."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDERS = [
    settings.ROOT / "frontend_templates" / "static" / "vendor",
    settings.ROOT / "tests" / "browser" / "vendor",
    settings.ROOT / "frontend_templates" / "print" / "fonts",
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.parent.name)
def test_every_file_has_its_name_version_licence_and_hash(folder: Path) -> None:
    rows = re.findall(
        r"^\| `([^`]+)` \| [^|]+ \| [\d.]+ \| [^|]+ \| [^|]+ \| `sha384-([^`]+)` \|$",
        next(folder.glob("*.md")).read_text("utf-8"),
        re.MULTILINE,
    )
    written = dict(rows)
    real = {
        p.name: base64.b64encode(hashlib.sha384(p.read_bytes()).digest()).decode()
        for p in folder.iterdir()
        if p.suffix != ".md"
    }
    assert written == real
