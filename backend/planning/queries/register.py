"""The register of volunteers as a coordinator may look at it: a list within her scope, and one
volunteer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from backend.access import queries as access
from backend.access.queries import Someone
from backend.access.refusals import NotHers, NotSeen
from backend.accounts import phones
from backend.common.clock import local_day
from backend.organisations.policy import ACTS, VETS
from backend.organisations.queries import can_coordinate, scope_paths, within
from backend.rota.models import Assignment, Offer, Session
from backend.rota.queries import over_of, with_services
from backend.volunteers.models import (
    Application,
    Pause,
    Remark,
    TimeOff,
    VettingCheck,
    Volunteer,
    VolunteerCredential,
)
from backend.volunteers.queries import LAPSES_SOON, answers_that_count, matching_words

OVER = 20  # sessions and remarks of the past


def volunteers_found(user: Someone, words: str = "") -> QuerySet[Volunteer]:
    """Everyone registered in her scope whom the words mean."""
    return access.volunteers_seen(user).filter(matching_words(words))


def listed(
    user: Someone, volunteers: QuerySet[Volunteer], now: datetime, start: int, size: int
) -> list[tuple[Volunteer, bool | None]]:
    """Some of them by name, with what a list shows (`served`, too), and whether a clear vetting
    holds today; None to whom that is not told.

    Two statements, which read these rows alone.
    """
    of_her = ("name", "number", "state", "services_before", "street__name")
    shown = (*of_her, "organisation__name", "organisation__path")
    rows = list(
        with_services(volunteers)
        .select_related("organisation", "street")
        .only(*shown)
        .order_by("sort_key", "pk")[start : start + size]
    )
    clear = {
        check.volunteer_id
        for check in _clear(VettingCheck.objects.filter(volunteer__in=rows), local_day(now))
    }
    told = tuple(scope_paths(user, VETS))
    return [
        (row, row.pk in clear if row.organisation.path.startswith(told) else None) for row in rows
    ]


def is_told_vettings(user: Someone, volunteer: Volunteer) -> bool:
    """Whether she has one of the two roles that see how somebody's vetting stands."""
    return volunteer.organisation.path.startswith(tuple(scope_paths(user, VETS)))


def applying(user: Someone) -> QuerySet[Application]:
    """Who waits for a yes where she coordinates."""
    return Application.objects.filter(
        within(scope_paths(user, ACTS), "volunteer__organisation__path"),
        volunteer__state=Volunteer.State.APPLIED,
    )


def applicants(user: Someone) -> list[Application]:
    """Those who are applying(), longest first. One statement."""
    read = ("volunteer__street", "volunteer__organisation", "volunteer__guardian_consent")
    return list(applying(user).select_related(*read).order_by("made_at", "pk"))


def already_listed(user: Someone, waiting: Sequence[Application]) -> dict[int, list[Volunteer]]:
    """For each who waits, by her key, who stands in the register with her number and no account
    where she coordinates. One statement."""
    indexes = [one.volunteer.phone_index for one in waiting if one.volunteer.phone_index]
    rows = Volunteer.objects.filter(
        within(scope_paths(user, ACTS), "organisation__path"), phone_index__in=indexes, user=None
    ).exclude(state=Volunteer.State.APPLIED)
    found: dict[bytes, list[Volunteer]] = {}
    for row in rows.select_related("organisation").order_by("pk"):
        found.setdefault(bytes(row.phone_index or b""), []).append(row)
    return {
        one.volunteer_id: found.get(bytes(one.volunteer.phone_index or b""), []) for one in waiting
    }


def registered_twice(user: Someone, volunteer: Volunteer) -> list[Volunteer]:
    """Who else of those whom she sees has the same identity number: registered by two organisations
    of which neither is told of the other's. At most one statement."""
    if volunteer.identity_index is None:
        return []
    rows = Volunteer.objects.filter(
        within(scope_paths(user), "organisation__path"), identity_index=volunteer.identity_index
    )
    return list(rows.exclude(pk=volunteer.pk).select_related("organisation").order_by("pk"))


def pauses_to_end(user: Someone) -> QuerySet[Pause]:
    """Of those who were paused where she coordinates and ask to serve again."""
    return Pause.objects.filter(
        within(scope_paths(user, ACTS), "volunteer__organisation__path"),
        ended_at=None,
        asked_at__isnull=False,
    )


def asking_to_resume(user: Someone) -> list[Pause]:
    """pauses_to_end(), longest first. One statement."""
    rows = pauses_to_end(user).select_related("volunteer__organisation", "made_by")
    return list(rows.order_by("asked_at", "pk"))


def applicant(user: Someone, pk: int) -> Volunteer:
    """Somebody who applied, and whom she may answer. Raises NotSeen, and NotHers when she only
    sees her."""
    row = volunteers_found(user).select_related("organisation").filter(pk=pk).first()
    if row is None or not Application.objects.filter(volunteer=row).exists():
        raise NotSeen
    if not can_coordinate(user, row.organisation):
        raise NotHers
    return row


def _clear(checks: QuerySet[VettingCheck], today: date) -> list[VettingCheck]:
    """The answer that counts of each person, where it is clear and holds today."""
    return [
        check
        for check in answers_that_count(checks)
        if check.result == VettingCheck.Result.CLEAR
        and (check.valid_until is None or check.valid_until >= today)
    ]


@dataclass(frozen=True)
class Away:
    """Days off, and what she has promised, or is asked for, on them all the same."""

    days: TimeOff
    promised: list[Assignment]
    asked: list[Offer]


@dataclass(frozen=True)
class Profile:
    """One volunteer: what she holds (`vetting`: the clear one that holds, if any), what she
    has ahead, what she is asked, how often she has served.

    Her phone only masked.
    """

    volunteer: Volunteer
    phone: str
    credentials: list[VolunteerCredential]
    vetting: VettingCheck | None
    assignments: list[Assignment]
    offers: list[Offer]
    away: list[Away]
    soon: date
    served: int
    over: list[Assignment]
    remarks: list[Remark]

    @property
    def ahead(self) -> list[Session]:
        """What she has, and what she was asked for."""
        return [a.session for a in self.assignments] + [o.session for o in self.offers]

    @property
    def named(self) -> list[int]:
        """The keys of all sessions that her page names."""
        return [session.pk for session in self.ahead] + [one.session_id for one in self.over]

    @property
    def waiting(self) -> int:
        """Questions that wait for her: they end when she rests."""
        return sum(offer.is_pending for offer in self.offers)


def seen_with_services(user: Someone, pk: int) -> Volunteer | None:
    """One of volunteers_found(), as profile() wants her. One statement."""
    rows = with_services(volunteers_found(user)).select_related("organisation", "street")
    return rows.filter(pk=pk).first()


def profile(volunteer: Volunteer, now: datetime) -> Profile:
    """Of her as seen_with_services() has read her. Eight statements."""
    ahead = Q(session__starts_at__isnull=True) | Q(session__starts_at__gte=now - timedelta(days=1))
    order = ("session__starts_at", "pk")
    related = ("session__venue", "session__rota", "shift__role")
    assignments = list(
        volunteer.assignments.filter(ahead, state=Assignment.State.ACTIVE)
        .select_related(*related)
        .order_by(*order)
    )
    offers = list(
        volunteer.offers.filter(ahead)
        .exclude(state=Offer.State.ACCEPTED)
        .select_related(*related)
        .order_by(*order)
    )
    off = volunteer.time_off.filter(to_date__gte=local_day(now)).order_by("from_date")
    return Profile(
        volunteer,
        phones.masked(volunteer.phone) if volunteer.phone else "",
        list(volunteer.credentials.select_related("kind").order_by("kind__name")),
        next(iter(_clear(volunteer.vettings.all(), local_day(now))), None),
        assignments,
        offers,
        [_away(days, assignments, offers) for days in off],
        local_day(now) + LAPSES_SOON,
        over=list(over_of(volunteer, now)[:OVER]),
        remarks=list(volunteer.remarks.select_related("author").order_by("-at", "-pk")[:OVER]),
        served=volunteer.served,  # type: ignore[attr-defined]  # annotated
    )


def _away(days: TimeOff, assignments: list[Assignment], offers: list[Offer]) -> Away:
    return Away(
        days,
        [a for a in assignments if _touches(days, a.session)],
        [o for o in offers if o.state == Offer.State.PENDING and _touches(days, o.session)],
    )


def _touches(days: TimeOff, session: Session) -> bool:
    if session.starts_at is None or session.ends_at is None:
        return False
    first = local_day(session.starts_at)
    last = local_day(session.ends_at - timedelta(seconds=1))
    return days.from_date <= last and first <= days.to_date
