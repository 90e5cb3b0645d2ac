"""What volunteers agree to: which version holds for whom, who has agreed, and what waits until she
has. A version is its organisation's, and holds for everybody below who has no nearer one."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from backend.common.clock import local_day
from backend.common.prepared import SOME_DAY, Prepared
from backend.organisations.models import Organisation
from backend.organisations.queries import within
from backend.volunteers.models import Agreement, AgreementVersion, Volunteer
from backend.volunteers.queries import volunteers_within


def must_agree_first(volunteer_id: int, now: datetime) -> AgreementVersion | None:
    """The version that holds for her and that she has not agreed to: until she does she takes
    nothing new by herself. What she promised stays, and a coordinator places her with her word as
    ever. None: nothing waits."""
    held = version_for(volunteer_id, local_day(now))
    if held is None or held.agreed:  # type: ignore[attr-defined]  # annotated
        return None
    return held


def versions_for(volunteer_id: int) -> QuerySet[AgreementVersion]:
    """Every version of what her organisation's volunteers, or those of one above it, agree to; each
    with when she did (`agreed`, None: not yet). The nearest organisation's newest comes first."""
    hers = Volunteer.objects.filter(pk=volunteer_id).values("organisation__path")
    agreed = Agreement.objects.filter(version=OuterRef("pk"), volunteer=volunteer_id).values("at")
    rows = AgreementVersion.objects.annotate(agreed=Subquery(agreed), hers=Subquery(hers))
    of_hers = rows.filter(hers__startswith=F("organisation__path"))
    return of_hers.select_related("organisation").order_by("-organisation__level", "-number")


def _in_force(volunteer_id: int, day: date) -> QuerySet[AgreementVersion]:
    return versions_for(volunteer_id).filter(from_on__lte=day)[:1]


_newest = Prepared(_in_force, 0, SOME_DAY)


def version_for(volunteer_id: int, today: date) -> AgreementVersion | None:
    """The version that holds for her today, with when she agreed to it (`agreed`); None where
    nobody published one."""
    return next(iter(_newest(volunteer_id, today)), None)


def next_version_for(volunteer_id: int, today: date) -> AgreementVersion | None:
    """One that is published already and begins later."""
    held = version_for(volunteer_id, today)
    later = versions_for(volunteer_id).filter(from_on__gt=today)
    if held is not None:
        later = later.filter(
            Q(organisation=held.organisation_id, number__gt=held.number)
            | Q(organisation__level__gt=held.organisation.level)
        )
    return later.first()


def agreements_of(volunteer_id: int) -> QuerySet[Agreement]:
    """What she agreed to, the newest first."""
    rows = Agreement.objects.filter(volunteer=volunteer_id)
    return rows.select_related("version__organisation").order_by("-at", "-pk")


def versions_of(organisation: Organisation) -> QuerySet[AgreementVersion]:
    """What an organisation itself published, the newest first."""
    return AgreementVersion.objects.filter(organisation=organisation).order_by("-number")


def reached_by(version: AgreementVersion) -> QuerySet[Volunteer]:
    """Who serves and agrees to this version, once it holds: everybody below its organisation but
    those who have a nearer one."""
    path = version.organisation.path
    nearer = AgreementVersion.objects.filter(
        from_on__lte=version.from_on, organisation__path__startswith=path
    ).exclude(organisation=version.organisation_id)
    paths = list(nearer.values_list("organisation__path", flat=True).distinct())
    people = volunteers_within([path]).filter(state=Volunteer.State.ACTIVE)
    return people.exclude(within(paths, "organisation__path"))


def agreed_among(version: AgreementVersion) -> tuple[int, int]:
    """How many of those who serve agreed to it, and how many there are."""
    reached = reached_by(version)
    agreed = Agreement.objects.filter(version=version, volunteer=OuterRef("pk"))
    return reached.filter(Exists(agreed)).count(), reached.count()
