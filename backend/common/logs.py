"""How log lines look: for a person, or one JSON object a line for a machine.

Neither repeats the values of a row.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from types import TracebackType

from django.core.exceptions import SuspiciousOperation

from backend.common.away import trouble

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

LONGEST = 300  # characters of a line that repeats what somebody sent


class PageFilter(logging.Filter):
    """Django tells the address of a request that failed, with the ids in it; here the page's name
    stands in its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            page = match.view_name if match else "-"
            record.args = tuple(
                page if arg == getattr(request, "path", None) else arg for arg in record.args
            )
        return True


class BriefFilter(logging.Filter):
    """What no line of the code can mend is told in one line: that the database is away, and that
    somebody sent a host or an address made up.

    A trace for each such request would bury what matters, and let whoever sends nonsense fill the
    disk.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        what = trouble(error)
        away = what in ("away", "full")
        if away:
            reason = str(error).partition("\n")[0]
            record.msg = f"{record.getMessage()}: the database is {what}: {reason}"
            record.args = None
        made_up = isinstance(error, SuspiciousOperation)
        if made_up:
            record.msg = record.getMessage()[:LONGEST]
            record.args = None
        if away or made_up:
            record.exc_info = None
            record.exc_text = None
        return True


class LineFormatter(logging.Formatter):
    """PostgreSQL adds the offending values to its refusals ("DETAIL:

    Key (phone)=(…)"): they are personal data and left out.
    """

    def formatException(self, exc_info: ExcInfo) -> str:
        lines = super().formatException(exc_info).splitlines()
        return "\n".join(line for line in lines if not line.startswith(("DETAIL:", "CONTEXT:")))


class JsonFormatter(LineFormatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        fields |= getattr(record, "facts", {})
        if record.exc_info:
            fields["trace"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False, default=str)
