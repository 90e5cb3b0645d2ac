"""A person approves a star; it is on display, and then it is hers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import hold_one, operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.refusal import Refusal
from backend.organisations.policy import ACTS, covers
from backend.organisations.queries import memberships
from backend.outbox.kinds import OfStar, StarAwarded, StarEnded, StarOnDisplay
from backend.outbox.record import record
from backend.proofs.models import StarAward
from backend.proofs.operations.changes import AnsweredMeanwhile, OwnStatement
from backend.proofs.operations.issuing import reason
from backend.proofs.policy import DISPLAYED_FOR
from backend.proofs.queries.stars import with_counted
from backend.proofs.stars import reached
from backend.records.policy import is_own
from backend.volunteers.models import Volunteer


class StarRefused(Refusal):
    """Facts: why ("hours": not enough; "level": somebody farther above approves it)."""

    code = "star_refused"


@operation
def approve_star(*, volunteer_id: int, actor: User, now: datetime) -> StarAward:
    """Approve the highest star that her hours allow; it is on display for DISPLAYED_FOR.

    Raises StarRefused, OwnStatement; Volunteer.DoesNotExist.
    """
    hold_one(Volunteer, volunteer_id)
    rows = Volunteer.objects.select_related("organisation").filter(pk=volunteer_id)
    her = with_counted(rows).get()
    if is_own(her, actor):
        raise OwnStatement
    star = reached(her.counted)
    if star is None or star.level <= her.level:
        raise StarRefused(why="hours")
    above = [m.organisation for m in memberships(actor) if m.role in ACTS]
    if not any(o.level <= star.approved_at and covers(o, her.organisation) for o in above):
        raise StarRefused(why="level")
    row = StarAward.objects.create(
        volunteer=her,
        level=star.level,
        minutes=her.counted,
        approved_by=actor,
        approved_at=now,
        until=now + DISPLAYED_FOR,
    )
    happened(StarOnDisplay(star=row.pk, volunteer=her.pk), row, actor, now)
    return row


@operation
def end_star(*, star_id: int, why: str, actor: User, now: datetime) -> None:
    """It is taken down while it is on display; she reads why.

    Raises AnsweredMeanwhile, OwnStatement, ReasonNeeded; StarAward.DoesNotExist.
    """
    row = _held(star_id)
    if is_own(row.volunteer, actor):
        raise OwnStatement
    said = reason(why)
    if row.state != StarAward.State.PUBLIC:
        raise AnsweredMeanwhile(state=row.state)
    row.state = StarAward.State.ENDED
    row.why = said
    row.settled_at = now
    row.save(update_fields=["state", "why", "settled_at"])
    happened(StarEnded(star=row.pk, volunteer=row.volunteer_id), row, actor, now)


def award_displayed(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """What was on display long enough is hers; how many. One transaction each."""
    return work_off(_awards(now), go_on)


def _awards(now: datetime) -> Iterator[int]:
    over = StarAward.objects.filter(state=StarAward.State.PUBLIC, until__lte=now)
    for pk in list(over.order_by("until", "pk").values_list("pk", flat=True)):
        yield _award(star_id=pk, now=now)


@operation
def _award(*, star_id: int, now: datetime) -> int:
    row = _held(star_id)
    if row.state != StarAward.State.PUBLIC or row.until > now:
        return 0
    row.state = StarAward.State.AWARDED
    row.settled_at = now
    row.save(update_fields=["state", "settled_at"])
    happened(StarAwarded(star=row.pk, volunteer=row.volunteer_id), row, None, now)
    return 1


def _held(star_id: int) -> StarAward:
    found = StarAward.objects.only("volunteer_id").get(pk=star_id)
    hold_one(Volunteer, found.volunteer_id)
    return StarAward.objects.select_related("volunteer__organisation").get(pk=star_id)


def happened(event: OfStar, row: StarAward, actor: User | None, now: datetime) -> None:
    note(actor, "change", f"star:{row.pk}", event.kind, now=now)
    streams = [f"volunteer.{row.volunteer_id}", *row.volunteer.organisation.streams]
    record(event, streams=streams, actor=actor, now=now)
