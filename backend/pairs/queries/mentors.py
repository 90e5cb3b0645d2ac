"""Who may be asked to be a mentor."""

from __future__ import annotations

from datetime import date

from django.db.models import OuterRef, Q, QuerySet

from backend.access.queries import Someone
from backend.organisations.policy import ACTS
from backend.organisations.queries import scope_paths
from backend.pairs.models import Pair
from backend.pairs.states import LIVE_PAIRS
from backend.programmes.models import ADULT, Engagement, Programme, Role
from backend.rota.models import Assignment
from backend.volunteers.models import VettingCheck, Volunteer
from backend.volunteers.queries import (
    holdings,
    matching_words,
    volunteers_within,
)

FOUND = 10


def kinds_of_pairs() -> QuerySet[Engagement]:
    """Open-ended kinds of the programmes that are about children."""
    rows = Engagement.objects.filter(
        minutes=None, programme__active=True, programme__privacy=Programme.Privacy.CHILD
    )
    return rows.select_related("programme").order_by("programme_id", "pk")


def role_of(engagement: Engagement) -> Role | None:
    """Which a mentor has: the first of its staffing, of its programme where it names none."""
    roles = Role.objects.filter(programme=engagement.programme_id).order_by("pk")
    codes = [one["role"] for one in engagement.staffing]
    return roles.filter(code__in=codes[:1]).first() or roles.first()


def why_unfit(
    mentor: Volunteer, engagement: Engagement, today: date, *, besides: int | None = None
) -> str:
    """A code of asking.MentorUnfit, "" when she may be asked. `besides`: a pair that is not counted
    against what she wants to do at most."""
    if not mentor.is_active:
        return "state"
    if not mentor.programmes.filter(pk=engagement.programme_id).exists():
        return "programme"
    lacks = what_lacks(mentor, engagement, today)
    if lacks:
        return lacks
    if _had(mentor, besides) >= mentor.max_open:
        return "full"
    return ""


def what_lacks(mentor: Volunteer, engagement: Engagement, day: date) -> str:
    """Whatever the role says, a person has seen that she is of age ("minor" where none has), and a
    clear vetting holds on that day; with it all that the role and the kind ask ("vetting"). "":
    nothing lacks."""
    role = role_of(engagement)
    asked = set(engagement.requires.values_list("pk", flat=True))
    if role is not None:
        asked |= set(role.requires.values_list("pk", flat=True))
    hers = holdings(mentor)
    holds = {pk for pk, one in hers.items() if one.holds(day)}
    if not any(hers[pk].kind.code == ADULT for pk in holds):
        return "minor"
    if not asked <= holds or not any(hers[pk].kind.is_vetting for pk in holds):
        return "vetting"
    return ""


def mentors_found(
    user: Someone, engagement: Engagement, words: str, today: date
) -> list[Volunteer]:
    """Of her organisations, in the programme, with a clear vetting: those that the words mean, by
    name; the other conditions are said when one is asked. One statement."""
    answers = VettingCheck.objects.exclude(result=VettingCheck.Result.PENDING)
    newest = answers.filter(volunteer=OuterRef("pk")).order_by("-requested_at", "-pk")
    lasts = Q(valid_until=None) | Q(valid_until__gte=today)
    clear = VettingCheck.objects.filter(lasts, result=VettingCheck.Result.CLEAR)
    rows = volunteers_within(scope_paths(user, ACTS)).annotate(newest=newest.values("pk")[:1])
    rows = rows.filter(
        matching_words(words),
        newest__in=clear.values("pk"),
        programmes=engagement.programme_id,
        state=Volunteer.State.ACTIVE,
    )
    return list(rows.select_related("organisation").order_by("sort_key", "pk")[:FOUND])


def mentor_seen(user: Someone, pk: int) -> Volunteer | None:
    """Somebody of her organisations; whether she may be asked is another question."""
    return volunteers_within(scope_paths(user, ACTS)).filter(pk=pk).first()


def _had(mentor: Volunteer, besides: int | None) -> int:
    """How many she has or is asked for, pairs and what has no time in a rota together."""
    pairs = Pair.objects.filter(mentor=mentor, state__in=LIVE_PAIRS).exclude(pk=besides or 0)
    others = Assignment.objects.filter(
        volunteer=mentor, state=Assignment.State.ACTIVE, start_minute=None
    )
    return pairs.count() + others.count()
