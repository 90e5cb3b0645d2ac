"""A coordinator changes or calls off a session: volunteers and families hear of it in one
transaction with the change, and she has seen before whom it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from backend.accounts.models import User
from backend.bookings.models import ANSWERABLE, Booking
from backend.bookings.operations import ask_families_again
from backend.bookings.queries.hindrances import Hindrance, hindrances
from backend.common.locking import hold, operation
from backend.common.refusal import Refusal
from backend.rota import operations as rota
from backend.rota.agreed import Agreed
from backend.rota.models import Session
from backend.rota.operations import SessionValues, Touched
from backend.volunteers.models import Volunteer


class OthersTouched(Refusal):
    """The change touches people whom the coordinator has not seen named.

    Facts: effect (Effect).
    """

    code = "others_touched"


@dataclass(frozen=True)
class FamilyTouched:
    """A family by its number, how many children it brings, what its booking is now (asked, offered,
    waiting), the rules that keep the children from what the session is now, and how many of them
    they do not keep from it, where the others are of no age for it."""

    number: str
    seats: int
    state: str
    broken: tuple[str, ...] = ()
    could_come: int = 0

    @property
    def asked(self) -> bool:
        """She has to answer; the others are told."""
        return self.state in ANSWERABLE


@dataclass(frozen=True)
class Effect:
    """A change and what it means: `volunteers` each by name, `families` by their numbers; `hear`
    are the names of those who have no part in it any more and read another thing now.

    `mark` tells one effect from another: whoever confirms sends back the mark of what she saw.
    """

    session: Session
    before: Agreed
    after: Agreed
    volunteers: Sequence[Touched]
    families: Sequence[FamilyTouched]
    hear: Sequence[str] = ()

    @property
    def touches(self) -> bool:
        return bool(self.volunteers or self.families or self.hear)

    @property
    def mark(self) -> str:
        told = [
            (t.volunteer, t.outcome, t.back, [rule["rule"] for rule in t.broken])
            for t in self.volunteers
        ]
        told_too = [(f.number, f.state, f.broken, f.could_come) for f in self.families]
        return sha256(repr((told, told_too, self.hear)).encode()).hexdigest()[:16]


@operation
def change_session(
    *,
    session_id: int,
    version: int,
    values: SessionValues,
    actor: User | None,
    now: datetime,
    seen: str | None = None,
) -> Effect:
    """Write new values, and ask everybody again whom that touches.

    `seen`: the mark of the effect that she was shown (`effect_of_change`); "" when she was shown
    none. Raises OthersTouched when the effect is another one by now; SessionChanged, SessionOver,
    SessionValueRefused. Then nothing is changed.
    """
    # whoever has a part in it, or may have one again, takes nothing else meanwhile
    hold(Volunteer, rota.whom_a_change_touches(session_id))
    effect = write_and_ask(
        session_id=session_id, version=version, values=values, actor=actor, now=now
    )
    if seen is not None and effect.touches and effect.mark != seen:
        raise OthersTouched(effect=effect)
    return effect


@operation
def write_and_ask(
    *,
    session_id: int,
    version: int,
    values: SessionValues,
    actor: User | None,
    now: datetime,
    of_series: bool = False,
) -> Effect:
    """As change_session(), by whoever holds the volunteers already. `of_series`: it is changed
    together with its series."""
    change = rota.change_session_alone(
        session_id=session_id,
        version=version,
        values=values,
        actor=actor,
        now=now,
        of_series=of_series,
    )
    after = Agreed.of(change.session)
    bookings = ask_families_again(session_id=session_id, before=change.before, actor=actor, now=now)
    families = _families(change.session, bookings)
    return Effect(change.session, change.before, after, change.touched, families, _who_hear(change))


def effect_of_change(
    *, session_id: int, version: int, values: SessionValues, actor: User | None, now: datetime
) -> Effect:
    """What `change_session` would do, by doing it and taking it back: whom it would ask, who could
    not come and why. Nothing is changed. Raises what that raises."""
    with transaction.atomic():
        effect = change_session(
            session_id=session_id, version=version, values=values, actor=actor, now=now
        )
        transaction.set_rollback(True)
    return effect


def _who_hear(change: rota.ChangedSession) -> list[str]:
    others = change.hear - {one.volunteer for one in change.touched}
    if not others:
        return []
    rows = Volunteer.objects.filter(pk__in=others).order_by("pk")
    return list(rows.values_list("name", flat=True))


def _families(session: Session, bookings: Sequence[Booking]) -> list[FamilyTouched]:
    for booking in bookings:
        booking.session = session
    barred = hindrances(bookings) if bookings else {}
    return [_family(booking, barred.get(booking.pk)) for booking in bookings]


def _family(booking: Booking, hindrance: Hindrance | None) -> FamilyTouched:
    touched = FamilyTouched(booking.family.number, booking.seats, booking.state)
    if hindrance is None:
        return touched
    broken = tuple(violation.rule for violation in hindrance.violations)
    return replace(touched, broken=broken, could_come=len(hindrance.could_come))
