"""What keeps a family from coming to what it has or waits for: a session that was moved since may
meet another one of hers, or suit her child no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from backend.bookings.admission import broken_rules, in_doubt
from backend.bookings.models import LIVE, Booking
from backend.bookings.queries.ages import is_too_old_or_young
from backend.common.bulk import among
from backend.families.models import Child
from backend.rota.models import Session
from backend.rota.snapshot import Party
from matching import Violation


@dataclass(frozen=True)
class Hindrance:
    """`violations` of rules; `clashes` are the family's confirmed bookings at
    the same time; `could_come` alone: the children of the right age, where others are not, and
    nothing else stands in the way."""

    violations: tuple[Violation, ...]
    clashes: tuple[Booking, ...]
    could_come: tuple[Child, ...] = ()

    @property
    def all_of_wrong_age(self) -> bool:
        ages = any(violation.rule == "age" for violation in self.violations)
        return ages and not self.could_come


def who_can_come(session: Session, bookings: Sequence[Booking]) -> set[int]:
    """Those of the session's bookings (ids) whose children could all come, beside what their
    families have agreed to elsewhere. Three statements."""
    prefetch_related_objects(bookings, "family", "children")
    elsewhere = agreed_elsewhere(bookings)
    parties = [
        Party(b.family, list(b.children.all()), _sessions(elsewhere[b.pk]), [session])
        for b in bookings
    ]
    doubted = in_doubt(parties)
    return {b.pk for b in bookings if b.family_id not in doubted}


def hindrances(bookings: Sequence[Booking], instead: Session | None = None) -> dict[int, Hindrance]:
    """Live booking → what keeps the family from coming, where something does. `instead`: the
    session as somebody means to change it. Three statements."""
    prefetch_related_objects(bookings, "session", "family", "children")
    elsewhere = agreed_elsewhere(bookings)
    found = ((b.pk, _hindrance(b, instead or b.session, elsewhere[b.pk])) for b in bookings)
    return {pk: hindrance for pk, hindrance in found if hindrance}


def agreed_elsewhere(bookings: Iterable[Booking]) -> dict[int, list[Booking]]:
    """Booking → the other bookings that its family has said yes to, with their sessions."""
    bookings = list(bookings)
    rows = Booking.objects.filter(
        among("family", {b.family_id for b in bookings}), state=Booking.State.CONFIRMED
    ).select_related("session")
    by_family: defaultdict[int, list[Booking]] = defaultdict(list)
    for row in rows:
        by_family[row.family_id].append(row)
    elsewhere = {}
    for b in bookings:
        beside = by_family[b.family_id]
        elsewhere[b.pk] = [other for other in beside if other.session_id != b.session_id]
    return elsewhere


def _hindrance(booking: Booking, session: Session, beside: list[Booking]) -> Hindrance | None:
    if booking.state not in LIVE or session.starts_at is None:
        return None
    children = list(booking.children.all())
    named = bool(session.group)  # it is reserved for her, or she would not be in it
    violations = broken_rules(
        booking.family, children, session, beside=_sessions(beside), named=named
    )
    if not violations:
        return None
    clashes = []
    for other in beside:
        alone = broken_rules(booking.family, children, session, beside=[other.session], named=named)
        if any(violation.rule == "family_overlap" for violation in alone):
            clashes.append(other)
    return Hindrance(violations, tuple(clashes), _right_ages(booking, session, violations))


def _right_ages(
    booking: Booking, session: Session, violations: Sequence[Violation]
) -> tuple[Child, ...]:
    if any(violation.rule != "age" for violation in violations):
        return ()
    children = booking.children.all()
    return tuple(c for c in children if not is_too_old_or_young(booking.family, c, session))


def _sessions(bookings: Iterable[Booking]) -> list[Session]:
    return [booking.session for booking in bookings]
