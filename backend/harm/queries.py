"""Who may read a report: the officers for children's information of the organisation that keeps the
session's rota, and of those above it. Nobody else, whatever she is."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.access.queries import Someone
from backend.access.refusals import NotSeen
from backend.harm.models import HarmReport
from backend.organisations.models import Membership
from backend.organisations.queries import scope_paths, within
from backend.rota.models import Assignment, Session
from backend.visits.policy import INSIDE

READS = (Membership.Role.OFFICER,)


def is_officer(user: Someone) -> bool:
    return bool(scope_paths(user, READS))


def reports_for(user: Someone) -> QuerySet[HarmReport]:
    """The newest first, what they say left sealed."""
    hers = within(scope_paths(user, READS), "organisation__path")
    rows = HarmReport.objects.filter(hers).defer("words")
    return rows.select_related("organisation").order_by("-made_at", "-pk")


def report_for(user: Someone, pk: int) -> HarmReport:
    """Raises NotSeen."""
    hers = within(scope_paths(user, READS), "organisation__path")
    row = HarmReport.objects.filter(hers, pk=pk).select_related("organisation").first()
    if row is None:
        raise NotSeen
    return row


def session_of(user: Someone, session_id: int) -> Session | None:
    """A session in which she has, or had, a place: whoever was there may report, also where it was
    called off while she was."""
    hers = Assignment.objects.filter(INSIDE, session=session_id, volunteer__user=user.pk)
    rows = Session.objects.filter(pk__in=hers.values("session"))
    return rows.select_related("rota__organisation", "venue", "engagement", "programme").first()
