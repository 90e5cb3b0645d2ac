"""Whom a pair concerns: who is asked, who is or was its mentor, the desk of its organisation."""

from __future__ import annotations

from backend.notifications.recipients import Audience, Happened
from backend.notifications.responsible import responsible
from backend.outbox import kinds
from backend.pairs.models import Pair
from backend.pairs.states import PairFelt, PairState
from backend.volunteers.models import Volunteer


def mentor_asked(it: Happened) -> Audience:
    """The mentor to come."""
    event = _event(it)
    return Audience.volunteers([(event.volunteer, event.pair)])


def mentor_handing_over(it: Happened) -> Audience:
    """The mentor who is there now, where it asks about a hand-over."""
    rows = Pair.objects.filter(pk=_event(it).pair, follows__isnull=False)
    return Audience.volunteers(rows.values_list("follows__mentor_id", "pk"))


def mentor_of_pair(it: Happened) -> Audience:
    """Its mentor, unless she did it herself."""
    event = _event(it)
    rows = Volunteer.objects.filter(pk=event.volunteer)
    hers = [pk for pk, user in rows.values_list("pk", "user_id") if not _did(it, user)]
    return Audience.volunteers((pk, event.pair) for pk in hers)


def who_arranges_pairs(it: Happened) -> Audience:
    """The coordinators of the child's organisation, or of the nearest above that has any: of a
    hand-over once, and of what one of them did not at all."""
    event = _event(it)
    rows = Pair.objects.filter(pk=event.pair)
    path = rows.values_list("child__organisation__path", flat=True).get()
    desk = responsible({0: path})[0]
    if it.actor in desk:
        return Audience()
    return Audience.users((user, event.pair) for user in desk)


def who_arranges_pairs_left(it: Happened) -> Audience:
    """The same, where the mentor ended it, and not a hand-over or a guardian."""
    rows = Pair.objects.filter(pk=_event(it).pair, state=PairState.ENDED)
    for user in rows.values_list("mentor__user_id", flat=True):
        if _did(it, user) and not _handed(it):
            return who_arranges_pairs(it)
    return Audience()


def who_helps_a_mentor(it: Happened) -> Audience:
    """The same, where the newest visit was one after which she asks for help."""
    newest = Pair.objects.get(pk=_event(it).pair).meetings.order_by("-told_at", "-pk").first()
    if newest is None or newest.felt != PairFelt.HELP:
        return Audience()
    return who_arranges_pairs(it)


def _event(it: Happened) -> kinds.OfPair:
    assert isinstance(it.event, kinds.OfPair)
    return it.event


def _did(it: Happened, user: int | None) -> bool:
    return user is not None and user == it.actor


def _handed(it: Happened) -> bool:
    """Somebody else has the child now."""
    rows = Pair.objects.filter(follows=_event(it).pair, since__isnull=False)
    return rows.exists()


OF_PAIRS = (
    mentor_asked,
    mentor_handing_over,
    mentor_of_pair,
    who_arranges_pairs,
    who_arranges_pairs_left,
    who_helps_a_mentor,
)
