"""Who is told when a run or its proposal changes: the run's own page, the rota's board, the lists
of its organisation and those above."""

from __future__ import annotations

from collections.abc import Iterable

from backend.planning.models import Proposal, ProposalLine, Run


def run_streams(run: Run) -> list[str]:
    return [f"run.{run.pk}", f"rota.{run.rota_id}", *run.rota.organisation.streams]


def proposal_streams(proposal: Proposal, lines: Iterable[ProposalLine] = ()) -> list[str]:
    """The run's streams, and with `lines` everyone whom they concern (families are added by the
    caller, who knows them)."""
    streams = {
        f"run.{proposal.run_id}",
        f"rota.{proposal.rota_id}",
        *proposal.rota.organisation.streams,
    }
    for line in lines:
        streams.add(f"session.{line.session_id}")
        if line.volunteer_id:
            streams.add(f"volunteer.{line.volunteer_id}")
    return sorted(streams)
