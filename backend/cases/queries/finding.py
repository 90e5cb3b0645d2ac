"""Who may be proposed for a case, and why somebody may not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from backend.cases.models import CareCase, CaseHelper, CaseParty
from backend.cases.policy import SomebodyKnown, why_barred
from backend.cases.states import LIVE_HELPERS, READING_HELPERS, HelperState
from backend.pairs.models import Pair
from backend.pairs.states import LIVE_PAIRS
from backend.places.codes import VILLAGE
from backend.programmes.models import ADULT, Engagement, Programme, Role
from backend.rota.models import Assignment
from backend.volunteers.models import Volunteer
from backend.volunteers.queries import holdings, matching_words, volunteers_within

FOUND = 10
WORKED = (*READING_HELPERS, HelperState.LEFT, HelperState.DONE)


def kind_of_cases() -> Engagement | None:
    """The open-ended kind of the programme whose cases are confidential. One statement."""
    rows = Engagement.objects.filter(
        minutes=None, programme__active=True, programme__privacy=Programme.Privacy.CASE
    )
    return rows.select_related("programme").order_by("programme_id", "pk").first()


def role_in_cases(engagement: Engagement) -> Role | None:
    """Which a helper has: the first of its staffing, of its programme where it names none."""
    roles = Role.objects.filter(programme=engagement.programme_id).order_by("pk")
    codes = [one["role"] for one in engagement.staffing]
    return roles.filter(code__in=codes[:1]).first() or roles.first()


def helpers_found(case: CareCase, words: str) -> list[Volunteer]:
    """Of its organisation and those below, in its programme, active, and not in it already: those
    that the words mean, by name. The other conditions are said when one is proposed. One
    statement."""
    inside = CaseHelper.objects.filter(case=case, state__in=LIVE_HELPERS)
    rows = helpers_in_reach(case).filter(
        matching_words(words),
        programmes=case.engagement.programme_id,
        state=Volunteer.State.ACTIVE,
    )
    rows = rows.exclude(pk__in=inside.values("volunteer")).select_related("organisation")
    return list(rows.order_by("sort_key", "pk")[:FOUND])


def helpers_in_reach(case: CareCase) -> QuerySet[Volunteer]:
    """Whether one of them may be proposed is another question."""
    return volunteers_within([case.organisation.path])


def why_not_proposed(
    case: CareCase, her: Volunteer, today: date, *, besides: int | None = None
) -> str:
    """A code of CaseHelperUnfit, "" when she may be proposed, asked, and say yes. `besides`: the
    row of hers that is not counted against what she does at most. Opens the names of both sides,
    and of those whose cases she has worked on."""
    if not her.is_active:
        return "state"
    if not her.programmes.filter(pk=case.engagement.programme_id).exists():
        return "programme"
    lacks = _lacks(case, her, today)
    if lacks:
        return lacks
    said_no = case.helpers.filter(volunteer=her, state=HelperState.BARRED)
    if said_no.exists():
        return "barred"
    parties = [as_person(one) for one in case.parties.all()]
    barred = why_barred(_herself(her), parties, _of_her_others(case, her))
    if barred:
        return barred
    return "full" if caseload(her, besides) >= her.max_open else ""


def caseload(her: Volunteer, besides: int | None = None) -> int:
    """What she has for long or is asked for: cases, pairs, and what has no time in a rota. It is
    held against `Volunteer.max_open`, which she sets herself."""
    cases = CaseHelper.objects.filter(volunteer=her, state__in=READING_HELPERS)
    pairs = Pair.objects.filter(mentor=her, state__in=LIVE_PAIRS)
    places = Assignment.objects.filter(
        volunteer=her, state=Assignment.State.ACTIVE, start_minute=None
    )
    return cases.exclude(pk=besides or 0).count() + pairs.count() + places.count()


def as_person(party: CaseParty) -> SomebodyKnown:
    return SomebodyKnown(str(party.name or ""), str(party.phone or ""), str(party.village or ""))


def _herself(her: Volunteer) -> SomebodyKnown:
    code = her.organisation.division_id or ""
    return SomebodyKnown(her.name, str(her.phone or ""), code if len(code) == VILLAGE else "")


def _of_her_others(case: CareCase, her: Volunteer) -> Collection[SomebodyKnown]:
    """Who was in the cases that she works or worked on, as long as they are known."""
    hers = CaseHelper.objects.filter(volunteer=her, state__in=WORKED).exclude(case=case)
    rows = CaseParty.objects.filter(case__in=hers.values("case")).exclude(name=None)
    return [as_person(one) for one in rows]


def _lacks(case: CareCase, her: Volunteer, today: date) -> str:
    """A mediator is of age (人民调解法 art. 14), and holds what the role and the kind ask for."""
    role = role_in_cases(case.engagement)
    asked = set(case.engagement.requires.values_list("pk", flat=True))
    if role is not None:
        asked |= set(role.requires.values_list("pk", flat=True))
    held = holdings(her)
    holds = {pk for pk, one in held.items() if one.holds(today)}
    if not any(held[pk].kind.code == ADULT for pk in holds):
        return "minor"
    return "" if asked <= holds else "certificate"
