"""What a worker made of an issued statement."""

from __future__ import annotations

import hashlib
from datetime import datetime

from backend.common.locking import operation
from backend.outbox.kinds import StatementPrinted
from backend.proofs.operations.changes import happened, held


@operation
def keep_print(*, statement_id: int, pdf: bytes, missing: str, now: datetime) -> bool:
    """Keep the PDF of a statement, sealed, with its digest; `missing`: the characters that the font
    has not. False when it has one already: the first stays, because somebody may hold it.

    Raises Statement.DoesNotExist.
    """
    row = held(statement_id)
    if row.is_printed or not row.is_issued:
        return False
    row.pdf = pdf
    row.digest = hashlib.sha256(pdf).hexdigest()
    row.missing = missing
    row.save(update_fields=["pdf", "digest", "missing"])
    happened(StatementPrinted(statement=row.pk, volunteer=row.volunteer_id), row, None, now)
    return True
