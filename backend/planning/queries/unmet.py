"""Who has promised to come and, by what is known today, lacks on that day what the role asks for: a
certificate that ends before it, a vetting that does not reach so far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from backend.common.clock import LOCAL
from backend.planning.queries.unsettled import against_promise
from backend.rota.models import Assignment, Session
from backend.rota.policy import not_begun
from backend.rota.snapshot.excerpt import excerpts_of
from backend.rota.snapshot.sessions import required_kinds
from backend.rota.states import TO_COME
from backend.volunteers.models import VettingCheck, VolunteerCredential
from matching import Violation

RULE = "qualification"


@dataclass(frozen=True)
class UnmetPromise:
    """Her promise, which is hers still, and what she lacks for it."""

    volunteer: int
    name: str
    session: Session
    role: str
    lacks: tuple[Violation, ...]


def unmet_promises(sessions: QuerySet[Session], now: datetime) -> list[UnmetPromise]:
    """In these sessions, of those that have not begun, the next first. One statement where nobody
    can lack anything; the rules have the last word."""
    last_day = TruncDate("session__ends_at", tzinfo=LOCAL)
    rows = Assignment.objects.annotate(last_day=last_day).filter(
        not_begun(now, "session__"),
        _may_lack(),
        session__in=sessions.order_by().values("pk"),
        session__state__in=TO_COME,
        state=Assignment.State.ACTIVE,
    )
    theirs = list(
        rows.select_related(
            "volunteer", "shift__role", "session__rota", "session__programme"
        ).order_by("session__starts_at", "volunteer__sort_key", "pk")
    )
    wanted: defaultdict[int, list[Session]] = defaultdict(list)
    for place in theirs:
        wanted[place.volunteer_id].append(place.session)
    excerpts = excerpts_of(wanted, now=now)
    found = []
    for place in theirs:
        excerpt = excerpts[place.volunteer_id, place.session.rota_id]
        if lacks := tuple(v for v in against_promise(excerpt, place.shift_id) if v.rule == RULE):
            her, role = place.volunteer, place.shift.role.name
            found.append(UnmetPromise(her.pk, her.name, place.session, role, lacks))
    return found


def unmet_in(session: Session, now: datetime) -> list[UnmetPromise]:
    """The same of one session."""
    return unmet_promises(Session.objects.filter(pk=session.pk), now)


def _may_lack() -> Exists:
    """Something is asked that no certificate, or vetting, of hers holds until that day. It leaves
    out only whom the rule lets pass."""
    day, whose = OuterRef(OuterRef("last_day")), OuterRef(OuterRef("volunteer"))
    lasts = Q(valid_until=None) | Q(valid_until__gte=day)
    held = VolunteerCredential.objects.filter(
        lasts, volunteer=whose, kind=OuterRef("pk"), checked_at__isnull=False, valid_from__lte=day
    )
    checks = VettingCheck.objects.filter(volunteer=whose)
    clear = checks.filter(lasts, result=VettingCheck.Result.CLEAR)
    refused = checks.filter(result=VettingCheck.Result.BLOCKED)
    kinds = required_kinds(
        OuterRef(OuterRef("shift__role")), OuterRef(OuterRef("session__engagement"))
    )
    vetted = Q(Exists(clear)) & ~Exists(refused)
    lacking = Q(~Exists(held), is_vetting=False) | Q(~vetted, is_vetting=True)
    return Exists(kinds.filter(lacking))
