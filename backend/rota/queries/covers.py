"""Who is asked to take whose place over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from backend.common.prepared import SOME_TIME, Prepared
from backend.rota.models import Assignment, Cover, CoverAsk, Session
from backend.rota.policy import not_begun

_ASKED = Prepared(
    lambda volunteer, now: (
        CoverAsk.objects.filter(
            not_begun(now, "cover__session__"),
            volunteer=volunteer,
            state=CoverAsk.State.PENDING,
            cover__state=Cover.State.OPEN,
            cover__answer_by__gt=now,
            cover__session__state=Session.State.OPEN,
            cover__place__state=Assignment.State.ACTIVE,
        )
        .select_related("cover__shift__role", "cover__session__venue", "cover__session__programme")
        .annotate(whose=F("cover__place__volunteer__name"))
        .order_by("cover__answer_by", "cover__session__starts_at", "pk")
    ),
    0,
    SOME_TIME,
)


def asked_to_cover(volunteer_id: int, now: datetime) -> Sequence[CoverAsk]:
    """What waits for her answer, the nearest deadline first; each with `whose` place it is, to be
    said where she was picked by name. One statement."""
    return _ASKED(volunteer_id, now)


def being_passed_on(now: datetime) -> Exists:
    """Of assignments: somebody is asked to take the place."""
    waits = Cover.objects.filter(place=OuterRef("pk"), state=Cover.State.OPEN, answer_by__gt=now)
    return Exists(waits)


def was_passed_on() -> Exists:
    """Of assignments: somebody took the place over."""
    return Exists(Cover.objects.filter(place=OuterRef("pk"), state=Cover.State.TAKEN))


def newest_cover(assignment_id: int) -> Cover | None:
    """The last question about her place, with how many were asked (`asked`) and have said no
    (`refused`). One statement."""
    rows = Cover.objects.filter(place=assignment_id).annotate(
        asked=Count("asks"),
        refused=Count("asks", filter=Q(asks__state=CoverAsk.State.NO)),
    )
    return rows.order_by("-made_at", "-pk").first()


def asked_about(assignment_id: int) -> set[int]:
    """The volunteers whom the question that is open asks to take the place. One statement."""
    asks = CoverAsk.objects.filter(cover__place=assignment_id, cover__state=Cover.State.OPEN)
    return set(asks.values_list("volunteer", flat=True))


def own_ask(volunteer_id: int, ask_id: int) -> CoverAsk | None:
    """What she is asked, with its session. One statement."""
    rows = CoverAsk.objects.select_related("cover__session")
    return rows.filter(pk=ask_id, volunteer=volunteer_id).first()
