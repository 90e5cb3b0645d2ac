"""Who may read a report: the officers for children's information of the organisation that keeps the
session's rota, and of those above it. Nobody else, whatever she is."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from backend.access.queries import Someone
from backend.access.refusals import NotSeen
from backend.harm.models import HarmReport
from backend.organisations.models import Membership, Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths, within
from backend.rota.models import Assignment, Rota, Session
from backend.visits.policy import WAS_THERE

READS = (Membership.Role.OFFICER,)


def is_officer(user: Someone) -> bool:
    return bool(scope_paths(user, READS))


def officers_over(organisation: Organisation) -> list[int]:
    """The users who may read a report of a session of its rotas. One statement."""
    return sorted({user for _, user in _over(organisation, READS)})


def who_appoints(organisation: Organisation) -> list[int]:
    """The users who are told that there is a report where nobody may read it, and nothing of it:
    the coordinators nearest above the organisation (in a small place whoever is told knows whose it
    is), its own where none are above, and the operators over it. Two statements."""
    found = _over(organisation, (Membership.Role.OPERATOR,))
    desks = _over(organisation, ACTS)
    higher = [path for path, _ in desks if path != organisation.path]
    nearest = max(higher, key=len, default=organisation.path)
    return sorted({user for _, user in found} | {user for path, user in desks if path == nearest})


def _over(organisation: Organisation, roles: Collection[str]) -> list[tuple[str, int]]:
    """Who has one of these roles in the organisation or above it, with the path of where."""
    above = [int(pk) for pk in organisation.path.strip(".").split(".")]
    rows = Membership.objects.filter(role__in=roles, user__is_active=True, organisation__in=above)
    return list(rows.values_list("organisation__path", "user_id"))


def organisations_unread() -> int:
    """How many have a published rota, and nobody who would read a report of it. Two
    statements."""
    rows = Membership.objects.filter(role__in=READS, user__is_active=True)
    read = list(rows.values_list("organisation__path", flat=True).distinct())
    acting = Organisation.objects.filter(rotas__state=Rota.State.PUBLISHED).distinct()
    return acting.exclude(within(read)).count()


def reports_for(user: Someone) -> QuerySet[HarmReport]:
    """The newest first, what they say left sealed; what one person said of one session is one line
    (`others`: how many more there are), so that many of hers hide nobody's else."""
    hers = within(scope_paths(user, READS), "organisation__path")
    rows = HarmReport.objects.filter(hers).defer("words")
    same = HarmReport.objects.filter(
        session_id=OuterRef("session_id"), made_by_id=OuterRef("made_by_id")
    ).order_by()
    later = same.filter(pk__gt=OuterRef("pk"))
    counted = same.values("session_id").annotate(n=Count("pk")).values("n")
    one_line = rows.filter(~Exists(later)).annotate(others=Subquery(counted) - 1)
    return one_line.select_related("organisation").order_by("-made_at", "-pk")


def beside(row: HarmReport) -> list[HarmReport]:
    """What the same person said of the same session besides, the first one first."""
    rows = HarmReport.objects.filter(session_id=row.session_id, made_by_id=row.made_by_id)
    return list(rows.exclude(pk=row.pk).defer("words").order_by("pk"))


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
