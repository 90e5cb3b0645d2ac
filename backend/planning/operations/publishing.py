"""Publish what a run proposes: offers to the people concerned and seats to families, in one
transaction; or put it aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from backend.accounts.models import User
from backend.bookings.operations import seat_requests_that_fit, take_back_seats
from backend.common.bulk import among
from backend.common.locking import hold, lock_one, operation
from backend.common.refusal import Refusal
from backend.families.models import Family, Request
from backend.outbox.kinds import ProposalDiscarded, ProposalPublished
from backend.outbox.record import record
from backend.planning.events import proposal_streams
from backend.planning.models import Proposal, ProposalLine
from backend.planning.policy import can_publish
from backend.planning.stale import Stale
from backend.rota.models import Offer, Rota, Session, Shift
from backend.rota.operations import make_offers_that_fit, publish_rota, withdraw_offers
from backend.rota.policy import had_promised
from backend.volunteers.models import Volunteer


class ProposalOver(Refusal):
    """The proposal has been discarded or replaced by a newer one, or its rota is over.

    Facts: proposal, state (the proposal's), rota_over.
    """

    code = "proposal_over"


class StaleProposal(Refusal):
    """Some lines no longer fit what has happened since the run; nothing was published. Facts:
    proposal, lines (Stale, every one).

    The coordinator may publish the rest (`rest=True`) or run again.
    """

    code = "proposal_stale"


@operation
def publish_proposal(
    *,
    proposal_id: int,
    actor: User,
    now: datetime,
    rest: bool = False,
    tell: Callable[[str], object] = lambda stage: None,
) -> Proposal:
    """Publish the rota and ask everyone whom the proposal newly concerns; who is not concerned
    hears nothing.

    1. lock everyone and everything that the lines name, in the fixed order
    2. take back offers and offered seats that the plan no longer holds, open the rota
    3. make the new offers and seats: the rules are asked again, of today; lines that they refuse
       are named together, or left out when `rest` is asked for
    4. two events: the rota is published, and the proposal, for everybody whom its lines concern

    Publishing twice publishes once. `tell` hears "lock", "ask", "seat" and "send" as each
    begins. The number of statements does not grow with the lines, but for each session whose
    offered seats are taken back. Raises StaleProposal, ProposalOver; then nothing has happened.
    """
    tell("lock")
    lines = _changed_lines(proposal_id)
    families = _lock_all(proposal_id, lines)
    proposal = Proposal.objects.select_related("rota").defer("plan").get(pk=proposal_id)
    if proposal.state == Proposal.State.PUBLISHED:
        return proposal
    refuse_over(proposal, now)
    _take_back(proposal, lines, actor, now)
    version = proposal.rota.version
    publish_rota(rota_id=proposal.rota_id, expected_version=version, actor=actor, now=now)
    stale = _ask_and_seat(proposal, lines, now, tell)
    if stale and not rest:
        raise StaleProposal(proposal=proposal_id, lines=tuple(stale))
    tell("send")
    _close(proposal, len(stale), now)
    streams = {*proposal_streams(proposal, lines), *(f"family.{pk}" for pk in families)}
    happened = ProposalPublished(proposal=proposal.pk, rota=proposal.rota_id)
    record(happened, streams=streams, actor=actor, now=now)
    return proposal


def _changed_lines(proposal_id: int) -> list[ProposalLine]:
    """The lines that change something for somebody."""
    lines = ProposalLine.objects.filter(proposal_id=proposal_id)
    return list(lines.exclude(change=ProposalLine.Change.KEPT).order_by("pk"))


def refuse_over(proposal: Proposal, now: datetime) -> None:
    """Raises ProposalOver for one that cannot be published."""
    if not can_publish(proposal, now):
        over = proposal.state in Proposal.WAITING
        raise ProposalOver(proposal=proposal.pk, state=proposal.state, rota_over=over)


def _close(proposal: Proposal, left_out: int, now: datetime) -> None:
    proposal.state = Proposal.State.PUBLISHED
    proposal.published_at = now
    proposal.facts = proposal.facts | {"left_out": left_out}
    proposal.save(update_fields=["state", "published_at", "facts"])


@operation
def discard_proposal(*, proposal_id: int, actor: User, now: datetime) -> Proposal:
    """Put an open proposal aside; nobody was told anything.

    Again changes nothing. Raises ProposalOver if it was published.
    """
    lock_one(Rota, Proposal.objects.values_list("rota_id", flat=True).get(pk=proposal_id))
    proposal = Proposal.objects.select_related("rota").defer("plan").get(pk=proposal_id)
    if proposal.state == Proposal.State.DISCARDED:
        return proposal
    if proposal.state != Proposal.State.OPEN:
        raise ProposalOver(proposal=proposal_id, state=proposal.state, rota_over=False)
    proposal.state = Proposal.State.DISCARDED
    proposal.save(update_fields=["state"])
    record(
        ProposalDiscarded(proposal=proposal.pk, rota=proposal.rota_id),
        streams=proposal_streams(proposal),
        actor=actor,
        now=now,
    )
    return proposal


def _lock_all(proposal_id: int, lines: Sequence[ProposalLine]) -> list[int]:
    """Everyone and everything that the lines name; returns the families' ids. The rota's sessions
    are locked together, because publishing opens them and an offer closes its session's
    alternatives."""
    rota_id = Proposal.objects.values_list("rota_id", flat=True).get(pk=proposal_id)
    requests = {line.request_id for line in lines if line.request_id}
    families = sorted(
        set(Request.objects.filter(among("pk", requests)).values_list("family_id", flat=True))
    )
    hold(Volunteer, (line.volunteer_id for line in lines if line.volunteer_id))
    hold(Family, families)
    hold(Rota, [rota_id])
    hold(Session, Session.objects.filter(rota_id=rota_id).values_list("pk", flat=True))
    hold(Shift, (line.shift_id for line in lines if line.shift_id))
    return families


def _take_back(
    proposal: Proposal, lines: Sequence[ProposalLine], actor: User, now: datetime
) -> None:
    """What was asked and not answered, and is not part of the plan any more. A place that somebody
    had said yes to before its session changed is hers to answer about, whatever the plan says."""
    lines = [line for line in lines if line.change == ProposalLine.Change.GONE]
    if not lines:
        return
    gone = {(line.volunteer_id, line.shift_id) for line in lines if line.shift_id}
    asked = Offer.objects.filter(
        session__rota_id=proposal.rota_id,
        state=Offer.State.PENDING,
        volunteer_id__in={v for v, _ in gone},
    )
    back = [
        offer.pk
        for offer in asked
        if (offer.volunteer_id, offer.shift_id) in gone
        and not (had_promised(offer) or offer.pinned)
    ]
    if back:
        withdraw_offers(offers=back, actor=actor, now=now)
    seats = [(line.request_id, line.session_id) for line in lines if line.request_id]
    take_back_seats(seats=seats, actor=actor, now=now)


def _ask_and_seat(
    proposal: Proposal,
    lines: Sequence[ProposalLine],
    now: datetime,
    tell: Callable[[str], object],
) -> list[Stale]:
    """New offers and seats; the lines that the rules refuse are returned and left out."""
    tell("ask")
    stale = _ask(proposal, lines, now)
    tell("seat")
    return stale + _seat(lines, now)


def _ask(proposal: Proposal, lines: Sequence[ProposalLine], now: datetime) -> list[Stale]:
    """Make the new offers; the lines that today's rules or places refuse are returned and left
    out."""
    wanted = {
        (line.volunteer_id, line.shift_id): line
        for line in lines
        if line.change == ProposalLine.Change.NEW and line.shift_id
    }
    asked = make_offers_that_fit(
        pairs=[(v, h) for v, h in wanted if v], proposal_id=proposal.pk, now=now
    )
    return [
        Stale(wanted[pair.volunteer_id, pair.shift_id], pair.code, pair.violations)
        for pair in asked.refused
    ]


def _seat(lines: Sequence[ProposalLine], now: datetime) -> list[Stale]:
    """Offer the new seats; the lines that do not fit any more are returned and left out."""
    wanted = {
        (line.request_id, line.session_id): line
        for line in lines
        if line.change == ProposalLine.Change.NEW and line.request_id
    }
    seated = seat_requests_that_fit(seats=list(wanted), now=now)
    return [Stale(wanted[seat.request_id, seat.session_id], seat.reason) for seat in seated.stale]
