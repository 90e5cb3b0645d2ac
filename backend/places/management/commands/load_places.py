"""`moli load-places`:

Fuzhou's divisions by official code and the calendar. Safe to run again.
"""

from __future__ import annotations

from django.core.management.base import BaseCommand

from backend.common import clock
from backend.places import files
from backend.places.operations import load_calendar, load_divisions


class Command(BaseCommand):
    help = (
        "Load divisions and calendar days from backend/places/data; "
        "existing rows are renewed, none is deleted."
    )

    def handle(self, *args: object, **options: object) -> None:
        loaded = load_divisions(divisions=files.divisions(), today=clock.local_day(clock.now()))
        days = sum(
            load_calendar(days=files.calendar(path))
            for path in sorted(files.FOLDER.glob("calendar_*.json"))
        )
        self.stdout.write(
            f"{loaded.counties} counties, {loaded.streets} streets, {loaded.villages} villages "
            f"({loaded.retired} retired); {days} calendar days"
        )
