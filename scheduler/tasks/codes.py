"""Codes on their way to a phone."""

from __future__ import annotations

from backend.common import clock
from backend.notifications import codes
from backend.notifications.channels import for_codes
from scheduler.app import app


@app.task
def send_code(code: int) -> None:
    codes.send_code(code_id=code, channels=for_codes(), now=clock.now())
