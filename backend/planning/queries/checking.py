"""Certificates that wait to be looked at, as a coordinator's desk shows them, and what ending one
would touch. Only she who coordinates where the volunteer is registered sees evidence; who watches
does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet

from backend.access.queries import Someone
from backend.access.refusals import NotHers, NotSeen
from backend.common.clock import local_midnight
from backend.organisations.policy import ACTS, VETS
from backend.organisations.queries import scope_paths, within
from backend.planning.queries.register import volunteers_found
from backend.rota.models import Assignment
from backend.volunteers.models import EvidencePage, HandIn, VettingCheck, VolunteerCredential

WHOSE = ("volunteer__organisation", "volunteer__street", "kind")


def waiting_hand_ins(user: Someone) -> QuerySet[HandIn]:
    """What waits where she coordinates, the longest first."""
    return _hers(user).filter(state=HandIn.State.WAITING).order_by("made_at", "pk")


def hand_in_to_answer(user: Someone, pk: int) -> HandIn:
    """One that she may answer, or has been answered. Raises NotSeen, and NotHers when she only
    sees whose it is."""
    row = _hers(user).filter(pk=pk).first()
    if row is not None:
        return row
    whose = HandIn.objects.filter(pk=pk).values("volunteer")
    if volunteers_found(user).filter(pk__in=whose).exists():
        raise NotHers
    raise NotSeen


def waiting_vettings(user: Someone) -> QuerySet[VettingCheck]:
    """Who has consented to be asked about, and waits for the answer, the longest first."""
    scope = within(scope_paths(user, VETS), "volunteer__organisation__path")
    rows = VettingCheck.objects.filter(scope, result=VettingCheck.Result.PENDING)
    return rows.select_related("volunteer__organisation").order_by("consent_at", "pk")


def vetting_to_answer(user: Someone, pk: int) -> VettingCheck:
    """Raises NotSeen, and NotHers when she only sees whose it is."""
    scope = within(scope_paths(user, VETS), "volunteer__organisation__path")
    rows = VettingCheck.objects.select_related("volunteer__organisation")
    row = rows.filter(scope, pk=pk).first()
    if row is not None:
        return row
    whose = rows.filter(pk=pk).values("volunteer")
    if volunteers_found(user).filter(pk__in=whose).exists():
        raise NotHers
    raise NotSeen


def evidence_page(user: Someone, pk: int) -> EvidencePage:
    """Raises NotSeen."""
    scope = within(scope_paths(user, ACTS), "hand_in__volunteer__organisation__path")
    row = EvidencePage.objects.filter(scope, pk=pk).first()
    if row is None:
        raise NotSeen
    return row


def credential_to_end(user: Someone, pk: int) -> VolunteerCredential:
    """Raises NotSeen, and NotHers when she only sees whose it is."""
    rows = VolunteerCredential.objects.select_related(*WHOSE)
    scope = within(scope_paths(user, ACTS), "volunteer__organisation__path")
    row = rows.filter(scope, pk=pk).first()
    if row is not None:
        return row
    whose = rows.filter(pk=pk).values("volunteer")
    if volunteers_found(user).filter(pk__in=whose).exists():
        raise NotHers
    raise NotSeen


def promises_wanting(
    credential: VolunteerCredential, after: date, now: datetime
) -> Sequence[Assignment]:
    """What she has promised after that day, where the role or the kind of session requires this;
    the earliest first. One statement."""
    wants = Q(shift__role__requires=credential.kind_id) | Q(
        session__engagement__requires=credential.kind_id
    )
    later = Q(session__starts_at__gte=max(now, local_midnight(after)))
    rows = Assignment.objects.filter(
        wants,
        later | Q(session__starts_at=None),
        volunteer=credential.volunteer_id,
        state=Assignment.State.ACTIVE,
    )
    shown = rows.select_related("session__venue", "shift__role").distinct()
    return list(shown.order_by("session__starts_at", "pk"))


def _hers(user: Someone) -> QuerySet[HandIn]:
    scope = within(scope_paths(user, ACTS), "volunteer__organisation__path")
    return HandIn.objects.filter(scope).select_related(*WHOSE)
