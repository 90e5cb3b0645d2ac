"""When a rota may be planned, and how patient the platform is with a run."""

from __future__ import annotations

from datetime import datetime

from backend.planning.models import Proposal
from backend.rota.models import Rota
from backend.rota.policy import rota_is_over

LONGEST_RUN = 3600  # seconds
# seconds after which a waiting run is announced again: its task may have died with the broker
QUEUE_PATIENCE = 30
# a run or a publication that has lost its worker this often is given up: it would take the next
# worker down too (a run that has found a plan by then proposes it)
MOST_ATTEMPTS = 4
PUBLISH_PATIENCE = 5  # seconds after which a publication that nobody works on is announced again


def seconds_for(sessions: int, usual: int) -> int:
    """How long a run may take: the usual time, as much again for every thousand sessions.

    A proven plan ends it earlier.
    """
    return min(LONGEST_RUN, usual * (1 + sessions // 1000))


def can_plan(rota: Rota, now: datetime) -> bool:
    """There are days of it to come."""
    return not rota_is_over(rota, now)


def can_publish(proposal: Proposal, now: datetime) -> bool:
    return proposal.state in (Proposal.State.OPEN, Proposal.State.PUBLISHING) and can_plan(
        proposal.rota, now
    )
