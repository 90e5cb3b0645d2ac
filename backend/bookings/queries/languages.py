"""What the families of a session would like to be spoken there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from backend.bookings.models import Booking
from backend.bookings.states import SEATED
from backend.common.languages import named


def languages_liked(sessions: Collection[int]) -> dict[int, list[str]]:
    """Session → the names of the languages that families with seats in it would like. One
    statement."""
    rows = Booking.objects.filter(session__in=sessions, state__in=SEATED)
    said: defaultdict[int, set[str]] = defaultdict(set)
    for session, language in rows.exclude(family__language="").values_list(
        "session", "family__language"
    ):
        said[session].add(language)
    return {session: named(languages) for session, languages in said.items()}
