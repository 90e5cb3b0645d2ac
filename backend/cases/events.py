"""Whom it concerns what becomes of a case: who works on it, and the officers who lead it."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.cases.models import CareCase, CaseHelper
from backend.cases.queries.officers import officers_of
from backend.cases.states import LIVE_HELPERS
from backend.outbox.kinds import CaseChanged, OfCaseHelper
from backend.outbox.record import record


def subject_of(case_id: int) -> str:
    """What the access log calls a case."""
    return f"case:{case_id}"


def tell_of_case(
    case: CareCase, action: str = "change", *, actor: User | None, now: datetime
) -> None:
    """That something about it is new, and nothing of it."""
    note(actor, action, subject_of(case.pk), "case", now=now)
    record(CaseChanged(case=case.pk), streams=streams_of_case(case), actor=actor, now=now)


def tell_of_helper(
    kind: type[OfCaseHelper], helper: CaseHelper, *, actor: User | None, now: datetime
) -> None:
    case = helper.case
    note(actor, "change", subject_of(case.pk), "case", now=now)
    happened = kind(case=case.pk, helper=helper.pk, volunteer=helper.volunteer_id)
    streams = streams_of_case(case) | {f"volunteer.{helper.volunteer_id}"}
    record(happened, streams=streams, actor=actor, now=now)


def streams_of_case(case: CareCase) -> set[str]:
    """No stream of an organisation: when a case moves is nobody else's."""
    live = case.helpers.filter(state__in=LIVE_HELPERS).exclude(asked_at=None)
    hers = {f"volunteer.{pk}" for pk in live.values_list("volunteer", flat=True)}
    return hers | {f"user.{pk}" for pk in officers_of(case.organisation_id)}
