"""Whom a case concerns: who is asked or helps, and the officers who lead it. Nobody above."""

from __future__ import annotations

from backend.cases.models import CareCase
from backend.cases.queries.officers import officers_of
from backend.notifications.recipients import Audience, Happened
from backend.outbox import kinds
from backend.volunteers.models import Volunteer


def helper_of_case(it: Happened) -> Audience:
    """Her whom it is about, unless she did it herself."""
    event = _event(it)
    rows = Volunteer.objects.filter(pk=event.volunteer).values_list("pk", "user")
    return Audience.volunteers(
        (pk, event.helper) for pk, user in rows if user is None or user != it.actor
    )


def who_leads_case(it: Happened) -> Audience:
    """The officers of its organisation, but for who did it: of a case that is closed nobody."""
    event = _event(it)
    case = CareCase.objects.defer("about").get(pk=event.case)
    if case.is_closed:
        return Audience()
    users = [user for user in officers_of(case.organisation_id) if user != it.actor]
    return Audience.users((user, event.helper) for user in users)


def _event(it: Happened) -> kinds.OfCaseHelper:
    assert isinstance(it.event, kinds.OfCaseHelper)
    return it.event


OF_CASES = (helper_of_case, who_leads_case)
