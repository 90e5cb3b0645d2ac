"""A pair under its locks: its mentor, then the child. All that is written of a child's pairs is
written under that of the child."""

from __future__ import annotations

from backend.common.locking import hold
from backend.common.refusal import Refusal
from backend.pairs.models import Pair, PairedChild
from backend.volunteers.models import Volunteer


class PairMoved(Refusal):
    """It is not any more what it was when somebody looked at it. Facts: state, end_reason."""

    code = "pair_moved"


class PairNotHers(Refusal):
    """She is not the one who is asked, or whose pair it is."""

    code = "pair_not_hers"


class ConsentGone(Refusal):
    """The guardian does not agree any more."""

    code = "pair_consent_gone"


def hold_pair(pair_id: int) -> Pair:
    """Fresh, with its child, its organisation, and the pair that it follows. Raises
    Pair.DoesNotExist."""
    child, mentor = Pair.objects.values_list("child", "mentor").get(pk=pair_id)
    hold(Volunteer, [mentor])
    hold(PairedChild, [child])
    rows = Pair.objects.select_related(
        "child__organisation__division",
        "follows",
        "engagement__programme",
        "mentor__street",
    )
    return rows.get(pk=pair_id)


def require_state(pair: Pair, *states: str) -> None:
    """Raises PairMoved."""
    if pair.state not in states:
        raise PairMoved(state=pair.state, end_reason=pair.end_reason)
