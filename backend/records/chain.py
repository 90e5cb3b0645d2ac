"""The chain of a volunteer's hours: each row carries the digest of the one before it.

The digest is keyed with INDEX_KEY, which the database does not hold: whoever can write rows past
the application cannot make one that fits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC

from backend.common.sealing import blind_index
from backend.records.models import ServiceRecord

PURPOSE = "service.chain"


def digest_of(row: ServiceRecord) -> str:
    """What the row's `digest` must be, of everything else that it says."""
    said = [
        row.volunteer_id,
        row.number,
        row.session_id,
        row.organiser_id,
        row.minutes,
        row.reverses_id,
        row.word_by_id,
        row.recorded_by_id,
        row.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.note,
        row.previous,
    ]
    return blind_index(json.dumps(said, ensure_ascii=False), PURPOSE).hex()


def link(row: ServiceRecord, heads: Mapping[int, tuple[int, str]]) -> tuple[int, str]:
    """Put an unsaved row behind its volunteer's head (`heads`: volunteer → number and digest); the
    new head."""
    number, previous = heads.get(row.volunteer_id, (0, ""))
    row.number = number + 1
    row.previous = previous
    row.digest = digest_of(row)
    return row.number, row.digest
