"""Who is told what of places that may pass to somebody else: the part of `table.py` about them."""

from __future__ import annotations

from backend.notifications import minor_table as minors
from backend.notifications.shape import ASKING, MOMENT, NO_SMS, MessageKind, Row
from backend.outbox import kinds
from backend.outbox.shape import Kind

MESSAGES: dict[str, MessageKind] = {
    "cover_asked": MessageKind("cover_waits", "volunteer:mine", night=ASKING, together=MOMENT),
    "cover_over": MessageKind("cover_spared", "volunteer:mine", channels=NO_SMS, together=MOMENT),
    "cover_taken": MessageKind("cover_passed", "volunteer:mine", night=ASKING, optional=False),
    "cover_failed": MessageKind("cover_failed", "volunteer:mine", night=ASKING, optional=False),
}
SPARED = Row("spared_the_answer", "cover_over")
TOLD: dict[type[Kind], tuple[Row, ...]] = {
    kinds.CoverAsked: (Row("asked_to_cover", "cover_asked"),),
    kinds.CoverEnded: (SPARED, Row("whose_place_nobody_takes", "cover_failed")),
    kinds.CoverTaken: (
        Row("whose_place_was_taken", "cover_taken"),
        SPARED,
        *minors.GROWN_UP_AGAIN,
    ),
}
NOBODY: dict[type[Kind], str] = {
    kinds.CoverDeclined: "others may still take it, and her page counts who cannot",
}
