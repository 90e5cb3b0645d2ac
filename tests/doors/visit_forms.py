"""The forms of visits at home and of reports, as filled.py fills in the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from backend.bookings.models import Booking
from backend.common.clock import LOCAL, local_day, now
from backend.rota.models import Session
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import VisitPlan
from tests.city import Scene

Fields = dict[str, Any]
Filling = tuple[Callable[[Scene], Fields], Callable[[Scene], object], tuple[str, ...] | None]


def _wish(scene: Scene) -> Fields:
    today = local_day(now())
    return {
        "topic": "play",
        "parts": "weekend_pm",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=9)).isoformat(),
        "address": "津泰路 3 号",
        "guardian_present": "on",
    }


def _new_wish(scene: Scene) -> Fields:
    return _wish(scene) | {"child": scene.rows["child"], "visit": "on"}


def _no_wish_yet(scene: Scene) -> None:
    VisitRequest.objects.filter(pk=scene.rows["visit_request"]).update(state="ended")


def _changed_wish(scene: Scene) -> Fields:
    return _wish(scene) | {"version": 1}


def _time(scene: Scene) -> Fields:
    """An hour of the rota's third day, as it was shown before."""
    rota = Session.objects.select_related("rota").get(pk=scene.rows["session"]).rota
    day = rota.starts_on + timedelta(days=2)
    plan = VisitPlan(
        rota_id=rota.pk,
        engagement_id=int(scene.rows["visit_kind"]),
        starts_at=datetime.combine(day, time(9, 30), LOCAL),
        minutes=60,
        risk_note="两人同行",
        outside=True,
    )
    return {
        "version": 1,
        "rota": rota.pk,
        "engagement": scene.rows["visit_kind"],
        "day": day.isoformat(),
        "at": "09:30",
        "minutes": 60,
        "risk_note": "两人同行",
        "outside": "on",
        "seen": plan.mark,
    }


def _at_the_door(scene: Scene) -> None:
    """The visit began ten minutes ago; a worker of the community came along."""
    begins = now() - timedelta(minutes=10)
    visit = Visit.objects.filter(pk=scene.rows["visit"])
    visit.update(escorted=True)
    ends = begins + timedelta(hours=1)
    Session.objects.filter(visit__in=visit).update(starts_at=begins, ends_at=ends)
    Booking.objects.filter(session__visit__in=visit).update(state="confirmed", answer_by=None)


def _unheard(scene: Scene) -> None:
    """Two were to go to this wish, its time has passed, and nobody has said whether they went:
    another time is looked for."""
    ends = now() - timedelta(hours=3)
    row = VisitRequest.objects.get(pk=scene.rows["visit_request"])
    visit = Visit.objects.filter(pk=scene.rows["visit"])
    visit.update(request=row)
    Booking.objects.filter(session__visit__in=visit).update(family=row.family_id)
    starts = ends - timedelta(hours=1)
    Session.objects.filter(visit__in=visit).update(starts_at=starts, ends_at=ends)
    VisitRequest.objects.filter(pk=row.pk).update(state="open", version=2)


def _missed(scene: Scene) -> None:
    """Nobody has heard that they are out, and a person was told."""
    Visit.objects.filter(pk=scene.rows["visit"]).update(asked_at=now(), alarmed_at=now())


def _nothing(scene: Scene) -> None:
    pass


def _empty(scene: Scene) -> Fields:
    return {}


# who may not put it into the county's rota is shown the page again, which is a look at the family
SEE_IT = ("city", "county", "street", "village", "village2")
VISIT_FORMS: dict[str, Filling] = {
    "family:ask_visit": (_new_wish, _no_wish_yet, ("family",)),
    "family:change_visit request_id=visit_request": (_changed_wish, _nothing, None),
    "family:cancel_visit request_id=visit_request": (_empty, _nothing, None),
    "volunteer:visit_begin assignment_id=visit_place": (_empty, _at_the_door, None),
    "volunteer:visit_finish assignment_id=visit_place": (_empty, _at_the_door, None),
    "volunteer:visit_nobody_home assignment_id=visit_place": (_empty, _at_the_door, None),
    "volunteer:harm session_id=session": (lambda scene: {"said": "x"}, _nothing, None),
    "coordinator:visit pk=visit_request": (_time, _nothing, SEE_IT),
    "coordinator:decline_visit pk=visit_request": (
        lambda scene: {"version": 1, "because": "far"},
        _nothing,
        None,
    ),
    "coordinator:visited pk=visit_request": (lambda scene: {"version": 2}, _unheard, None),
    "coordinator:visit_safe pk=visit": (_empty, _missed, None),
}
