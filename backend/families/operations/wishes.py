"""Wishes (心愿): what a family would like, for the solver to fill."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from backend.accounts.models import User
from backend.accounts.purposes import ConsentPurpose
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.families.models import Family, Request
from backend.families.operations.consents import ConsentNeeded
from backend.families.operations.of_family import child_of
from backend.families.parts import PARTS
from backend.families.queries import bookable_children
from backend.outbox.kinds import RequestClosed, RequestOpened
from backend.outbox.record import record
from backend.programmes.models import Programme

MOST = 8  # sessions in one rota
FARTHEST = 120  # minutes


class WishRefused(Refusal):
    """More than one may wish for, less than one, no such part of the week or way, or a second wish
    for the same programme and child.

    Facts: why ("amount", "twice"), most.
    """

    code = "wish_refused"


class NoSuchRequest(Refusal):
    """The family has no such wish. Facts: request."""

    code = "no_such_request"


@operation
def open_request(
    *,
    family_id: int,
    programme: Programme,
    wants: int,
    actor: User | None,
    now: datetime,
    per_week: int = 1,
    priority: int = 1,
    child_ids: Collection[int] = (),
    part: str = "",
    max_travel: int | None = None,
) -> Request:
    """Wish for `wants` sessions of a programme in each rota, at most `per_week` a week, for these
    children; none named: for all that the family has, together. Of the hours in which it can come
    that `part`, and at most so many minutes of way; None: as far as it goes.

    Raises WishRefused, NotHerChild, ConsentNeeded (a child may not be planned for).
    """
    family = lock_one(Family, family_id)
    children = [child_of(family, pk) for pk in sorted(set(child_ids))]
    agreed = set(bookable_children().filter(family=family).values_list("pk", flat=True))
    if not agreed or not agreed.issuperset(child.pk for child in children):
        raise ConsentNeeded(purpose=ConsentPurpose.BOOKING)
    often = 1 <= wants <= MOST and 1 <= per_week <= 7 and priority >= 1
    if not (often and _is_there(part, max_travel)):
        raise WishRefused(why="amount", most=MOST)
    if _wished_already(family, programme, {child.pk for child in children}):
        raise WishRefused(why="twice", most=MOST)
    amounts = {"wants": wants, "per_week": per_week, "priority": priority}
    where = {"part": part, "max_travel": max_travel}
    row = Request.objects.create(
        family=family, programme=programme, created_at=now, **amounts, **where
    )
    row.children.set(children)
    _tell(RequestOpened, family, row, actor, now)
    return row


def _is_there(part: str, max_travel: int | None) -> bool:
    return part in PARTS and (max_travel is None or 1 <= max_travel <= FARTHEST)


def _wished_already(family: Family, programme: Programme, children: set[int]) -> bool:
    """An open wish for it is for one of these children already; one that names nobody is for
    all."""
    there = family.requests.filter(programme=programme, state=Request.State.OPEN, group="")
    for wish in there.prefetch_related("children"):
        others = {child.pk for child in wish.children.all()}
        if not children or not others or children & others:
            return True
    return False


@operation
def close_request(*, family_id: int, request_id: int, actor: User | None, now: datetime) -> None:
    """The family no longer wishes for it. Repeating it is nothing. Raises NoSuchRequest."""
    family = lock_one(Family, family_id)
    row = family.requests.filter(pk=request_id).first()
    if row is None:
        raise NoSuchRequest(request=request_id)
    if row.state != Request.State.CLOSED:
        row.state = Request.State.CLOSED
        row.closed_at = now
        row.save(update_fields=["state", "closed_at"])
        _tell(RequestClosed, family, row, actor, now)


def _tell(
    kind: type[RequestOpened | RequestClosed],
    family: Family,
    row: Request,
    actor: User | None,
    now: datetime,
) -> None:
    record(
        kind(family=family.pk, request=row.pk),
        streams=[f"family.{family.pk}"],
        actor=actor,
        now=now,
    )
