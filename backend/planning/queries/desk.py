"""The engine's desk for one session, on the plan that the pages show: what people promised, what
they are asked, and what an open proposal would change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backend.bookings.models import Booking
from backend.common.bulk import among
from backend.planning.models import Proposal, ProposalLine
from backend.rota.models import Session
from backend.rota.snapshot.around import Around, ProposedChange, around, pool_of
from backend.rota.snapshot.ids import shift_id, volunteer_id
from matching import Desk


@dataclass(frozen=True)
class SessionDesk:
    """`desk` answers about the shifts of the session, `around` is what it was made of; `everyone`:
    how many people a plan of the rota may name, most of whom live too far away to be on it."""

    desk: Desk
    around: Around
    change: ProposedChange
    everyone: int

    def without(self, volunteer: int, shift: int) -> Desk:
        """When she does not have the shift: who could have it instead of her."""
        return self.desk.without(volunteer_id(volunteer), shift_id(shift))


def desk_for(session: Session, proposal: Proposal | None, now: datetime) -> SessionDesk:
    """Everybody who could be asked for the session (read with its rota's organisation and its
    programme). The number of statements does not grow with the city."""
    lines = _of_session(session, proposal)
    proposed = {line.volunteer_id for line in lines if line.volunteer_id}
    pool = pool_of(session, proposed)
    return _desk(session, proposal, lines, pool.near, pool.everyone, now)


def desk_of_one(
    session: Session, volunteer: int, proposal: Proposal | None, now: datetime
) -> SessionDesk:
    """The same with one person alone: what her place costs is asked, not who else."""
    return _desk(session, proposal, _of_session(session, proposal), [volunteer], 1, now)


def _desk(
    session: Session,
    proposal: Proposal | None,
    lines: Iterable[ProposalLine],
    volunteers: list[int],
    everyone: int,
    now: datetime,
) -> SessionDesk:
    change = _change(session, proposal, lines, volunteers)
    found = around(session, volunteers, change, now)
    return SessionDesk(Desk(found.problem, found.plan), found, change, everyone)


def _of_session(session: Session, proposal: Proposal | None) -> list[ProposalLine]:
    if proposal is None:
        return []
    return list(
        proposal.lines.filter(session_id=session.pk).exclude(change=ProposalLine.Change.KEPT)
    )


def _change(
    session: Session,
    proposal: Proposal | None,
    lines: Iterable[ProposalLine],
    volunteers: list[int],
) -> ProposedChange:
    booked = list(
        Booking.objects.filter(
            session=session, state__in=(Booking.State.OFFERED, Booking.State.WAITING)
        ).values_list("request_id", "state", "seats")
    )
    offered = {
        request: n for request, state, n in booked if state == Booking.State.OFFERED and request
    }
    sitting = {
        *offered,
        *(x.request_id for x in lines if x.request_id and x.change == ProposalLine.Change.NEW),
    }
    sitting -= {x.request_id for x in lines if x.change == ProposalLine.Change.GONE}
    new: dict[tuple[int, int], int] = {}
    gone: set[tuple[int, int]] = set()
    for line in _of_people(proposal, volunteers):
        pair = (line.volunteer_id or 0, line.shift_id or 0)
        if line.change == ProposalLine.Change.NEW:
            new[pair] = line.session_id
        else:
            gone.add(pair)
    waiting = sum(n for _, state, n in booked if state == Booking.State.WAITING)
    return ProposedChange(new, frozenset(gone), frozenset(sitting), offered, waiting)


def _of_people(proposal: Proposal | None, volunteers: list[int]) -> Iterable[ProposalLine]:
    if proposal is None:
        return ()
    hers = proposal.lines.filter(among("volunteer_id", volunteers), shift_id__isnull=False)
    return hers.exclude(change=ProposalLine.Change.KEPT)
