"""Whose report a coordinator may read: of her organisations and of all below them."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from backend.access.refusals import NotSeen
from backend.accounts.models import User
from backend.organisations.models import Organisation
from backend.organisations.queries import memberships, scope_paths, within
from backend.reports.models import Report

Someone = User | AnonymousUser


def organisation_read(user: Someone, pk: int | None) -> Organisation:
    """The organisation of that key; None: the highest of hers. Raises NotSeen."""
    hers = Organisation.objects.filter(within(scope_paths(user))).order_by("path")
    row = hers.filter(pk=pk).first() if pk is not None else _highest(user)
    if row is None:
        raise NotSeen
    return row


def _highest(user: Someone) -> Organisation | None:
    paths = scope_paths(user)
    return next((m.organisation for m in memberships(user) if m.organisation.path in paths), None)


def above(user: Someone, organisation: Organisation) -> list[Organisation]:
    """The organisations above it that she reads, from the top down."""
    ids = [int(part) for part in organisation.path.strip(".").split(".")[:-1]]
    hers = Organisation.objects.filter(within(scope_paths(user)), pk__in=ids)
    return list(hers.order_by("path"))


def reports_seen(user: Someone) -> QuerySet[Report]:
    rows = Report.objects.filter(within(scope_paths(user), "organisation__path"))
    return rows.select_related("organisation", "made_by")


def report_seen(user: Someone, pk: int) -> Report:
    """Raises NotSeen."""
    row = reports_seen(user).filter(pk=pk).first()
    if row is None:
        raise NotSeen
    return row
