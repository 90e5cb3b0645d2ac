"""A role is not wanted any more, or for fewer people than have said yes: who stays, and how the
others hear of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.operations.again import Part, Touched, count_anew, parts_of
from backend.rota.operations.notices import Word, tell


@dataclass(frozen=True)
class _Place:
    part: Part
    since: datetime  # when she said yes; when she was asked, for who has not said it yet

    @property
    def rank(self) -> tuple[bool, datetime, int]:
        """Who has said yes stays before who is asked, and who said it earlier before who did
        later."""
        return not self.part.promised, self.since, self.part.volunteer


def let_some_go(
    session: Session, wanted: Mapping[int, int], before: Agreed, now: datetime
) -> list[Touched]:
    """End the places for which the session has no room any more: `wanted` is role → head-count.
    Whoever had one is told; whom that concerns. Under the session's lock.

    They may be asked again, for this session too: nobody has said no.
    """
    gone = [
        (place.part, _why(place.part.shift, wanted))
        for shift_places in _places(session, before).values()
        for place in _beyond(shift_places, wanted)
    ]
    if not gone:
        return []
    of_assignment = [part.assignment.pk for part, _ in gone if part.assignment]
    of_offer = [part.offer.pk for part, _ in gone if part.offer]
    Assignment.objects.filter(pk__in=of_assignment).update(
        state=Assignment.State.RELEASED, ended_at=now
    )
    Offer.objects.filter(pk__in=of_offer).update(state=Offer.State.WITHDRAWN, answered_at=now)
    count_anew(session)
    tell((_word(part, session, why) for part, why in gone), now)
    return [
        Touched(part.volunteer, part.name, part.shift.role.name, "let_go", part.promised, (why,))
        for part, why in gone
    ]


def _places(session: Session, before: Agreed) -> dict[int, list[_Place]]:
    """Shift → who has a place in it or waits to answer."""
    moved = dict(
        Assignment.objects.filter(session=session, state=Assignment.State.MOVED)
        .order_by("pk")
        .values_list("volunteer", "made_at")
    )
    found: dict[int, list[_Place]] = {}
    for part in parts_of(session, before):
        row = part.assignment or part.offer
        assert row is not None
        since = moved.get(part.volunteer, row.made_at) if part.offer else row.made_at
        found.setdefault(part.shift.pk, []).append(_Place(part, since))
    return found


def _beyond(places: Sequence[_Place], wanted: Mapping[int, int]) -> list[_Place]:
    room = wanted.get(places[0].part.shift.role_id, 0)
    return sorted(places, key=lambda place: place.rank)[room:]


def _why(shift: Shift, wanted: Mapping[int, int]) -> dict[str, object]:
    room = wanted.get(shift.role_id, 0)
    if room:
        return {"rule": "fewer_places", "role": shift.role.name, "places": room}
    return {"rule": "role_gone", "role": shift.role.name}


def _word(part: Part, session: Session, why: Mapping[str, object]) -> Word:
    known = part.was.as_json()
    return Word(
        part.volunteer,
        session.pk,
        Notice.Kind.LET_GO,
        known,
        part.shift.role.name,
        part.promised,
        (why,),
    )
