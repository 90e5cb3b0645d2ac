"""Visits at home in the small city: a wish that waits, one that is planned with the volunteer in
it, and a report of harm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from backend.accounts.models import Consent, User
from backend.common.clock import local_day, now
from backend.families.models import Family
from backend.harm.operations import report_harm
from backend.rota.models import Rota, Session
from backend.rota.states import AtHome
from backend.visits.models import Visit, VisitRequest
from backend.volunteers.models import Volunteer
from tests.factories import (
    born,
    make_assignment,
    make_booking,
    make_credential_kind,
    make_engagement,
    make_family,
    make_role,
    make_session,
)


def visits(rota: Rota, session: Session, her: Volunteer, family: Family) -> dict[str, int]:
    programme = session.programme
    make_role(programme=programme, code="companion", carries_seats=False)
    kind = make_engagement(
        programme=programme,
        code="visit",
        name="入户指导",
        at_home=True,
        minutes=60,
        months_low=0,
        months_high=36,
        risk_note="两人同行",
        staffing=[
            {"role": "lead", "min": 1, "target": 1},
            {"role": "companion", "min": 1, "target": 1},
        ],
    )
    kind.requires.add(make_credential_kind(code="adult"))
    assert session.starts_at is not None
    begins = session.starts_at + timedelta(days=3)
    waiting = _request(family)
    home = make_family(agreed=True, children=[born(local_day(now()), months=20)])
    row = _request(home, state=VisitRequest.State.PLANNED)
    visit = _visit(rota, kind.pk, row, begins)
    place = make_assignment(volunteer=her, shift=visit.session.shifts.order_by("pk")[0])
    assert isinstance(her.user, User)
    report = report_harm(
        session_id=session.pk, signs=["hurt"], said="看到了", actor=her.user, now=now()
    )
    return {
        "visit_request": waiting.pk,
        "visit_kind": kind.pk,
        "visit": visit.pk,
        "visit_place": place.pk,
        "harm_report": report.pk,
    }


def _request(family: Family, **fields: Any) -> VisitRequest:
    child = family.children.get()
    Consent.objects.create(
        user=family.user,
        child_id=child.pk,
        purpose="visit",
        text_version="test",
        how="page",
        given_at=now(),
    )
    row = VisitRequest(
        family=family,
        child=child,
        topic="sleep",
        address="福新路 8 号",
        parts=["weekend_am"],
        first_day=local_day(now()),
        last_day=local_day(now()) + timedelta(days=30),
        guardian_agreed_at=now(),
        made_at=now(),
        **fields,
    )
    row.save()
    return row


def _visit(rota: Rota, kind: int, row: VisitRequest, begins: datetime) -> Visit:
    session = make_session(
        rota=rota,
        starts_at=begins,
        engagement_id=kind,
        venue=None,
        group=f"home-{row.pk}",
        home=AtHome.VISIT,
        seats=(1, 1, 1),
        shifts=[("lead", 1, 1), ("companion", 1, 1)],
        risk_note="两人同行",
    )
    make_booking(family=row.family, session=session)
    return Visit.objects.create(session=session, request=row)
