"""Whom it concerns that the last grown-up of a session gave her place back, and somebody under age
is left in it alone."""

from __future__ import annotations

from backend.common.bulk import among
from backend.common.clock import local_day
from backend.common.under_age import under_age
from backend.notifications.minor_facts import minors_alone
from backend.notifications.recipients import Audience, Happened
from backend.notifications.responsible import responsible
from backend.outbox import kinds
from backend.rota.models import Assignment, Session
from backend.volunteers.models import Volunteer


def who_plans_for_minors(it: Happened) -> Audience:
    """The coordinators of the rota, or the nearest above who are there."""
    rows = Session.objects.filter(among("pk", _left_alone(it)))
    paths = dict(rows.values_list("pk", "rota__organisation__path"))
    return Audience.users((user, pk) for pk, users in responsible(paths).items() for user in users)


def minors_left_alone(it: Happened) -> Audience:
    """Each of them, about her own place."""
    rows = Assignment.objects.filter(
        among("session", _left_alone(it)), state=Assignment.State.ACTIVE
    )
    return Audience.volunteers(rows.order_by("pk").values_list("volunteer_id", "pk"))


def _left_alone(it: Happened) -> list[int]:
    """The session, where a grown-up went from it and none is left; nothing where somebody under age
    went, for whoever stays was told before."""
    event = it.event
    assert isinstance(
        event, kinds.AssignmentWithdrawn | kinds.VolunteerTakenOut | kinds.AnswerTakenBack
    )
    alone = minors_alone([event.session], it.at)
    gone = Volunteer.objects.filter(pk=event.volunteer).values_list("of_age_on", flat=True).first()
    return [
        pk
        for pk, about in alone.items()
        if about.agreed and not under_age(gone, local_day(about.agreed.starts_at or it.at))
    ]


OF_MINORS = (who_plans_for_minors, minors_left_alone)
