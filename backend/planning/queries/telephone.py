"""Whom to telephone about a session: those who come, or were to come before it was called off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from backend.bookings.models import HOLDS_SEATS, Booking
from backend.bookings.operations import CALLED_OFF
from backend.rota.models import Act, Assignment, Offer, Session
from backend.rota.operations import called_off_for

KEPT = timedelta(days=2)  # after its end: from then on there is nothing to telephone about


@dataclass(frozen=True)
class Callee:
    """`key` of the volunteer or family; a family has its number for a name. `word`: how she stands
    to it, a state of her row; `knows` that it was called off, None where it is not or we cannot
    tell. `called`: the latest call that was noted down, and by whom."""

    key: int
    name: str
    phone: str
    role: str
    word: str
    knows: bool | None = None
    called: Act | None = None


def can_be_telephoned(session: Session, now: datetime) -> bool:
    """Whether its people's telephones are anybody's business still."""
    return session.ends_at is None or now < session.ends_at + KEPT


def volunteers_to_call(session: Session) -> list[Callee]:
    """Two statements; one more for a session that takes place."""
    calls = _calls(session)
    if session.is_cancelled:
        return [
            Callee(
                one.volunteer_id,
                one.volunteer.name,
                one.volunteer.phone or "",
                one.role,
                Assignment.State.ACTIVE if one.promised else Offer.State.PENDING,
                one.seen_at is not None,
                calls.get((one.volunteer_id, None)),
            )
            for one in called_off_for(session.pk)
        ]
    places = Assignment.objects.filter(session=session, state=Assignment.State.ACTIVE)
    asked = Offer.objects.filter(session=session, state=Offer.State.PENDING)
    found = []
    for rows in (places, asked):
        for row in rows.select_related("volunteer", "shift__role").order_by("pk"):
            her = row.volunteer
            call = calls.get((her.pk, None))
            role = row.shift.role.name
            found.append(Callee(her.pk, her.name, her.phone or "", role, row.state, None, call))
    return found


def families_to_call(session: Session) -> list[Callee]:
    """Two statements."""
    calls = _calls(session)
    live = Q(state__in=HOLDS_SEATS)
    if session.is_cancelled:
        live = Q(state__in=HOLDS_SEATS) | Q(end_reason__in=CALLED_OFF)
    rows = Booking.objects.filter(live, session=session).select_related("family").order_by("pk")
    newest = {row.family_id: row for row in rows}
    return [
        Callee(
            pk,
            row.family.number,
            row.family.phone or "",
            "",
            row.state,
            None,
            calls.get((None, pk)),
        )
        for pk, row in newest.items()
        if row.family.active
    ]


def _calls(session: Session) -> dict[tuple[int | None, int | None], Act]:
    """(volunteer, family) → the latest call to her."""
    rows = Act.objects.filter(session=session, verb=Act.Verb.CALLED).select_related("actor")
    return {(act.volunteer_id, act.family_id): act for act in rows.order_by("pk")}
