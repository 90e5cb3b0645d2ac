"""What an organisation says of itself: whom to phone, who answers for its papers."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import line
from backend.organisations.models import Organisation
from backend.outbox.kinds import OrganisationDescribed
from backend.outbox.record import record


@operation
def describe_organisation(
    *,
    organisation: Organisation,
    contact_phone: str,
    responsible: str,
    lawful_issuer: bool,
    stars_on_reported: bool,
    actor: User,
    now: datetime,
) -> None:
    """Keep these; papers that were issued keep what stands on them."""
    organisation.contact_phone = line(contact_phone)
    organisation.responsible = line(responsible)
    organisation.lawful_issuer = lawful_issuer
    organisation.stars_on_reported = stars_on_reported
    organisation.save(
        update_fields=["contact_phone", "responsible", "lawful_issuer", "stars_on_reported"]
    )
    note(actor, "change", f"organisation:{organisation.pk}", "details", now=now)
    happened = OrganisationDescribed(organisation=organisation.pk)
    record(happened, streams=organisation.streams, actor=actor, now=now)
