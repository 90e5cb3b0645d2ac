"""The files of divisions and calendars that come with the platform (data/README.md), read into rows
that are not saved yet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from pypinyin import Style, lazy_pinyin

from backend.places.codes import COUNTY
from backend.places.models import CalendarDay, Division

FOLDER = Path(__file__).parent / "data"
UNREAL = "虚拟"  # a row of the statistical table that stands for no place


def divisions() -> Iterator[Division]:
    """Counties, streets and villages of Fuzhou, parents before children."""
    for row in _table("counties.csv"):
        yield _division(
            row,
            row["seat_lat_wgs84"],
            row["seat_lon_wgs84"],
            "county_seat",
            row["pinyin"],
            row["initials"],
        )
    for row in _table("streets.csv"):
        yield _division(
            row,
            row["lat_wgs84"],
            row["lon_wgs84"],
            row["coord_source"],
            row["pinyin"],
            row["initials"],
            row["operational"] == "1",
        )
    for row in _table("villages.csv"):
        letters = "".join(lazy_pinyin(row["name"]))[:80]
        initials = "".join(lazy_pinyin(row["name"], style=Style.FIRST_LETTER))[:20]
        yield _division(row, "", "", "", letters, initials, row["kind"] != UNREAL)


def calendar(path: Path) -> list[CalendarDay]:
    """The days of one year's file, in the shape {status, source, papers, days: [{name, date,
    isOffDay}]}."""
    year = json.loads(path.read_text(encoding="utf-8"))
    source = (year["papers"] or [year["source"]])[0][:200]
    return [
        CalendarDay(
            date=date.fromisoformat(d["date"]),
            name=d["name"],
            is_off=d["isOffDay"],
            status=year["status"],
            source=source,
        )
        for d in year["days"]
    ]


def code_lists() -> dict[str, object]:
    """Code lists by name ("id_type", "nation", …); each names its source."""
    return dict(json.loads((FOLDER / "codelists.json").read_text(encoding="utf-8")))


def _table(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _division(
    row: dict[str, str],
    latitude: str,
    longitude: str,
    source: str,
    pinyin: str,
    initials: str,
    operational: bool = True,
) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        pinyin=pinyin,
        initials=initials,
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
        point_source=source,
        operational=operational,
        in_service_area=row["code"][:COUNTY] not in settings.SERVICE_AREA_EXCLUDES,
    )
