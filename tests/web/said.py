"""What our log says of the records of a test."""

from __future__ import annotations

import logging

from backend.common.logs import LineFormatter


def said_of(records: list[logging.LogRecord]) -> list[str]:
    """The warnings and faults among them, as our log writes them."""
    ours = next(
        handler for handler in logging.root.handlers if isinstance(handler.formatter, LineFormatter)
    )
    assert all(ours.filter(record) for record in records)
    return [ours.format(record) for record in records if record.levelno >= logging.WARNING]
