"""What is asked before a family gets seats or a place in the line; the same questions for booking and for moving a booking."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from backend.accounts.models import Consent
from backend.bookings.admission import broken_rules
from backend.bookings.models import LIVE, Booking
from backend.bookings.policy import begun, is_bookable
from backend.bookings.queries import avoided_people
from backend.common.clock import LOCAL
from backend.common.refusal import Refusal
from backend.families.models import Child, Family
from backend.rota.models import Session


class NotYourChild(Refusal):
    """No child was chosen, or one that is not of this family."""

    code = "not_your_child"


class NotBookable(Refusal):
    """The session is not open for booking: a draft, cancelled, begun, or without seats. Facts: session, state, begun."""

    code = "not_bookable"


class ConsentMissing(Refusal):
    """The guardian has not agreed (or no longer agrees) to the use of these children's data for booking. Facts: children (ids)."""

    code = "consent_missing"


class QuotaUsed(Refusal):
    """The family has had or booked as many sessions as there are for one family in a year. Facts: limit, year."""

    code = "quota_used"


class RulesBroken(Refusal):
    """Rules of matching that these seats would break: age, overlap, reserved, … Facts: session, violations and the problem that they were found in."""

    code = "seats_against_rules"


def not_bookable(session: Session, now: datetime) -> NotBookable:
    """The refusal with its facts; a page says it before anybody asks."""
    return NotBookable(session=session.pk, state=session.state, begun=begun(session, now) or session.rota.state == "closed")


def children_of(family: Family, child_ids: Iterable[int]) -> list[Child]:
    """The chosen children; raises NotYourChild."""
    wanted = set(child_ids)
    children = [child for child in family.children.order_by("pk") if child.pk in wanted]
    if not wanted or len(children) < len(wanted):
        raise NotYourChild
    return children


def live_bookings(family: Family) -> list[Booking]:
    """The family's waiting, offered and confirmed bookings with their sessions."""
    return list(Booking.objects.filter(family=family, state__in=LIVE).select_related("session"))


def admit(family: Family, session: Session, children: Sequence[Child], beside: Sequence[Booking], now: datetime) -> None:
    """Pass, or raise the first refusal that applies. `beside` are the family's live bookings that stay."""
    if not is_bookable(session, now):
        raise not_bookable(session, now)
    _need_consent(family, children)
    avoided = avoided_people([family.pk], [session.pk]).get((family.pk, session.pk), ())
    others = [booking.session for booking in beside]
    violations, problem = broken_rules(family, children, session, beside=others, avoided=avoided)
    if violations:
        raise RulesBroken(session=session.pk, violations=violations, problem=problem)
    _need_quota(family, session, beside)


def _need_consent(family: Family, children: Sequence[Child]) -> None:
    ids = [child.pk for child in children]
    given = Consent.objects.filter(user__family=family, purpose="booking", child_id__in=ids, withdrawn_at__isnull=True)
    agreed = set(given.values_list("child_id", flat=True))
    if missing := [pk for pk in ids if pk not in agreed]:
        raise ConsentMissing(children=missing)


def _need_quota(family: Family, session: Session, beside: Sequence[Booking]) -> None:
    assert session.starts_at is not None
    year, limit = session.starts_at.astimezone(LOCAL).year, settings.FAMILY_SESSIONS_PER_YEAR
    begins, ends = datetime(year, 1, 1, tzinfo=LOCAL), datetime(year + 1, 1, 1, tzinfo=LOCAL)
    that_year = Booking.objects.filter(family=family, session__starts_at__gte=begins, session__starts_at__lt=ends)
    past = that_year.filter(state__in=("attended", "absent")).count()
    live = sum(1 for booking in beside if booking.session.starts_at and begins <= booking.session.starts_at < ends)
    if past + live >= limit:
        raise QuotaUsed(limit=limit, year=year)
