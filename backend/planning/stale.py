"""Lines of a proposal that no longer fit.

The row keeps ids and codes; the page asks the rules again for its words (queries/stale.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.planning.models import ProposalLine
from matching import Violation

MOST = 50  # named on the page; the number of all stands beside them


@dataclass(frozen=True)
class Stale:
    """A line that cannot be kept any more.

    `code` is a refusal's or a rule's; violations where rules say no.
    """

    line: ProposalLine
    code: str
    violations: tuple[Violation, ...] = ()


def kept(lines: Sequence[Stale]) -> dict[str, object]:
    """What `Proposal.refusal` holds when lines were stale."""
    return {
        "count": len(lines),
        "asked": sum(item.line.shift_id is not None for item in lines),
        "lines": [[item.line.pk, item.code] for item in lines[:MOST]],
    }
