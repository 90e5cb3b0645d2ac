"""Calendars, for volunteers and families alike: a secret address that a calendar program reads
again and again, and one file for each promise.

A promise is one event for ever (UID), with a number that grows when it changes (SEQUENCE); one that
fell through stays as cancelled for a while, because programs keep what is merely gone. Neither a
child nor a telephone nor a code stands in it: it goes to whoever keeps her calendar.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from backend.common.clock import LOCAL
from backend.notifications.operations.calendars import Version, known, note_versions
from backend.notifications.promises import Promise, PromiseState

OFTEN = timedelta(hours=1)  # how often a program may look again
MORNING = 9  # o'clock: what begins at noon or later is recalled then
EVENING = 19  # o'clock, the day before: what begins in the morning
NOON = 12


def calendar_of(promises: Sequence[Promise], now: datetime, *, all_of_hers: bool) -> bytes:
    """The file. `all_of_hers`: a feed, in which what fell through before any calendar knew of it
    does not stand at all."""
    if all_of_hers:
        told = known([one.uid for one in promises if one.standing == PromiseState.OFF])
        promises = [one for one in promises if one.standing != PromiseState.OFF or one.uid in told]
    events = {one.uid: _event(one) for one in promises}
    prints = {uid: hashlib.sha256(event.to_ical()).digest() for uid, event in events.items()}
    versions = note_versions(told=prints, now=now)
    file = _file()
    for uid, event in events.items():
        _number(event, versions[uid])
        file.add_component(event)
    file.add_missing_timezones()
    return bytes(file.to_ical())


def answer(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    """304 when the program has it already."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    same = get_conditional_response(request, etag=etag, response=response)
    return same if isinstance(same, HttpResponse) else response


def _file() -> Calendar:
    file = Calendar()
    file.add("prodid", "-//Moli Roster//zh-CN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("name", _("茉莉排班"))
    file.add("x-wr-calname", _("茉莉排班"))
    file.add("refresh-interval", OFTEN, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", "PT1H")
    return file


def _event(promise: Promise) -> Event:
    """All but its number."""
    event = Event()
    event.add("uid", f"{promise.uid}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("dtstart", promise.starts_at.astimezone(LOCAL))
    event.add("dtend", promise.ends_at.astimezone(LOCAL))
    event.add("summary", _summary(promise))
    event.add("status", promise.standing.value)
    event.add("transp", "TRANSPARENT" if promise.standing == PromiseState.OFF else "OPAQUE")
    event.add("url", f"{settings.PUBLIC_URL}{promise.page}")
    if promise.place:
        event.add("location", promise.place)
    if promise.role:
        event.add("description", promise.role)
    if promise.standing != PromiseState.OFF:
        event.add_component(_alarm(promise))
    return event


def _summary(promise: Promise) -> str:
    said = {
        PromiseState.SAID: "%(title)s",
        PromiseState.ASKED: _("「改了，等你回复」%(title)s"),
        PromiseState.OFF: _("「已取消」%(title)s"),
    }[promise.standing]
    return said % {"title": promise.title}


def _alarm(promise: Promise) -> Alarm:
    """At an hour at which people are up: in the morning of the day, or the evening before."""
    starts = promise.starts_at.astimezone(LOCAL)
    day = starts.replace(hour=0, minute=0, second=0, microsecond=0)
    if starts.hour >= NOON:
        at = day + timedelta(hours=MORNING)
    else:
        at = day - timedelta(hours=24 - EVENING)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", promise.title)
    alarm.add("trigger", at - starts)
    return alarm


def _number(event: Event, version: Version) -> None:
    event.add("sequence", version.sequence)
    event.add("dtstamp", version.changed_at)
    event.add("last-modified", version.changed_at)
