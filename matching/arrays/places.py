"""How many people may be asked for each shift."""

from __future__ import annotations

import numpy as np

from matching.arrays.columns import Columns
from matching.arrays.rows import Ints


def most_asked(c: Columns) -> Ints:
    """Those whom the shifts take, and those who stand by."""
    return np.array([h.most for _, h in c.shifts], np.int64)
