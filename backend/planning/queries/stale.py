"""Why lines of a proposal could not be published, as things stand now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from backend.planning.models import Proposal, ProposalLine
from backend.planning.stale import Stale
from backend.rota.models import Session
from backend.rota.snapshot import excerpts_of
from backend.volunteers.models import Volunteer


def stale_lines(proposal: Proposal, now: datetime) -> tuple[list[Stale], int]:
    """The first lines that the last try named, and how many there were; none when it named none.
    Five statements at most.

    Where rules said no they are asked again, as publishing asks them: all that she is to be asked
    for, one after another. When they have nothing against it any more, the line has its code alone.
    """
    codes: dict[int, str] = dict(proposal.refusal.get("lines", ()))
    lines = ProposalLine.objects.in_bulk(codes)
    by_rules = {line.volunteer_id for pk, line in lines.items() if codes[pk] == "rules"}
    why = {item.line.pk: item for item in _against(proposal, by_rules, now)} if by_rules else {}
    return [
        why.get(pk) or Stale(lines[pk], codes[pk]) for pk in codes if pk in lines
    ], proposal.refusal.get("count", 0)


def _against(proposal: Proposal, volunteers: Iterable[int | None], now: datetime) -> list[Stale]:
    hers = list(
        ProposalLine.objects.filter(
            proposal=proposal, volunteer_id__in=volunteers, change=ProposalLine.Change.NEW
        ).order_by("pk")
    )
    sessions = Session.objects.select_related("rota", "programme").in_bulk(
        {line.session_id for line in hers}
    )
    wanted: defaultdict[int, list[Session]] = defaultdict(list)
    for line in hers:
        wanted[line.volunteer_id or 0].append(sessions[line.session_id])
    excerpts = {
        volunteer: excerpt
        for (volunteer, _), excerpt in excerpts_of(wanted, now=now, asking=True).items()
    }
    found = []
    for line in hers:
        volunteer = line.volunteer_id or 0
        shift = line.shift_id or 0
        if violations := excerpts[volunteer].against(shift):
            found.append(Stale(line, "rules", violations))
        else:
            excerpts[volunteer] = excerpts[volunteer].with_promise(shift)
    return found


def named_in(stale: Sequence[Stale]) -> tuple[dict[int, str], dict[int, str]]:
    """The names of the volunteers and the titles of the sessions that these lines are about, by
    key. Two statements."""
    people = Volunteer.objects.filter(pk__in=[item.line.volunteer_id for item in stale])
    sessions = Session.objects.filter(pk__in=[item.line.session_id for item in stale])
    return dict(people.values_list("pk", "name")), dict(sessions.values_list("pk", "title"))
