"""Fields that FIELD_KEYS does not open: whoever comes by those keys reads no case."""

from __future__ import annotations

from backend.common.sealing import SealedField, has_keys

CASE_RING = "CASE_KEYS"


class CaseField(SealedField):
    """A text about a case or about somebody in it."""

    ring = CASE_RING


def cases_have_keys() -> bool:
    return has_keys(CASE_RING)
