"""What a mentor sees: the pairs that are hers, and those that she is asked about."""

from __future__ import annotations

from django.db.models import Prefetch, Q

from backend.pairs.models import Pair, PairMeeting, PairMeetingChange
from backend.pairs.states import TOGETHER, PairState

SHOWN = 10  # visits that she told of


def own_pairs(volunteer_id: int) -> list[Pair]:
    """Those that stand or that she is asked about, first what waits for her, then what comes next.
    One statement; nothing about a child."""
    standing = Q(mentor=volunteer_id, state__in=TOGETHER)
    asked = Q(mentor=volunteer_id) | Q(follows__mentor=volunteer_id)
    rows = Pair.objects.filter(standing | Q(asked, state=PairState.ASKED))
    rows = rows.select_related("follows").defer("said")
    found = list(rows.order_by("due_on", "pk"))
    return sorted(found, key=lambda one: not one.is_asked)


def own_pair(volunteer_id: int, pk: int) -> Pair | None:
    """One of hers or that she is, or was, asked about, also when it is over."""
    whose = Q(mentor=volunteer_id) | Q(follows__mentor=volunteer_id)
    rows = Pair.objects.filter(whose, pk=pk)
    return rows.select_related(
        "child__organisation", "mentor", "follows__mentor", "engagement__programme"
    ).first()


def meeting_told(pair: Pair, volunteer_id: int, pk: int) -> PairMeeting | None:
    """One that she told of; what another mentor of the child did is not hers to read."""
    return pair.meetings.filter(pk=pk, pair__mentor=volunteer_id).first()


def meetings_told(pair: Pair) -> list[PairMeeting]:
    """The newest that she told of, each with its `history`, the newest change first. Two
    statements."""
    before = PairMeetingChange.objects.order_by("-changed_at", "-pk").defer("words")
    rows = pair.meetings.select_related("place").prefetch_related(
        Prefetch("changes", queryset=before, to_attr="history")
    )
    return list(rows.order_by("-began_at", "-pk")[:SHOWN])
