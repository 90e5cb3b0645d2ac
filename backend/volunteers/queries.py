"""Finding volunteers, and what of theirs lapses soon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from backend.accounts import phones
from backend.organisations.queries import within
from backend.volunteers.models import Application, VettingCheck, Volunteer, VolunteerCredential
from backend.volunteers.names import has_han, other_readings


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


def turned_down(volunteer: Volunteer) -> str:
    """Why a coordinator did not take her on; "" when nobody said no. Asks only of who has left."""
    if volunteer.state != Volunteer.State.LEFT:
        return ""
    found = Application.objects.filter(volunteer=volunteer).values_list("reason", flat=True)
    return found.first() or ""
