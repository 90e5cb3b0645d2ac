"""What whoever asks for a row of somebody else is told."""

from __future__ import annotations


class NotSeen(Exception):
    """She does not see it, so for her it does not exist: a page answers 404, as for a missing
    row."""


class NotHers(Exception):
    """She sees it and may not change it: a page answers 403."""
