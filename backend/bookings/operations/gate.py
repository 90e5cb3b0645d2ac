"""What is asked before a family gets seats or a place in the line; the same questions for booking
and for moving a booking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from backend.bookings.admission import broken_rules
from backend.bookings.models import LIVE, Booking
from backend.bookings.policy import is_bookable
from backend.bookings.queries import avoided_people
from backend.common.clock import LOCAL
from backend.common.prepared import SOME_TIME, Prepared
from backend.common.refusal import Refusal
from backend.families.models import Avoid, Child, Family
from backend.families.queries import agreed_to_booking
from backend.rota.models import Rota, Session
from backend.rota.policy import has_begun


class NotYourChild(Refusal):
    """No child was chosen, or one that is not of this family."""

    code = "not_your_child"


class NotBookable(Refusal):
    """The session is not open for booking: a draft, cancelled, begun, or without seats.

    Facts: session, state, begun.
    """

    code = "not_bookable"


class ConsentMissing(Refusal):
    """The guardian has not agreed (or no longer agrees) to the use of these children's data for
    booking.

    Facts: children (ids).
    """

    code = "consent_missing"


class QuotaUsed(Refusal):
    """The family has had or booked as many sessions as there are for one family in a year.

    Facts: limit, year.
    """

    code = "quota_used"


class RulesBroken(Refusal):
    """Rules of matching that these seats would break: age, overlap, reserved, … Facts: session,
    violations (matching.rules.Violation)."""

    code = "seats_against_rules"


def not_bookable(session: Session, now: datetime) -> NotBookable:
    """The refusal with its facts; a page says it before anybody asks."""
    return NotBookable(
        session=session.pk,
        state=session.state,
        begun=has_begun(session, now) or session.rota.state == Rota.State.CLOSED,
    )


def _with_consent(family: int) -> QuerySet[Child]:
    return Child.objects.filter(family=family).annotate(agreed=agreed_to_booking()).order_by("pk")


class _Year(TypedDict):
    shuns: bool
    past: int | None


def _year(family: int, begins: datetime, ends: datetime) -> QuerySet[Family, _Year]:
    been = Booking.objects.filter(
        family=OuterRef("pk"),
        session__starts_at__gte=begins,
        session__starts_at__lt=ends,
        state__in=(Booking.State.ATTENDED, Booking.State.ABSENT),
    )
    count = been.order_by().values("family").annotate(n=Count("pk")).values("n")
    return Family.objects.filter(pk=family).values(
        shuns=Exists(Avoid.objects.filter(family=OuterRef("pk"))), past=Subquery(count)
    )


_children = Prepared(_with_consent, 0)
_live = Prepared(
    lambda family: Booking.objects.filter(family=family, state__in=LIVE).select_related("session"),
    0,
)
_rota = Prepared(lambda rota: Rota.objects.filter(pk=rota), 0)
_of_year = Prepared(_year, 0, SOME_TIME, SOME_TIME)


def children_of(family: Family, child_ids: Iterable[int]) -> list[Child]:
    """The chosen children, each with `agreed`: the guardian agrees to the use of its data for
    booking.

    Raises NotYourChild.
    """
    wanted = set(child_ids)
    children = [child for child in _children(family.pk) if child.pk in wanted]
    if not wanted or len(children) < len(wanted):
        raise NotYourChild
    return children


def live_bookings(family: Family) -> list[Booking]:
    """The family's waiting, offered and confirmed bookings with their sessions."""
    return _live(family.pk)


def admit_answer(booking: Booking, session: Session) -> None:
    """Pass, or raise ConsentMissing or RulesBroken: what may have changed since the seats were
    offered, or since the session was moved.

    Only what she has said yes to stands beside it, so of two that meet she can take either.
    """
    family = booking.family
    children = children_of(family, booking.children.values_list("pk", flat=True))
    refuse_without_consent(children)
    beside = [
        other.session
        for other in live_bookings(family)
        if other.pk != booking.pk and other.state == Booking.State.CONFIRMED
    ]
    violations = broken_rules(family, children, session, beside=beside, named=bool(session.group))
    if violations:
        raise RulesBroken(session=session.pk, violations=violations)


def refuse_without_consent(children: Sequence[Child]) -> None:
    """`children` are from children_of(). Raises ConsentMissing."""
    # annotated
    if missing := [child.pk for child in children if not child.agreed]:  # type: ignore[attr-defined]
        raise ConsentMissing(children=missing)


def admit(
    family: Family,
    session: Session,
    children: Sequence[Child],
    beside: Sequence[Booking],
    now: datetime,
) -> None:
    """Pass, or raise the first refusal that applies.

    `children` are from children_of(), `beside` the family's live bookings that stay.
    """
    (session.rota,) = _rota(session.rota_id)
    if not is_bookable(session, now):
        raise not_bookable(session, now)
    refuse_without_consent(children)
    assert session.starts_at is not None  # bookable
    year = session.starts_at.astimezone(LOCAL).year
    limit = settings.FAMILY_SESSIONS_PER_YEAR
    begins = datetime(year, 1, 1, tzinfo=LOCAL)
    ends = datetime(year + 1, 1, 1, tzinfo=LOCAL)
    (had,) = _of_year(family.pk, begins, ends)
    avoided = (
        avoided_people([family.pk], [session.pk]).get((family.pk, session.pk), ())
        if had["shuns"]
        else ()
    )
    violations = broken_rules(
        family, children, session, beside=[booking.session for booking in beside], avoided=avoided
    )
    if violations:
        raise RulesBroken(session=session.pk, violations=violations)
    live = sum(
        1
        for booking in beside
        if booking.session.starts_at and begins <= booking.session.starts_at < ends
    )
    if (had["past"] or 0) + live >= limit:
        raise QuotaUsed(limit=limit, year=year)
