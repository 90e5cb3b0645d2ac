"""Who may read a report: the officers for children's information of the organisation that keeps the
session's rota, and of those above it. Nobody else, whatever she is."""

from __future__ import annotations

from django.db.models import QuerySet

from backend.access.queries import Someone
from backend.access.refusals import NotSeen
from backend.harm.models import HarmReport
from backend.organisations.models import Membership, Organisation
from backend.organisations.queries import scope_paths, within
from backend.rota.models import Assignment, Rota, Session
from backend.visits.policy import WAS_THERE

READS = (Membership.Role.OFFICER,)


def is_officer(user: Someone) -> bool:
    return bool(scope_paths(user, READS))


def has_officer(organisation: Organisation) -> bool:
    """Whether anybody would read a report of a session of its rotas. One statement."""
    above = [int(pk) for pk in organisation.path.strip(".").split(".")]
    rows = Membership.objects.filter(role__in=READS, user__is_active=True)
    return rows.filter(organisation__in=above).exists()


def organisations_unread() -> int:
    """How many have a published rota, and nobody who would read a report of it. Two
    statements."""
    rows = Membership.objects.filter(role__in=READS, user__is_active=True)
    read = list(rows.values_list("organisation__path", flat=True).distinct())
    acting = Organisation.objects.filter(rotas__state=Rota.State.PUBLISHED).distinct()
    return acting.exclude(within(read)).count()


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
    """A session in which she has a place, or had one when it had begun: whoever was there may
    report, however her place ended since."""
    hers = Assignment.objects.filter(WAS_THERE, session=session_id, volunteer__user=user.pk)
    rows = Session.objects.filter(pk__in=hers.values("session"))
    return rows.select_related("rota__organisation", "venue", "engagement", "programme").first()
