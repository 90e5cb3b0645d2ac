"""Phone numbers of mainland China: one way to store them, one way to find them again, one way to
show them."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.common.sealing import blind_index

# What people write between the digits of one number. Whatever else stands there is more than a
# number, and the library would take it for an extension or drop it: then "139…转5" and "139…/138…"
# would be somebody's number that nobody typed.
BETWEEN = re.compile(r"[\s()\-\u2010-\u2015\u2212.·]")
WRITTEN = re.compile(r"\+?[0-9]+", re.ASCII)


class BadPhone(Refusal):
    """Not one phone number of mainland China and nothing else. Facts: why ("" or "landline": no
    code can be sent there)."""

    code = "bad_phone"


def clean(text: str) -> str:
    """The number as it is stored: "13800138000", "059187654321". Raises BadPhone."""
    written = BETWEEN.sub("", line(unicodedata.normalize("NFKC", text)))
    if not WRITTEN.fullmatch(written):
        raise BadPhone(why="")
    try:
        number = phonenumbers.parse(written, "CN")
    except phonenumbers.NumberParseException:
        raise BadPhone(why="") from None
    if number.country_code != 86 or not phonenumbers.is_valid_number(number):
        raise BadPhone(why="")
    digits = phonenumbers.national_significant_number(number)
    return digits if is_mobile(digits) else f"0{digits}"


def clean_mobile(text: str) -> str:
    """As clean(), of a number that has to get codes. Raises BadPhone."""
    number = clean(text)
    if not is_mobile(number):
        raise BadPhone(why="landline")
    return number


def index(number: str) -> bytes:
    """What stands in a `phone_index` column for this (clean) number."""
    return blind_index(number, "phone")


def masked(number: str) -> str:
    """138****8000; of a landline the last four digits."""
    return (
        f"{number[:3]}****{number[-4:]}"
        if is_mobile(number)
        else f"{'*' * max(0, len(number) - 4)}{number[-4:]}"
    )


def is_mobile(digits: str) -> bool:
    """Whether a code can be sent to this (clean) number."""
    return len(digits) == 11 and digits.startswith("1")
