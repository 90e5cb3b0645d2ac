"""Publish a proposal for a coordinator: alone, in one transaction, telling her page how far it
is."""

from __future__ import annotations

import logging

from django.db import OperationalError

from backend.common import clock
from backend.common.refusal import Refusal
from backend.live.ticks import publish_tick
from backend.planning import operations
from backend.planning.models import Proposal
from backend.planning.progress import publication
from backend.planning.stale import kept

log = logging.getLogger(__name__)


def publish(proposal_id: int) -> None:
    """Publish it if that is still wished for.

    Safe to call twice, from two machines, or again after a crash.
    """
    with operations.alone(proposal_id) as mine:
        proposal = (
            operations.begin_publication(proposal_id=proposal_id, now=clock.now()) if mine else None
        )
        if proposal is not None:
            _publish(proposal)


def _publish(proposal: Proposal) -> None:
    def tell(stage: str) -> None:
        publish_tick(f"run.{proposal.run_id}", publication(stage), rare=True)

    assert proposal.publisher is not None
    try:
        operations.publish_proposal(
            proposal_id=proposal.pk,
            actor=proposal.publisher,
            now=clock.now(),
            rest=proposal.rest,
            tell=tell,
        )
        return
    # a lock was not to be had, or the database is away: it stays wished for, and the sweep calls
    # again; asked before the refusals, because Busy is one
    except OperationalError:
        log.warning("proposal %s: not published yet", proposal.pk, exc_info=True)
        return
    except operations.StaleProposal as stale:
        refusal = kept(stale.facts["lines"])
    except Refusal as refused:
        refusal = {"code": refused.code}
    except Exception as error:
        log.exception("proposal %s could not be published", proposal.pk)
        refusal = {"code": f"broken {type(error).__name__}"}
    operations.refuse_publication(proposal_id=proposal.pk, refusal=refusal, now=clock.now())
