"""A family that asks for a visit in a street with a coordinator, and volunteers who may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from backend.accounts.models import User
from backend.families.models import Family
from backend.organisations.models import Organisation
from backend.programmes.models import Engagement
from backend.rota.models import Assignment, Rota, Session
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import (
    VisitPlan,
    VisitWords,
    ask_for_visit,
    plan_visit,
)
from backend.volunteers.models import Volunteer
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_coordinator,
    make_credential_kind,
    make_division,
    make_engagement,
    make_family,
    make_organisation,
    make_programme,
    make_rota,
    make_volunteer,
    qualify,
)

STARTS = at("2026-12-05 09:30")  # a Saturday
DOOR = "福新路 8 号 3 座 501"
RISK = "家里有狗，请先打电话"


@dataclass(frozen=True)
class Street:
    organisation: Organisation
    coordinator: User
    rota: Rota
    kind: Engagement

    def plan(self, **fields: Any) -> VisitPlan:
        given: dict[str, Any] = {
            "rota_id": self.rota.pk,
            "engagement_id": self.kind.pk,
            "starts_at": STARTS,
            "minutes": 60,
            "risk_note": RISK,
        }
        return VisitPlan(**(given | fields))


def street(*, state: str = "published") -> Street:
    """A street's federation, its coordinator, its rota of four weeks, and the kind of visit that
    the programme comes with."""
    division = make_division(code="350102001")
    organisation = make_organisation(parent=make_organisation(), division=division)
    programme = make_programme(roles={"lead": (), "companion": ()})
    programme.roles.filter(code="companion").update(carries_seats=False)
    kind = make_engagement(
        programme=programme,
        code="visit",
        name="入户指导",
        at_home=True,
        minutes=60,
        months_low=0,
        months_high=36,
        staffing=[
            {"role": "lead", "min": 1, "target": 1},
            {"role": "companion", "min": 1, "target": 1},
        ],
        risk_note=RISK,
    )
    kind.requires.add(make_credential_kind(code="adult"))
    return Street(
        organisation,
        make_coordinator(organisation=organisation, name="林静"),
        make_rota(organisation=organisation, state=state),
        kind,
    )


def said(**fields: Any) -> VisitWords:
    given: dict[str, Any] = {
        "topic": "sleep",
        "parts": ["weekend_am"],
        "first_day": date(2026, 11, 30),
        "last_day": date(2026, 12, 20),
        "address": DOOR,
        "guardian_present": True,
    }
    return VisitWords(**(given | fields))


def wish(family: Family | None = None, **fields: Any) -> VisitRequest:
    """A family asks, with its consent to a visit."""
    family = family or make_family()
    return ask_for_visit(
        family_id=family.pk,
        child_id=family.children.order_by("pk").values_list("pk", flat=True)[0],
        said=said(**fields),
        consents={"visit"},
        actor=family.user,
        now=NOW,
    )


def planned(here: Street, row: VisitRequest | None = None, **fields: Any) -> Visit:
    """A coordinator has found a time; the family has not answered yet."""
    row = row or wish()
    return plan_visit(
        request=row,
        version=row.version,
        plan=here.plan(**fields),
        actor=here.coordinator,
        now=NOW,
    ).visit


def pair(visit: Visit) -> tuple[Assignment, Assignment]:
    """Two volunteers who have said yes: who leads, and who comes along."""
    shifts = list(visit.session.shifts.order_by("pk"))
    first, second = (make_assignment(volunteer=someone(visit.session), shift=one) for one in shifts)
    return first, second


def someone(session: Session, **fields: Any) -> Volunteer:
    return make_volunteer(organisation=session.rota.organisation, with_user=True, **fields)


def out_of_sight(visit: Visit, now: datetime) -> None:
    """It should have been over an hour ago; both were asked, and nobody answered."""
    late = now - timedelta(minutes=30)
    Session.objects.filter(pk=visit.session_id).update(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )
    Visit.objects.filter(pk=visit.pk).update(asked_at=late, alarmed_at=late)


def insured(visit: Visit) -> None:
    """The kind asks everybody for the insurance."""
    her = someone(visit.session)
    qualify(volunteer=her, code="accident_insurance")


def later(**delta: int) -> Any:
    """A moment after the visit begins."""
    return STARTS + timedelta(**delta)
