"""The citizen identity number (GB 11643-1999): its form, its date and its check digit (ISO 7064 MOD
11-2)."""

from __future__ import annotations

import hmac
import re
import unicodedata
from datetime import date

from backend.common.refusal import Refusal

LAST = 4  # characters by which somebody shows that the number is hers
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
# First two digits: provinces, and 81, 82, 83 of the residence permits for people of Hong Kong,
# Macao and Taiwan.
REGIONS = {
    "11",
    "12",
    "13",
    "14",
    "15",
    "21",
    "22",
    "23",
    "31",
    "32",
    "33",
    "34",
    "35",
    "36",
    "37",
    "41",
    "42",
    "43",
    "44",
    "45",
    "46",
    "50",
    "51",
    "52",
    "53",
    "54",
    "61",
    "62",
    "63",
    "64",
    "65",
    "71",
    "81",
    "82",
    "83",
}


class BadIdentity(Refusal):
    """The number cannot be one.

    Facts: why ("length", "characters", "region", "date" or "check").
    """

    code = "bad_identity"


def clean(text: str, *, today: date) -> str:
    """The number as it is stored: 18 characters, half width, X in capitals. Raises BadIdentity.

    County codes are not looked up: they change over the years, and a number keeps the one of its
    birth.
    """
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(number) != 18:
        raise BadIdentity(why="length")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise BadIdentity(why="characters")
    if number[:2] not in REGIONS:
        raise BadIdentity(why="region")
    if not _is_past_day(number[6:14], today):
        raise BadIdentity(why="date")
    if check_digit(number[:17]) != number[17]:
        raise BadIdentity(why="check")
    return number


def check_digit(first_17: str) -> str:
    return CHECK[
        sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11
    ]


def born(number: str) -> date:
    """The day of birth that stands in a (clean) number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def masked(number: str) -> str:
    """350102************: that one is known, and of which county. Its end opens an account
    (records.queries.numbers), so it stands nowhere."""
    if len(number) == 18:
        return f"{number[:6]}{'*' * 12}"
    return "*" * len(number)


def ends_so(number: str, typed: str) -> bool:
    """Whether somebody who types the end of this number knows it; nothing is known by typing
    nothing."""
    end = unicodedata.normalize("NFKC", typed).strip().upper()
    return bool(number) and hmac.compare_digest(number[-LAST:].encode(), end.encode())


def _is_past_day(text: str, today: date) -> bool:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= day <= today
