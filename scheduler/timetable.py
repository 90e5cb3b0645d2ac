"""What runs on a clock, all of it.

Times are UTC; a turn that waited for as long as its own span is dropped, not caught up.
"""

from __future__ import annotations

from typing import TypedDict

from celery.schedules import crontab

NIGHT = crontab(hour=19, minute=30)  # 03:30 in Fuzhou


class TimetableEntry(TypedDict):
    """An entry of Celery's beat_schedule."""

    task: str
    schedule: float | crontab
    options: dict[str, int]


def every(seconds: int, task: str) -> TimetableEntry:
    return {
        "task": f"scheduler.tasks.clock.{task}",
        "schedule": float(seconds),
        "options": {"expires": seconds},
    }


def nightly(task: str) -> TimetableEntry:
    return {
        "task": f"scheduler.tasks.clock.{task}",
        "schedule": NIGHT,
        "options": {"expires": 3600},
    }


TIMETABLE = {
    "note_timetable": every(10, "note_timetable"),
    "expire_offers": every(30, "expire_offers"),
    "expire_seats": every(30, "expire_seats"),
    "serve_forgotten": every(30, "serve_forgotten"),
    "plan_reminders": every(60, "plan_reminders"),
    "send_messages": every(5, "send_messages"),
    "send_codes": every(5, "send_codes"),
    "watch_visits": every(30, "watch_visits"),
    "expire_pair_questions": every(60, "expire_pair_questions"),
    "expire_case_questions": every(60, "expire_case_questions"),
    "end_past_visits": every(60, "end_past_visits"),
    "award_displayed": every(60, "award_displayed"),
    "issue_displayed": every(60, "issue_displayed"),
    "print_forgotten": every(60, "print_forgotten"),
    "sweep_leases": every(3, "sweep_leases"),
    "sweep_publications": every(3, "sweep_publications"),
    "sweep_imports": every(3, "sweep_imports"),
    "prune_events": nightly("prune_events"),
    "forget_messages": nightly("forget_messages"),
    "forget_replies": nightly("forget_replies"),
    "forget_codes": nightly("forget_codes"),
    "forget_attempts": nightly("forget_attempts"),
    "forget_budgets": nightly("forget_budgets"),
    "forget_links": nightly("forget_links"),
    "forget_number_questions": nightly("forget_number_questions"),
    "forget_versions": nightly("forget_versions"),
    "forget_evidence": nightly("forget_evidence"),
    "forget_grown_children": nightly("forget_grown_children"),
    "forget_paired_children": nightly("forget_paired_children"),
    "forget_cases": nightly("forget_cases"),
    "forget_visits": nightly("forget_visits"),
    "forget_problems": nightly("forget_problems"),
    "forget_imports": nightly("forget_imports"),
    "clear_sessions": nightly("clear_sessions"),
    "write_heads": nightly("write_heads"),
}
