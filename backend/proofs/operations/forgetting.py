"""A volunteer's papers once her data are erased: the number still checks, and names nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import hold_one, operation
from backend.proofs.content import Content
from backend.proofs.models import Statement
from backend.volunteers.models import Volunteer


@operation
def forget_holder(*, volunteer_id: int, actor: User | None, now: datetime) -> int:
    """Take her name and the numbers of her out of what stands on her papers, and their files away;
    how many papers. Number, hours, state and digest stay, because somebody may hold the paper."""
    hold_one(Volunteer, volunteer_id)
    rows = list(Statement.objects.filter(volunteer=volunteer_id, number__isnull=False))
    for row in rows:
        content = Content.from_json(str(row.content))
        row.content = replace(content, name="", volunteer_number="", identity="").as_json()
        row.pdf = None
        row.save(update_fields=["content", "pdf"])
        note(actor, "erase", f"statement:{row.pk}", now=now)
    return len(rows)
