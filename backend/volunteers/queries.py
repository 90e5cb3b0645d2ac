"""Finding and listing volunteers.

A list costs a constant number of queries at any size of the city.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from backend.accounts import phones
from backend.organisations.queries import within
from backend.volunteers.models import VettingCheck, Volunteer, VolunteerCredential
from backend.volunteers.names import has_han, other_readings

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of volunteers in the order of their names; `after` continues it, None at the end."""

    rows: list[Volunteer]
    after: tuple[str, int] | None


def matching_words(words: str) -> Q:
    """Volunteers that a search means: 汉字, full pinyin, initials (either reading of a surname),
    the public number, a whole phone number."""
    condition = Q()
    for word in words.lower().split():
        condition &= _one(word)
    return condition


def _one(word: str) -> Q:
    if has_han(word):
        return Q(name__contains=word)
    if re.fullmatch(r"v\d+", word):
        return Q(number__iexact=word)
    try:
        return Q(phone_index=phones.index(phones.clean(word)))
    except phones.BadPhone:
        pass
    found = Q(name_initials__startswith=word) | Q(name_pinyin__startswith=word)
    for surname, pinyin, initials in other_readings(word):
        other = Q(name_initials__startswith=initials) | (
            Q(name_pinyin__startswith=pinyin) if pinyin else Q(pk__in=[])
        )
        found |= Q(name__startswith=surname) & other
    return found


def volunteers_within(paths: Sequence[str]) -> QuerySet[Volunteer]:
    """Everyone registered with an organisation below one of these paths (see
    organisations.queries.scope_paths)."""
    return Volunteer.objects.filter(within(paths, "organisation__path"))


def volunteer_page(
    paths: Sequence[str],
    *,
    words: str = "",
    programme: str = "",
    state: str = Volunteer.State.ACTIVE,
    after: tuple[str, int] | None = None,
    size: int = PAGE,
) -> Listed:
    """A page of the volunteers within `paths`, with organisation, programmes, credentials and
    newest vetting at hand."""
    rows = volunteers_within(paths).filter(matching_words(words))
    if state:
        rows = rows.filter(state=state)
    if programme:
        rows = rows.filter(programmes__code=programme)
    if after:
        rows = rows.filter(Q(sort_key__gt=after[0]) | Q(sort_key=after[0], pk__gt=after[1]))
    rows = (
        rows.select_related("organisation", "street")
        .order_by("sort_key", "pk")
        .prefetch_related("programmes", *held())
    )
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Listed(found, (found[-1].sort_key, found[-1].pk) if more else None)


def held() -> list[Prefetch[Any, Any, Any]]:
    """Credentials with their kinds, and vettings newest first, for any query of volunteers."""
    return [
        Prefetch(
            "credentials", VolunteerCredential.objects.select_related("kind").order_by("kind__code")
        ),
        Prefetch("vettings", VettingCheck.objects.order_by("-requested_at", "-pk")),
    ]


def vetting_of(volunteer: Volunteer) -> VettingCheck | None:
    """Her newest vetting (from `held()`, without a query)."""
    return next(iter(volunteer.vettings.all()), None)


def lapsing(paths: Sequence[str], *, today: date, until: date) -> QuerySet[VolunteerCredential]:
    """Certificates within `paths` that lapse between today and `until`, soonest first."""
    rows = VolunteerCredential.objects.filter(
        volunteer__state=Volunteer.State.ACTIVE, valid_until__range=(today, until)
    )
    return (
        rows.filter(within(paths, "volunteer__organisation__path"))
        .select_related("volunteer", "kind")
        .order_by("valid_until", "pk")
    )


def vettings_lapsing(paths: Sequence[str], *, today: date, until: date) -> QuerySet[VettingCheck]:
    """Clear vettings within `paths` that lapse between today and `until`, soonest first, so that
    they are asked again in time."""
    rows = VettingCheck.objects.filter(
        volunteer__state=Volunteer.State.ACTIVE,
        result=VettingCheck.Result.CLEAR,
        valid_until__range=(today, until),
    )
    return (
        rows.filter(within(paths, "volunteer__organisation__path"))
        .select_related("volunteer")
        .order_by("valid_until", "pk")
    )
