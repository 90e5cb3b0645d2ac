"""The register of volunteers as a coordinator may look at it: a list within her scope, and one
volunteer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from backend.access.queries import Someone
from backend.accounts import phones
from backend.organisations.queries import scope_paths
from backend.rota.models import Assignment, Offer
from backend.volunteers.models import TimeOff, VettingCheck, Volunteer, VolunteerCredential
from backend.volunteers.queries import matching_words, volunteers_within

SOON = timedelta(days=45)  # a credential that lapses within this is worth a word


def volunteers_seen(user: Someone, words: str = "") -> QuerySet[Volunteer]:
    """Everyone registered in her scope whom the words mean."""
    return volunteers_within(scope_paths(user)).filter(matching_words(words))


def listed(
    volunteers: QuerySet[Volunteer], today: date, start: int, size: int
) -> list[tuple[Volunteer, bool]]:
    """Some of them by name, with what a list shows, and whether a clear vetting holds today.

    Two statements, which read these rows alone.
    """
    shown = ("name", "number", "state", "services_before", "organisation__name", "street__name")
    rows = list(
        volunteers.select_related("organisation", "street")
        .only(*shown)
        .order_by("sort_key", "pk")[start : start + size]
    )
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    clear = set(
        VettingCheck.objects.filter(valid, volunteer__in=rows, result="clear").values_list(
            "volunteer_id", flat=True
        )
    )
    return [(row, row.pk in clear) for row in rows]


@dataclass(frozen=True)
class Profile:
    """One volunteer: what she holds, what she has ahead, what she is asked.

    Her phone only masked.
    """

    volunteer: Volunteer
    phone: str
    credentials: list[VolunteerCredential]
    vetting: VettingCheck | None
    assignments: list[Assignment]
    offers: list[Offer]
    away: list[TimeOff]
    soon: date


def profile(volunteer: Volunteer, now: datetime) -> Profile:
    """Six statements."""
    ahead = Q(session__starts_at__isnull=True) | Q(session__starts_at__gte=now - timedelta(days=1))
    order = ("session__starts_at", "pk")
    related = ("session__venue", "session__rota", "shift__role")
    return Profile(
        volunteer,
        phones.masked(volunteer.phone) if volunteer.phone else "",
        list(volunteer.credentials.select_related("kind").order_by("kind__name")),
        volunteer.vettings.order_by("-requested_at", "-pk").first(),
        list(
            volunteer.assignments.filter(ahead, state="active")
            .select_related(*related)
            .order_by(*order)
        ),
        list(
            volunteer.offers.filter(ahead)
            .exclude(state="accepted")
            .select_related(*related)
            .order_by(*order)
        ),
        list(volunteer.time_off.filter(to_date__gte=now.date()).order_by("from_date")),
        now.date() + SOON,
    )
