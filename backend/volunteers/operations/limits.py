"""How much a volunteer wants to do, how far she travels, and what she likes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from backend.accounts.models import User
from backend.common.languages import LANGUAGES
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import (
    CountingChanged,
    LanguagesSaid,
    LikingsChanged,
    LimitsChanged,
    NamingChanged,
    ProgrammesChosen,
)
from backend.programmes.models import Programme
from backend.volunteers.models import Volunteer, Wish
from backend.volunteers.operations.telling import changed

LIMITS = {
    "max_travel": (5, 180),
    "max_per_day": (1, 4),
    "max_per_week": (0, 14),
    "max_total": (0, 60),
    "max_open": (0, 10),
}


class LimitRefused(Refusal):
    """A limit outside what makes sense. Facts: field, low, high."""

    code = "limit_refused"


@operation
def change_limits(
    *, volunteer_id: int, actor: User | None, now: datetime, **limits: int | None
) -> Volunteer:
    """Change any of max_travel (minutes), max_per_day, max_per_week, max_total (per rota; None: no
    limit), max_open.

    Raises LimitRefused.
    """
    row = lock_one(Volunteer, volunteer_id)
    for name, value in limits.items():
        low, high = LIMITS[name]
        if value is None and name == "max_total":
            row.max_total = None
        elif value is None or not low <= value <= high:
            raise LimitRefused(field=name, low=low, high=high)
        else:
            setattr(row, name, value)
    row.save(update_fields=list(limits))
    changed(LimitsChanged(volunteer=row.pk), "change", "limits", actor=actor, now=now)
    return row


@operation
def choose_programmes(
    *, volunteer_id: int, programmes: Collection[Programme], actor: User | None, now: datetime
) -> None:
    """Say in which programmes she wants to serve. It bars her from nothing: a shift asks for
    credentials, not for a programme."""
    row = lock_one(Volunteer, volunteer_id)
    wanted = {programme.pk for programme in programmes}
    if wanted == set(row.programmes.values_list("pk", flat=True)):
        return
    row.programmes.set(wanted)
    changed(ProgrammesChosen(volunteer=row.pk), "change", "programmes", actor=actor, now=now)


@operation
def say_languages(
    *, volunteer_id: int, languages: Collection[str], actor: User | None, now: datetime
) -> None:
    """Which languages she speaks beside 普通话; what is no language of ours is left out. Repeating
    it is nothing."""
    row = lock_one(Volunteer, volunteer_id)
    said = [key for key in LANGUAGES if key in languages]
    if row.languages == said:
        return
    row.languages = said
    row.save(update_fields=["languages"])
    changed(LanguagesSaid(volunteer=row.pk), "change", "languages", actor=actor, now=now)


@operation
def show_name(*, volunteer_id: int, named: bool, actor: User | None, now: datetime) -> None:
    """Whether families whom she teaches may read her surname and her certificate. Repeating it is
    nothing."""
    row = lock_one(Volunteer, volunteer_id)
    if row.named == named:
        return
    row.named = named
    row.save(update_fields=["named"])
    changed(NamingChanged(volunteer=row.pk), "change", "named", actor=actor, now=now)


@operation
def count_answers(*, volunteer_id: int, counted: bool, actor: User | None, now: datetime) -> None:
    """Whether plans reckon with how she answered before. Repeating it is nothing."""
    row = lock_one(Volunteer, volunteer_id)
    if row.by_answers == counted:
        return
    row.by_answers = counted
    row.save(update_fields=["by_answers"])
    changed(CountingChanged(volunteer=row.pk), "change", "by_answers", actor=actor, now=now)


@operation
def set_wishes(
    *, volunteer_id: int, likings: Mapping[Programme, int], actor: User | None, now: datetime
) -> None:
    """Say how gladly she does each programme, -3 to 3; 0 and what is not named mean neither.

    Raises LimitRefused.
    """
    row = lock_one(Volunteer, volunteer_id)
    if any(not -3 <= liking <= 3 for liking in likings.values()):
        raise LimitRefused(field="liking", low=-3, high=3)
    kept: dict[str, Any] = {
        "update_conflicts": True,
        "unique_fields": ["volunteer", "programme"],
        "update_fields": ["liking"],
    }
    row.wishes.exclude(programme__in=[p for p, liking in likings.items() if liking]).delete()
    Wish.objects.bulk_create(
        [
            Wish(volunteer=row, programme=p, liking=liking)
            for p, liking in likings.items()
            if liking
        ],
        **kept,
    )
    changed(LikingsChanged(volunteer=row.pk), "change", "wishes", actor=actor, now=now)
