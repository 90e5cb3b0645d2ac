"""Publishing as work for later: a coordinator asks for it, a worker does it, and what kept it from
happening is noted for her page.

The wish is a row, the queue only knocks. Who works on it holds an advisory lock of its database
session and nothing else: the lock ends with the session, so a killed worker's place is free at
once, no clock tells a slow one from a dead one, and two never work at a time. The work itself is
one transaction (publish_proposal), so it is done wholly and once, or not at all.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.db.models import F

from backend.accounts.models import User
from backend.common.alone import alone_at
from backend.common.locking import lock_one, operation
from backend.outbox.kinds import (
    OfProposal,
    ProposalPublishing,
    ProposalRefused,
    PublicationCalledAgain,
)
from backend.outbox.record import record
from backend.planning.events import proposal_streams
from backend.planning.models import Proposal
from backend.planning.operations.publishing import refuse_over
from backend.planning.policy import MOST_ATTEMPTS, PUBLISH_PATIENCE
from backend.rota.models import Rota

PUBLISHING = 0x7075626C  # advisory, beside the proposal's id


def alone(proposal_id: int) -> AbstractContextManager[bool]:
    """Whether nobody else works on it; until the end nobody else will."""
    return alone_at(PUBLISHING, proposal_id)


@operation
def request_publication(
    *, proposal_id: int, actor: User, now: datetime, rest: bool = False
) -> Proposal:
    """Have a worker publish it; `rest` leaves out what no longer fits.

    Asking again changes nothing. Raises ProposalOver.
    """
    lock_one(Rota, Proposal.objects.values_list("rota_id", flat=True).get(pk=proposal_id))
    proposal = _row(proposal_id)
    if proposal.state in (Proposal.State.PUBLISHING, Proposal.State.PUBLISHED):
        return proposal
    refuse_over(proposal, now)
    proposal.state = Proposal.State.PUBLISHING
    proposal.publisher = actor
    proposal.rest = rest
    proposal.called_at = now
    proposal.attempt = 0
    proposal.refusal = {}
    proposal.save(update_fields=["state", "publisher", "rest", "called_at", "attempt", "refusal"])
    _record(ProposalPublishing, proposal, now)
    return proposal


@operation
def begin_publication(*, proposal_id: int, now: datetime) -> Proposal | None:
    """A worker's first step, alone(): the proposal, or None when there is nothing (more) to do.

    One that cost too many workers is given up.
    """
    mine = Proposal.objects.filter(pk=proposal_id, state=Proposal.State.PUBLISHING)
    if not mine.update(attempt=F("attempt") + 1, called_at=now):
        return None
    proposal = _row(proposal_id)
    if proposal.attempt <= MOST_ATTEMPTS:
        return proposal
    refuse_publication(proposal_id=proposal_id, refusal={"code": "interrupted"}, now=now)
    return None


@operation
def refuse_publication(*, proposal_id: int, refusal: dict[str, object], now: datetime) -> None:
    """Nothing was published: open again, with the reason (`backend.planning.stale`, or {"code"});
    put aside if a newer one waits by now.

    Changes nothing if it was published meanwhile.
    """
    rows = Proposal.objects.filter(pk=proposal_id, state=Proposal.State.PUBLISHING)
    overtaken = Proposal.objects.filter(
        rota__proposals=proposal_id, state__in=Proposal.WAITING, pk__gt=proposal_id
    ).exists()
    if rows.update(
        state=Proposal.State.DISCARDED if overtaken else Proposal.State.OPEN, refusal=refusal
    ):
        _record(ProposalRefused, _row(proposal_id), now)


def sweep_publications(*, now: datetime) -> int:
    """Call a worker again for what was called a while ago and nobody works on; how many.

    Two sweepers at once do it once.
    """
    late = Proposal.objects.filter(
        state=Proposal.State.PUBLISHING, called_at__lt=now - timedelta(seconds=PUBLISH_PATIENCE)
    ).order_by("pk")
    return sum(
        _call_again(pk, called_at, now)
        for pk, called_at in list(late.values_list("pk", "called_at"))
    )


def _call_again(proposal_id: int, called_at: datetime | None, now: datetime) -> int:
    with alone(proposal_id) as free:
        if free:
            return _call(proposal_id=proposal_id, called_at=called_at, now=now)
        return 0


@operation
def _call(*, proposal_id: int, called_at: datetime | None, now: datetime) -> int:
    called = Proposal.objects.filter(
        pk=proposal_id, state=Proposal.State.PUBLISHING, called_at=called_at
    ).update(called_at=now)
    if called:
        _record(PublicationCalledAgain, _row(proposal_id), now)
    return called


def _row(proposal_id: int) -> Proposal:
    return (
        Proposal.objects.select_related("rota__organisation", "publisher")
        .defer("plan")
        .get(pk=proposal_id)
    )


def _record(kind: type[OfProposal], proposal: Proposal, now: datetime) -> None:
    record(
        kind(proposal=proposal.pk, rota=proposal.rota_id),
        streams=proposal_streams(proposal),
        actor=proposal.publisher,
        now=now,
    )
