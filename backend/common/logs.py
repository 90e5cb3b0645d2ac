"""How log lines look: for a person, or one JSON object a line for a machine. Neither repeats the values of a row."""
from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LineFormatter(logging.Formatter):
    """PostgreSQL adds the offending values to its refusals ("DETAIL: Key (phone)=(…)"): they are personal data and left out."""

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
