"""What messages say of how somebody stands in the register. As in `facts`: a constant number of
statements; what is true no more is left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from backend.common.bulk import among
from backend.organisations.models import NumberQuestion
from backend.volunteers.models import Pause, Volunteer
from backend.words.saying import About

Ids = Collection[int]
Found = dict[int, About]


def volunteer_standing(ids: Ids, now: datetime) -> Found:
    """How she stands in the register now; of a coordinator's pause who made it and why."""
    rows = Volunteer.objects.filter(among("pk", ids)).only("state")
    found = {one.pk: About(key=one.pk, state=one.get_state_display()) for one in rows}
    return found | _paused(Q(), found)


def pause_stands(ids: Ids, now: datetime) -> Found:
    """A coordinator paused her, and has not let her serve again."""
    return _paused(Q(), ids)


def resume_waits(ids: Ids, now: datetime) -> Found:
    """She asks to serve again, and nobody has answered her."""
    return _paused(Q(asked_at__isnull=False), ids)


def _paused(condition: Q, ids: Ids) -> Found:
    rows = Pause.objects.filter(condition, among("volunteer", ids), ended_at=None)
    return {
        one.volunteer_id: About(
            key=one.volunteer_id,
            state=Volunteer.State.PAUSED.label,
            why=one.why,
            because=one.because,
            name=str(one.made_by or ""),
        )
        for one in rows.select_related("made_by").order_by("pk")
    }


def still_applies(ids: Ids, now: datetime) -> Found:
    """She waits for a yes."""
    rows = Volunteer.objects.filter(among("pk", ids), state=Volunteer.State.APPLIED)
    return {pk: About(key=pk) for pk in rows.values_list("pk", flat=True)}


def took_back(ids: Ids, now: datetime) -> Found:
    """She had her data erased; her number is left."""
    rows = Volunteer.objects.filter(among("pk", ids), erased_at__isnull=False)
    return {pk: About(key=pk, name=number) for pk, number in rows.values_list("pk", "number")}


def number_in_question(ids: Ids, now: datetime) -> Found:
    """Nobody has answered whose number it is."""
    rows = NumberQuestion.objects.filter(among("pk", ids), answered_at=None)
    return {pk: About(key=pk) for pk in rows.values_list("pk", flat=True)}


OF_PEOPLE = (
    volunteer_standing,
    pause_stands,
    resume_waits,
    still_applies,
    took_back,
    number_in_question,
)
