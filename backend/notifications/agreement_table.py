"""Who is told what of the versions that volunteers agree to: the part of `table.py` about them."""

from __future__ import annotations

from backend.notifications.shape import NO_SMS, MessageKind, Row
from backend.outbox import kinds
from backend.outbox.shape import Kind

MESSAGES: dict[str, MessageKind] = {
    "agreement_new": MessageKind("agreement_asked", "volunteer:agreement", channels=NO_SMS),
}
TOLD: dict[type[Kind], tuple[Row, ...]] = {
    kinds.AgreementPublished: (Row("who_agrees_to_it", "agreement_new"),),
}
NOBODY: dict[type[Kind], str] = {
    kinds.VolunteerAgreed: "she did it herself, or signed a paper before whoever wrote it down",
}
