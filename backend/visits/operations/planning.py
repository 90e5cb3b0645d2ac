"""A coordinator makes a visit of a family's wish, or turns it down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from backend.accounts.models import User
from backend.accounts.purposes import ConsentPurpose
from backend.bookings.models import Booking
from backend.bookings.operations import keep_seats
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.families.operations import ConsentNeeded
from backend.families.policy import YOUNGEST_YEARS
from backend.outbox.kinds import VisitDeclined, VisitPlanned
from backend.places.codes import COUNTY
from backend.planning.queries.candidates import candidates
from backend.planning.queries.runs import open_proposal
from backend.programmes.models import ADULT, Engagement, Role
from backend.rota.models import Rota, Session
from backend.rota.operations import Home, SessionValues, add_session
from backend.rota.policy import HOME_GROUP
from backend.visits.events import tell
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations.requests import agreed_to_visit, open_request_of
from backend.visits.policy import PEOPLE, suits
from backend.visits.states import VisitNo, VisitState


class VisitPlanRefused(Refusal):
    """It cannot be planned so.

    Facts: why ("rota": it is not published, "risk": nothing says what to look out for, "people":
    fewer than two would go, "adult": it does not ask that who goes is of age,
    "outside": the family named no such time,
    "carries": nobody would look after the child, "no": no reason is given).
    """

    code = "visit_plan_refused"


@dataclass(frozen=True, kw_only=True)
class VisitPlan:
    """A time for a visit, and who comes: with a worker of the community (`escorted`) the first of
    two roles is enough. `risk_note` is what both read before they say yes; `outside`: she knows
    that the family named no such time."""

    rota_id: int
    engagement_id: int
    starts_at: datetime
    minutes: int
    risk_note: str
    escorted: bool = False
    outside: bool = False

    @property
    def mark(self) -> str:
        """Tells one plan from another: whoever confirms sends back the mark of what she saw."""
        return sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class CouldGo:
    """Who could be asked in one role: names, who fits best first, as the page that asks has them;
    `funnel`: how many each rule leaves."""

    role: str
    names: Sequence[str]
    funnel: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class PlannedVisit:
    """What it means: the family is asked until `answer_by`, and so many volunteers are looked for;
    `could_go`, by role, where it was asked what it would mean."""

    visit: Visit
    booking: Booking
    people: int
    could_go: Sequence[CouldGo] = ()


@operation
def plan_visit(
    *,
    request: VisitRequest,
    version: int,
    plan: VisitPlan,
    actor: User | None,
    now: datetime,
) -> PlannedVisit:
    """A session at the family's home, for which volunteers are found as for any other; the family
    is asked whether the time suits, and until it has answered it is kept.

    Raises VisitMoved, VisitPlanRefused, ConsentNeeded, RulesBroken, ConsentMissing,
    SessionValueRefused, SessionOver.
    """
    row = open_request_of(request.family_id, request.pk, version)
    if row.child_id is None or not agreed_to_visit(row.family, row.child_id):
        raise ConsentNeeded(purpose=ConsentPurpose.VISIT)
    rota = lock_one(Rota, plan.rota_id)
    engagement = Engagement.objects.get(pk=plan.engagement_id, at_home=True)
    if not engagement.requires.filter(code=ADULT).exists():
        raise VisitPlanRefused(why="adult")
    if rota.state != Rota.State.PUBLISHED:
        raise VisitPlanRefused(why="rota")
    _check_said(row, plan)
    shifts = shifts_for(engagement, escorted=plan.escorted)
    session = _session_of(row, engagement, plan, shifts, actor, now)
    booking = keep_seats(
        family_id=row.family_id,
        session_id=session.pk,
        child_ids=[row.child_id],
        actor=actor,
        now=now,
    )
    visit = Visit.objects.create(session=session, request=row, escorted=plan.escorted)
    row.state = VisitState.PLANNED
    row.version += 1
    row.save(update_fields=["state", "version"])
    tell(VisitPlanned, row, actor=actor, now=now)
    return PlannedVisit(visit, booking, sum(high for _, _, high in shifts))


def _check_said(row: VisitRequest, plan: VisitPlan) -> None:
    """What those who go are told, and that the family said it is at home then."""
    if not line(plan.risk_note):
        raise VisitPlanRefused(why="risk")
    if not plan.outside and not suits(row, plan.starts_at):
        raise VisitPlanRefused(why="outside")


def effect_of_plan(
    *,
    request: VisitRequest,
    version: int,
    plan: VisitPlan,
    actor: User | None,
    now: datetime,
) -> PlannedVisit:
    """What `plan_visit` would do, and who could be asked then, by doing it and taking it back.
    Nothing is changed. Raises what that raises."""
    with transaction.atomic():
        planned = plan_visit(request=request, version=version, plan=plan, actor=actor, now=now)
        could_go = _who_could_go(planned.visit.session, actor, now)
        transaction.set_rollback(True)
    return replace(planned, could_go=could_go)


def _who_could_go(session: Session, actor: User | None, now: datetime) -> list[CouldGo]:
    rows = session.shifts.select_related(
        "role", "session__rota__organisation", "session__programme"
    )
    found = []
    for shift in rows.order_by("pk"):
        search = candidates(shift, open_proposal(session.rota), now)
        if actor is not None:
            search = search.among(actor, shift.session)
        names = [one.name for one in search.able]
        found.append(CouldGo(shift.role.name, names, search.funnel))
    return found


@operation
def decline_visit(
    *, request: VisitRequest, version: int, because: str, actor: User | None, now: datetime
) -> VisitRequest:
    """Turn it down, with a sentence that the family reads (`because`: of VisitNo).

    Raises VisitMoved, VisitPlanRefused.
    """
    row = open_request_of(request.family_id, request.pk, version)
    if because not in VisitNo.values:
        raise VisitPlanRefused(why="no")
    row.state = VisitState.DECLINED
    row.because = because
    row.ended_at = now
    row.version += 1
    row.save(update_fields=["state", "because", "ended_at", "version"])
    tell(VisitDeclined, row, actor=actor, now=now)
    return row


def shifts_for(engagement: Engagement, *, escorted: bool) -> list[tuple[int, int, int]]:
    """(role, minimum, target) of its habits: two people at least, or, where a worker of the
    community comes along, who looks after the child. Raises VisitPlanRefused."""
    codes = {one["role"]: one for one in engagement.staffing}
    roles = Role.objects.filter(programme=engagement.programme_id, code__in=codes)
    found = sorted(roles, key=lambda role: list(codes).index(role.code))
    if not any(role.carries_seats for role in found):
        raise VisitPlanRefused(why="carries")
    if escorted:
        return [(role.pk, 1, 1) for role in found if role.carries_seats][:1]
    shifts = [(role.pk, codes[role.code]["min"], codes[role.code]["target"]) for role in found]
    if sum(low for _, low, _ in shifts) < PEOPLE:
        raise VisitPlanRefused(why="people")
    return shifts


def _session_of(
    row: VisitRequest,
    engagement: Engagement,
    plan: VisitPlan,
    shifts: list[tuple[int, int, int]],
    actor: User | None,
    now: datetime,
) -> Session:
    values = SessionValues(
        title=engagement.name,
        venue_id=None,
        starts_at=plan.starts_at,
        ends_at=plan.starts_at + timedelta(minutes=plan.minutes),
        shifts=shifts,
        seats=(1, 1, 1),
        months=(engagement.months_low or 0, engagement.months_high or YOUNGEST_YEARS * 12),
        risk_note=plan.risk_note,
    )
    return add_session(
        rota_id=plan.rota_id,
        engagement_id=engagement.pk,
        values=values,
        actor=actor,
        now=now,
        home=_home(row),
    )


def _home(row: VisitRequest) -> Home:
    """As near as the family's own row knows it: half a kilometre."""
    family = row.family
    return Home(
        point=(family.latitude, family.longitude),
        county_code=family.street_id[:COUNTY],
        group=f"{HOME_GROUP}{row.pk}",
    )
