"""Who was asked 还来吗 the day before, by a message that one tap answers, and has said nothing.

Nothing is held against her; somebody should telephone before it begins.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from backend.notifications.links import Purpose
from backend.notifications.models import Delivery, LinkUse
from backend.rota.models import Assignment, Session
from backend.rota.policy import not_begun

ASKED = "reminder.24"  # the reminder of the day before, by its cause
# Before the start: from then on silence is somebody's business. Of what begins before eleven, which
# the morning would be too late for, so long that it is said while one may still call (night.py).
TO_CALL = timedelta(hours=14, minutes=30)


def silent_places(now: datetime, sessions: QuerySet[Session] | None = None) -> QuerySet[Assignment]:
    """Places in what begins soon (of these sessions, where they are given) whose holders were asked
    outside of the inbox whether they still come and have not answered; the soonest first.

    Whom no message could reach was not asked: nothing follows from her silence.
    """
    soon = Q(not_begun(now, "session__"), session__starts_at__lte=now + TO_CALL)
    asked_by = Concat(
        Value(f"{ASKED}."), Cast(OuterRef("pk"), CharField()), Value("."), output_field=CharField()
    )
    asked: QuerySet[Any] = Delivery.objects.filter(
        volunteer=OuterRef("volunteer"),
        kind="reminder",
        state=Delivery.State.SENT,
        cause__startswith=asked_by,
    ).exclude(channel="")
    answered = LinkUse.objects.filter(purpose=Purpose.COMING, subject=OuterRef("pk"))
    rows = Assignment.objects.filter(
        soon,
        Exists(asked),
        ~Exists(answered),
        state=Assignment.State.ACTIVE,
        session__state=Session.State.OPEN,
    )
    if sessions is not None:
        rows = rows.filter(session__in=sessions)
    return rows.order_by("session__starts_at", "pk")
