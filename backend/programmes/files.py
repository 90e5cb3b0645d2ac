"""The programmes that come with the platform, as the files of data/ say them."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
CREDENTIALS = FOLDER / "credentials.json"


def credentials() -> list[dict[str, object]]:
    return list(json.loads(CREDENTIALS.read_text(encoding="utf-8")))


def programmes() -> list[dict[str, object]]:
    paths = sorted(path for path in FOLDER.glob("*.json") if path != CREDENTIALS)
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]
