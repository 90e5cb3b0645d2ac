"""Numbers, dates and texts as people and programs send them: read in one way everywhere.

Whatever cannot be meant is None (or an empty text), so that a page answers with a sentence or with
404 and never stumbles further inside: no number that a bigint column cannot hold, no ², no date
whose neighbours are outside the calendar, no character that nobody can see.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime

LARGEST_KEY = 2**63 - 1  # what a bigint column holds
LAST_SECOND = 2**33  # of the Unix clock, in the year 2242: no later moment is read
DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
YEARS = range(1900, 2200)  # inside, every date can be moved by years without leaving the calendar
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and marks without ink
NEWLINES = re.compile(r"\r\n?|[\u2028\u2029\u0085]")


def whole_number(text: str | None, low: int = 0, high: int = LARGEST_KEY) -> int | None:
    """A whole number from `low` to `high`, written in ASCII digits without a sign."""
    if text is None or not DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if low <= number <= high else None


def key(text: str | None) -> int | None:
    """The key of a row."""
    return whole_number(text, low=1)


def keys(texts: list[str]) -> list[int]:
    """The keys among these texts, in their order."""
    return [number for text in texts if (number := key(text)) is not None]


def digits(text: str) -> str:
    """The digits of a code, however a keyboard writes them and whatever stands between."""
    return re.sub("[^0-9]", "", unicodedata.normalize("NFKC", text))


def moment(text: str | None) -> datetime | None:
    """A whole second of the Unix clock; None where the text is none, or none of this age."""
    seconds = whole_number(text, high=LAST_SECOND)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def yes_or_no(text: str | None) -> bool | None:
    """An answer. Whoever says neither has not answered: a form that lost its button on the way must
    give nobody's seat away."""
    return {"yes": True, "no": False}.get(text or "")


def day(text: str | None) -> date | None:
    """A day as YYYY-MM-DD, of the years that anything here can be about."""
    if text is None or not DAY.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def line(text: str) -> str:
    """One line that people can see: breaks become spaces, control and format characters go."""
    return " ".join(_visible(NEWLINES.sub(" ", text).replace("\n", " ").replace("\t", " ")).split())


def paragraphs(text: str) -> str:
    """Several lines that people can see: as `line`, but line breaks stay."""
    return "\n".join(line(row) for row in NEWLINES.sub("\n", text).split("\n")).strip()


def _visible(text: str) -> str:
    """Without what has no shape of its own: direction marks, zero-width spaces and fillers turn a
    name round, hide it, or make it look like another. Characters that this Python does not know yet
    stay: rare names are written in them."""
    return "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs") and c not in BLANK
    )
