"""The PDF of a statement of service: made once, by whichever worker comes to it."""

from __future__ import annotations

from scheduler import printing
from scheduler.app import app


@app.task
def print_statement(statement: int) -> None:
    printing.print_one(statement)
