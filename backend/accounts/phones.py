"""Phone numbers of mainland China: one way to store them, one way to find them again, one way to
show them."""

from __future__ import annotations

import unicodedata

import phonenumbers

from backend.common.refusal import Refusal
from backend.common.sealing import blind_index


class BadPhone(Refusal):
    """No phone number of mainland China."""

    code = "bad_phone"


def clean(text: str) -> str:
    """The number as it is stored: "13800138000", "059187654321". Raises BadPhone."""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), "CN")
    except phonenumbers.NumberParseException:
        raise BadPhone() from None
    if number.country_code != 86 or not phonenumbers.is_valid_number(number):
        raise BadPhone()
    digits = phonenumbers.national_significant_number(number)
    return digits if _is_mobile(digits) else f"0{digits}"


def index(number: str) -> bytes:
    """What stands in a `phone_index` column for this (clean) number."""
    return blind_index(number, "phone")


def masked(number: str) -> str:
    """138****8000; of a landline the last four digits."""
    return (
        f"{number[:3]}****{number[-4:]}"
        if _is_mobile(number)
        else f"{'*' * max(0, len(number) - 4)}{number[-4:]}"
    )


def _is_mobile(digits: str) -> bool:
    return len(digits) == 11 and digits.startswith("1")
