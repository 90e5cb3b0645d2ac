"""A visit whose time has passed: what is known of it, and what a person is to ask."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.refusal import Refusal
from backend.families.models import Family
from backend.outbox.kinds import VisitWishEnded
from backend.records.policy import may_sign_out
from backend.rota.models import Assignment
from backend.rota.policy import is_over, over
from backend.visits.events import tell
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations.day import was_at_home
from backend.visits.operations.ending import newest_visit, seek_again
from backend.visits.operations.requests import open_request_of
from backend.visits.policy import INSIDE, is_long_over, nobody_opened
from backend.visits.states import VisitState


class NobodyToAskAbout(Refusal):
    """Nobody was sent there of whom it is unknown whether they went. Facts: request."""

    code = "nobody_to_ask_about"


def settle_past_visits(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """A visit whose time has passed: one that began and of which nobody has said anything until
    nobody looks for them any more is over, so that door and topic go in time. Of one to which
    nobody had said yes, and of one that nobody has said to have begun, it is not known that there
    was a visit: another time is looked for, and who does so is asked whether they went. How many
    wishes that was."""
    past = over(now, "visits__session__")
    rows = VisitRequest.objects.filter(past, state=VisitState.PLANNED).distinct()
    found = list(rows.order_by("pk").values_list("pk", "family_id"))
    return work_off((_settle(pk, family, now) for pk, family in found), go_on)


@operation
def _settle(request_id: int, family_id: int, now: datetime) -> int:
    family = lock_one(Family, family_id)
    row = VisitRequest.objects.get(pk=request_id)
    row.family = family
    visit = newest_visit(row)
    if not row.is_planned or visit is None or not is_over(visit.session, now):
        return 0
    if not _went(visit) or _nobody_said_that_they_went_in(visit, now):
        seek_again(row, now)
        return 1
    if visit.begun_at is None or not is_long_over(visit.session, now):
        return 0
    _done(row, None, now)
    return 1


@operation
def note_visited(
    *, family_id: int, request_id: int, version: int, actor: User, now: datetime
) -> VisitRequest:
    """Nobody had tapped that they were there; a coordinator has asked, and they were. No other time
    is looked for. Raises NobodyToAskAbout, VisitMoved; VisitRequest.DoesNotExist."""
    row = open_request_of(family_id, request_id, version)
    visit = newest_visit(row)
    if visit is None or not may_have_been(visit, now):
        raise NobodyToAskAbout(request=request_id)
    was_at_home(visit, actor, now)
    row.version += 1
    _done(row, actor, now)
    return row


def may_have_been(visit: Visit, now: datetime) -> bool:
    """Somebody was to go, it is over, and nobody has said either that they were there or that
    nobody opened."""
    told = visit.begun_at is not None or nobody_opened(visit, visit.session)
    return is_over(visit.session, now) and not told and _went(visit)


def _went(visit: Visit) -> bool:
    return Assignment.objects.filter(INSIDE, session=visit.session_id).exists()


def _nobody_said_that_they_went_in(visit: Visit, now: datetime) -> bool:
    """Nor will they: they are out, or nobody looks for them any more."""
    if visit.begun_at is not None:
        return False
    out = visit.is_over and not may_sign_out(visit.session, now)
    return out or is_long_over(visit.session, now)


def _done(row: VisitRequest, actor: User | None, now: datetime) -> None:
    """Under its family's lock."""
    row.state = VisitState.DONE
    row.ended_at = now
    row.save(update_fields=["state", "ended_at", "version"])
    tell(VisitWishEnded, row, actor=actor, now=now, action="change" if actor else "")
