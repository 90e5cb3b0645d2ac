"""Calendars as three programs read them that we did not write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import icalendar
import ics
import vobject


class Read(NamedTuple):
    """One event as somebody's program understands it."""

    starts_at: datetime
    ends_at: datetime
    status: str
    sequence: int
    summary: str


def by_icalendar(content: bytes) -> dict[str, Read]:
    file = icalendar.Calendar.from_ical(content)
    assert not file.errors
    found = {}
    for event in file.walk("VEVENT"):
        assert not event.errors
        found[str(event["uid"])] = Read(
            event.decoded("dtstart").astimezone(UTC),
            event.decoded("dtend").astimezone(UTC),
            str(event["status"]),
            int(event["sequence"]),
            str(event["summary"]),
        )
    return found


def by_vobject(content: bytes) -> dict[str, Read]:
    file = vobject.readOne(content.decode(), validate=True)
    return {
        event.uid.value: Read(
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.status.value,
            int(event.sequence.value),
            event.summary.value,
        )
        for event in file.contents.get("vevent", [])
    }


def by_ics(content: bytes) -> dict[str, Read]:
    found = {}
    for event in ics.Calendar(content.decode()).events:
        (sequence,) = [line.value for line in event.extra if line.name == "SEQUENCE"]
        found[event.uid] = Read(
            event.begin.datetime.astimezone(UTC),
            event.end.datetime.astimezone(UTC),
            event.status,
            int(sequence),
            event.name,
        )
    return found


def read(content: bytes) -> dict[str, Read]:
    """What all three agree on. Its lines are those of RFC 5545: CRLF, 75 bytes, whole letters."""
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        line.decode()
        assert len(line) <= 75
    found = by_icalendar(content)
    assert found == by_vobject(content) == by_ics(content)
    assert content.count(b"BEGIN:VEVENT") == len(found)
    return found


def alarms(content: bytes) -> list[datetime]:
    """When each event is recalled, in the city's time."""
    found = []
    for event in icalendar.Calendar.from_ical(content).walk("VEVENT"):
        for alarm in event.walk("VALARM"):
            found.append(event.decoded("dtstart") + alarm.decoded("trigger"))
    return found
