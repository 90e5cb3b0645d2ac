"""What took place, as each of those whom it concerns may see it."""

from backend.records.queries.day import Expected, expected_at, leaders_of, today_of
from backend.records.queries.desk import (
    SessionToConfirm,
    entries_open,
    history_of,
    objections_open,
    sessions_waiting,
)
from backend.records.queries.families import missed_sessions
from backend.records.queries.hours import (
    HoursLine,
    lines_of,
    minutes_by_session,
    minutes_of_assignments,
    minutes_served,
    spent_between,
    years_of,
)
from backend.records.queries.persons import Told, told_of
from backend.records.queries.trainings import (
    training_kept,
    training_of,
    training_read,
    trainings_of,
    with_training,
)

__all__ = [
    "Expected",
    "HoursLine",
    "SessionToConfirm",
    "Told",
    "entries_open",
    "expected_at",
    "history_of",
    "leaders_of",
    "lines_of",
    "minutes_by_session",
    "minutes_of_assignments",
    "minutes_served",
    "missed_sessions",
    "objections_open",
    "sessions_waiting",
    "spent_between",
    "today_of",
    "told_of",
    "training_kept",
    "training_of",
    "training_read",
    "trainings_of",
    "with_training",
    "years_of",
]
