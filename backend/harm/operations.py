"""Writing a report down: at once, without anybody's leave, whatever it says."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import paragraphs
from backend.harm.models import HarmReport
from backend.outbox.kinds import HarmReported
from backend.outbox.record import record
from backend.rota.models import Session

LONGEST = 2000  # characters
# What it may be, as the guidance of 2020 groups it; coarse, and none of them need be ticked.
SIGNS = ("hurt", "neglected", "faint", "touched", "unknown", "other")


@dataclass(frozen=True)
class Sighting:
    """What was ticked, and what was written."""

    signs: tuple[str, ...]
    said: str


@operation
def report_harm(
    *, session_id: int, signs: Collection[str], said: str, actor: User, now: datetime
) -> HarmReport:
    """Write it down, and tell the officers that there is one; an empty one too, because the time of
    it counts. What was said is in no event, message or log."""
    session = Session.objects.select_related("rota__organisation").get(pk=session_id)
    organisation = session.rota.organisation
    words = json.dumps(
        {
            "signs": [sign for sign in SIGNS if sign in signs],
            "said": paragraphs(said)[:LONGEST],
            "salt": token_hex(16),  # so that the digest says nothing of a short text
        },
        ensure_ascii=False,
    )
    row = HarmReport(
        organisation=organisation,
        session_id=session.pk,
        made_by_id=actor.pk,
        made_at=now,
        words=words,
        digest=digest_of(words),
    )
    row.save()
    note(actor, "create", f"harm:{row.pk}", now=now)
    record(HarmReported(report=row.pk), streams=organisation.streams, actor=actor, now=now)
    return row


def seen_in(row: HarmReport) -> Sighting:
    """What it says; whoever shows it notes the look."""
    words = json.loads(str(row.words))
    return Sighting(tuple(words["signs"]), words["said"])


def is_as_written(row: HarmReport) -> bool:
    return digest_of(str(row.words)) == row.digest


def digest_of(words: str) -> str:
    return sha256(words.encode()).hexdigest()
