"""Whom it concerns that the last grown-up of a session gave her place back, and somebody under age
is left in it alone; and that another one comes after all."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from backend.common.bulk import among
from backend.common.clock import local_day
from backend.common.under_age import under_age
from backend.notifications.minor_facts import minors_alone
from backend.notifications.models import Delivery
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


def minors_minded_again(it: Happened) -> Audience:
    """Each of them who was told last that she is alone."""
    places = _young_places(it)
    if not places:
        return Audience()
    told = _told_last("volunteer", places.values(), ("no_grown_up", "grown_up_again"))
    return Audience.volunteers(
        (her, pk) for pk, her in places.items() if told.get((her, pk)) == "no_grown_up"
    )


def who_was_told_of_minors(it: Happened) -> Audience:
    """The coordinators of the rota, or the nearest above, who were told last that they are
    alone."""
    if not _young_places(it):
        return Audience()
    rows = Session.objects.filter(pk=_taken(it).session)
    paths = dict(rows.values_list("pk", "rota__organisation__path"))
    pairs = [(user, pk) for pk, users in responsible(paths).items() for user in users]
    told = _told_last("user", (user for user, _ in pairs), ("minor_alone", "minor_minded"))
    return Audience.users(pair for pair in pairs if told.get(pair) == "minor_alone")


def _taken(it: Happened) -> kinds.PlaceTaken:
    assert isinstance(it.event, kinds.PlaceTaken)
    return it.event


def _young_places(it: Happened) -> dict[int, int]:
    """Place → who has it in that session, of those who were under age when they applied."""
    rows = Assignment.objects.filter(
        session=_taken(it).session,
        state=Assignment.State.ACTIVE,
        volunteer__of_age_on__isnull=False,
    )
    return dict(rows.order_by("pk").values_list("pk", "volunteer_id"))


def _told_last(
    whom: str, people: Iterable[int], messages: Collection[str]
) -> dict[tuple[int, int], str]:
    """(Person, row) → which of these messages she read last about it. One statement."""
    rows = Delivery.objects.filter(
        among(whom, people), kind__in=messages, told_at__isnull=False
    ).exclude(state=Delivery.State.MOOT)
    found = {}
    for who, subjects, kind in rows.order_by("pk").values_list(whom, "subjects", "kind"):
        found.update({(who, pk): kind for pk in subjects})
    return found


OF_MINORS = (
    who_plans_for_minors,
    minors_left_alone,
    minors_minded_again,
    who_was_told_of_minors,
)
