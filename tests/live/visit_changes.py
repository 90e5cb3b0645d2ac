"""The events of visits at home, as changes.py makes the others: prepared before the `yield`, done
after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from backend.bookings.operations import accept_seat, decline_seat
from backend.programmes.models import Engagement
from backend.rota.models import Assignment, Session
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import (
    VisitPlan,
    VisitWords,
    ask_for_visit,
    begin_visit,
    change_visit_wish,
    decline_visit,
    drop_visit_wish,
    finish_visit,
    hear_safe,
    plan_visit,
    seek_again_in,
    watch_visits,
)
from backend.visits.policy import ALARM, OVERDUE
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_credential_kind,
    make_engagement,
    make_role,
)
from tests.planning.scene import Scene, make_scene

Change = Callable[[], Iterator[Scene]]
VISIT_CHANGES: dict[str, Change] = {}


def change(function: Change) -> Change:
    VISIT_CHANGES[function.__name__] = function
    return function


def words(**fields: Any) -> VisitWords:
    given: dict[str, Any] = {
        "topic": "sleep",
        "parts": ["weekend_am"],
        "first_day": date(2026, 11, 30),
        "last_day": date(2026, 12, 20),
        "address": "福新路 8 号",
        "guardian_present": True,
    }
    return VisitWords(**(given | fields))


def ask(scene: Scene) -> VisitRequest:
    family = scene.wish.family
    child = family.children.order_by("pk").values_list("pk", flat=True)[0]
    return ask_for_visit(
        family_id=family.pk,
        child_id=child,
        said=words(),
        consents={"visit"},
        actor=family.user,
        now=NOW,
    )


def kind_of(scene: Scene) -> Engagement:
    """The kind of visit of the scene's programme; made when it is not there yet."""
    programme = scene.morning.programme
    there = programme.engagements.filter(code="visit").first()
    if there is not None:
        return there
    make_role(programme=programme, code="companion", carries_seats=False)
    staffing = [{"role": code, "min": 1, "target": 1} for code in ("lead", "companion")]
    kind = make_engagement(programme=programme, code="visit", at_home=True, staffing=staffing)
    kind.requires.add(make_credential_kind(code="adult"))
    return kind


def plan(scene: Scene, row: VisitRequest) -> Visit:
    planned = plan_visit(
        request=row,
        version=row.version,
        plan=VisitPlan(
            rota_id=scene.rota.pk,
            engagement_id=kind_of(scene).pk,
            starts_at=at("2026-12-06 09:30"),
            minutes=60,
            risk_note="两人同行",
        ),
        actor=scene.actor,
        now=NOW,
    )
    return planned.visit


def under_way(*, ended: timedelta = -timedelta(minutes=50)) -> tuple[Scene, Visit, Assignment]:
    """Both are there; the visit ended so long ago, or ends so long from now."""
    scene = make_scene(state="published")
    visit = plan(scene, ask(scene))
    lead, companion = visit.session.shifts.order_by("pk")
    place = make_assignment(volunteer=scene.alice, shift=lead)
    make_assignment(volunteer=scene.bob, shift=companion)
    accept_seat(booking_id=visit.session.bookings.get().pk, actor=None, now=NOW)
    ends = NOW - ended
    rows = Session.objects.filter(pk=visit.session_id)
    rows.update(starts_at=ends - timedelta(hours=1), ends_at=ends)
    visit.refresh_from_db()
    return scene, visit, place


@change
def visit_asked() -> Iterator[Scene]:
    yield (scene := make_scene(state="published"))
    ask(scene)


@change
def visit_wish_changed() -> Iterator[Scene]:
    scene = make_scene(state="published")
    row = ask(scene)
    yield scene
    change_visit_wish(
        family_id=row.family_id,
        request_id=row.pk,
        version=1,
        said=words(topic="play", parts=["workday_am"]),
        actor=scene.wish.family.user,
        now=NOW,
    )


@change
def visit_wish_ended() -> Iterator[Scene]:
    scene = make_scene(state="published")
    row = ask(scene)
    yield scene
    drop_visit_wish(
        family_id=row.family_id, request_id=row.pk, actor=scene.wish.family.user, now=NOW
    )


@change
def visit_declined() -> Iterator[Scene]:
    scene = make_scene(state="published")
    row = ask(scene)
    yield scene
    decline_visit(request=row, version=1, because="far", actor=scene.actor, now=NOW)


@change
def visit_planned() -> Iterator[Scene]:
    scene = make_scene(state="published")
    row = ask(scene)
    kind_of(scene)
    yield scene
    plan(scene, row)


@change
def visit_sought_again() -> Iterator[Scene]:
    scene = make_scene(state="published")
    visit = plan(scene, ask(scene))
    booking = visit.session.bookings.get()
    decline_seat(booking_id=booking.pk, actor=scene.wish.family.user, now=NOW)
    yield scene
    seek_again_in(sessions=[visit.session_id], now=NOW)


@change
def visit_begun() -> Iterator[Scene]:
    scene, _visit, place = under_way()
    yield scene
    begin_visit(assignment_id=place.pk, actor=scene.alice.user, now=NOW)


@change
def visit_finished() -> Iterator[Scene]:
    scene, _visit, place = under_way()
    begin_visit(assignment_id=place.pk, actor=scene.alice.user, now=NOW)
    yield scene
    finish_visit(assignment_id=place.pk, actor=scene.alice.user, now=NOW)


@change
def visit_reopened() -> Iterator[Scene]:
    scene, visit, place = under_way(ended=OVERDUE + ALARM)
    then = NOW - OVERDUE - ALARM
    Visit.objects.filter(pk=visit.pk).update(
        begun_at=then, asked_at=NOW - ALARM, alarmed_at=NOW, safe_at=NOW, safe_by=scene.actor
    )
    yield scene
    begin_visit(assignment_id=place.pk, actor=scene.alice.user, now=NOW)


@change
def visit_overdue() -> Iterator[Scene]:
    scene, _visit, _place = under_way(ended=OVERDUE)
    yield scene
    watch_visits(now=NOW)


@change
def visit_alarmed() -> Iterator[Scene]:
    scene, visit, _place = under_way(ended=OVERDUE + ALARM)
    Visit.objects.filter(pk=visit.pk).update(asked_at=NOW - ALARM)
    yield scene
    watch_visits(now=NOW)


@change
def visit_heard_safe() -> Iterator[Scene]:
    scene, visit, _place = under_way(ended=OVERDUE + ALARM)
    Visit.objects.filter(pk=visit.pk).update(asked_at=NOW - ALARM, alarmed_at=NOW)
    yield scene
    hear_safe(visit_id=visit.pk, actor=scene.actor, now=NOW)
