"""What is told of what lasts, pairs and cases, together: the parts of `table.py`, `facts.py` and
`audiences.py` that are about them."""

from __future__ import annotations

from backend.notifications import (
    case_audiences,
    case_facts,
    case_table,
    pair_audiences,
    pair_facts,
    pair_table,
)

MESSAGES = pair_table.MESSAGES | case_table.MESSAGES
TOLD = pair_table.TOLD | case_table.TOLD
NOBODY = pair_table.NOBODY | case_table.NOBODY
OF_LASTING = (*pair_facts.OF_PAIRS, *case_facts.OF_CASES)
TO_LASTING = (*pair_audiences.OF_PAIRS, *case_audiences.OF_CASES)
