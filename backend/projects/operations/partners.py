"""Partners, and since when the incubator raises them."""

from __future__ import annotations

from datetime import date, datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import PartnerChanged
from backend.outbox.record import record
from backend.projects.models import Partner

NAME = 60  # characters


class PartnerRefused(Refusal):
    """A value that cannot be. Facts: field ("name", "raised_until"), why ("empty", "long", "twice",
    "order"), limit."""

    code = "partner_refused"


@operation
def add_partner(
    *,
    organisation: Organisation,
    name: str,
    kind: str,
    raised_from: date | None = None,
    raised_until: date | None = None,
    actor: User,
    now: datetime,
) -> Partner:
    """Raises PartnerRefused."""
    row = Partner(organisation=organisation, kind=kind)
    return _keep(row, name, raised_from, raised_until, actor, now)


@operation
def change_partner(
    *,
    partner_id: int,
    name: str,
    kind: str,
    raised_from: date | None,
    raised_until: date | None,
    actor: User,
    now: datetime,
) -> Partner:
    """Raises PartnerRefused; Partner.DoesNotExist."""
    row = Partner.objects.select_related("organisation").get(pk=partner_id)
    row.kind = kind
    return _keep(row, name, raised_from, raised_until, actor, now)


def _keep(
    row: Partner,
    name: str,
    raised_from: date | None,
    raised_until: date | None,
    actor: User,
    now: datetime,
) -> Partner:
    row.name = line(name)
    if not row.name:
        raise PartnerRefused(field="name", why="empty", limit=NAME)
    if len(row.name) > NAME:
        raise PartnerRefused(field="name", why="long", limit=NAME)
    same = Partner.objects.filter(organisation=row.organisation_id, name=row.name)
    if same.exclude(pk=row.pk).exists():
        raise PartnerRefused(field="name", why="twice", limit=NAME)
    if raised_until and (raised_from is None or raised_until < raised_from):
        raise PartnerRefused(field="raised_until", why="order", limit=0)
    row.raised_from = raised_from
    row.raised_until = raised_until
    row.save()
    note(actor, "change", f"partner:{row.pk}", now=now)
    happened = PartnerChanged(partner=row.pk)
    record(happened, streams=row.organisation.streams, actor=actor, now=now)
    return row
