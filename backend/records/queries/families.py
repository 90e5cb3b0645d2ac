"""What families said of a class, for those who answer for it: that no tutor came, until somebody
has looked at it; and that one came, as a word about her who led it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Count, F, Q, QuerySet

from backend.accounts.models import User
from backend.common.bulk import among
from backend.families.models import Guardian
from backend.records.models import Feedback
from backend.rota.models import Assignment, Session
from backend.rota.states import HELD

UNSEEN = Q(tutor_came=False, looked_at=None)
SHOWN = 20


def missed_sessions(sessions: QuerySet[Session]) -> list[Session]:
    """Those of which a family says that no tutor came, and nobody has looked at it since, the
    newest first; each with `missed` and `came`, how many families say which. One statement."""
    there = Feedback.objects.filter(UNSEEN).values("booking__session")
    said = "bookings__feedback"
    rows = sessions.filter(pk__in=there).annotate(
        missed=Count(said, filter=Q(**{f"{said}__tutor_came": False}), distinct=True),
        came=Count(said, filter=Q(**{f"{said}__tutor_came": True}), distinct=True),
    )
    return list(rows.select_related("venue").order_by("-starts_at", "-pk")[:SHOWN])


def words_of_families(parts: Iterable[Assignment], but: User) -> dict[int, int]:
    """Part → the account of a family that says that she came: of who alone led the class, where no
    family says otherwise. Neither her own family's word nor that of whoever is to say the second
    one (`but`). Parts come with role and volunteer. Three statements, one where nobody led."""
    leads = [part for part in parts if part.shift.role.leads]
    alone = _led_by_one({part.session_id for part in leads}) if leads else set()
    said = _said({part.session_id for part in leads} & alone)
    found = {}
    for part in leads:
        own = {part.volunteer.user_id, but.pk}
        words = said.get(part.session_id, [])
        theirs = [family for family, grown_ups in words if not own & grown_ups]
        if theirs:
            found[part.pk] = theirs[0]
    return found


def _led_by_one(sessions: Collection[int]) -> set[int]:
    held = Assignment.objects.filter(
        among("session", sessions), state__in=HELD, shift__role__leads=True
    )
    counted = held.order_by().values("session").annotate(n=Count("pk"))
    return {row["session"] for row in counted if row["n"] == 1}


def _said(sessions: Collection[int]) -> dict[int, list[tuple[int, set[int]]]]:
    """Session → the families that say that a tutor came, the first to say so first: the account
    that registered it, and those of all its grown-ups. Nothing of one that no tutor came to."""
    if not sessions:
        return {}
    rows = list(
        Feedback.objects.filter(among("booking__session", sessions))
        .order_by("said_at", "pk")
        .values_list("booking__session", "booking__family", "booking__family__user", "tutor_came")
    )
    joined: defaultdict[int, set[int]] = defaultdict(set)
    guardians = Guardian.objects.filter(
        among("family", {family for _, family, _, _ in rows}), user__isnull=False
    )
    for family, user in guardians.values_list("family_id", F("user_id")):
        joined[family].add(user)
    missed = {session for session, _, _, came in rows if not came}
    found: defaultdict[int, list[tuple[int, set[int]]]] = defaultdict(list)
    for session, family, user, came in rows:
        if came and user is not None and session not in missed:
            found[session].append((user, {user} | joined[family]))
    return found
