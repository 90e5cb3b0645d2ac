"""A volunteer's papers once her data are erased: the number still checks, and names nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import hold_one, operation
from backend.outbox.kinds import StarEnded, StatementDropped
from backend.proofs.content import Content
from backend.proofs.models import StarAward, Statement
from backend.proofs.operations import stars
from backend.proofs.operations.changes import happened
from backend.volunteers.models import Volunteer

IN_NOBODYS_HANDS = (Statement.State.REQUESTED, Statement.State.DISPLAYED)


@operation
def forget_holder(*, volunteer_id: int, actor: User | None, now: datetime) -> int:
    """Take her name and the numbers of her out of what stands on her papers, and their files away;
    how many papers. Number, hours, state and digest stay, because somebody may hold the paper. What
    nobody holds yet, asked for, on display or not printed, ends; a star on display as well."""
    hold_one(Volunteer, volunteer_id)
    hers = Statement.objects.select_related("volunteer", "organisation").defer("pdf")
    rows = list(hers.filter(volunteer=volunteer_id))
    numbered = [row for row in rows if row.number is not None]
    for row in numbered:
        content = Content.from_json(str(row.content))
        row.content = replace(content, name="", volunteer_number="", identity="").as_json()
        row.pdf = None
        row.save(update_fields=["content", "pdf"])
        note(actor, "erase", f"statement:{row.pk}", now=now)
    for row in rows:
        if row.state in IN_NOBODYS_HANDS or (row.is_issued and not row.is_printed):
            _drop(row, actor, now)
    for star in StarAward.objects.filter(volunteer=volunteer_id, state=StarAward.State.PUBLIC):
        star.state = StarAward.State.ENDED
        star.settled_at = now
        star.save(update_fields=["state", "settled_at"])
        stars.happened(StarEnded(star=star.pk, volunteer=volunteer_id), star, actor, now)
    return len(numbered)


def _drop(row: Statement, actor: User | None, now: datetime) -> None:
    row.state = Statement.State.DROPPED
    row.ended_at = now
    row.save(update_fields=["state", "ended_at"])
    happened(StatementDropped(statement=row.pk, volunteer=row.volunteer_id), row, actor, now)
