"""Streams of the socket, tasks and commands: who may listen, what starts them, who may run them."""

from __future__ import annotations

from typing import NamedTuple

from backend.web.doors.roles import COORDINATORS, ROLES

SOCKET = "live/"  # the one address that is no page: it lets in whoever may hear one of its streams
SEEN_BELOW = [role for role in COORDINATORS if role != "county2"]
SEEN_ABOVE = ["city", "county", "viewer", "officer", "cases"]
SEEN_IN_AREA = [*SEEN_ABOVE, "street", "village", "village2"]


class Stream(NamedTuple):
    """A kind of stream, the row of the scene that it is of, and who may listen to it."""

    kind: str
    row: str
    heard_by: list[str]


class Machine(NamedTuple):
    """A task or a command: its name, and what starts it or who may run it."""

    name: str
    who: str


CLOCK = "the clock"
EVENTS = "the relay, after an event"
SHELL = "whoever has a shell where the platform runs"
DEMO = f"{SHELL}, with DEMO=True alone"

STREAMS = [
    Stream("city", "=1", list(ROLES)),
    Stream("city", "=2", []),
    Stream("rota", "rota", SEEN_BELOW),
    Stream("rota", "draft", SEEN_BELOW),
    Stream("rota", "village_rota", [*SEEN_ABOVE, "street", "village"]),
    Stream("plan", "rota", list(ROLES)),
    Stream("plan", "draft", SEEN_ABOVE),
    Stream("session", "session", list(ROLES)),
    Stream("session", "draft_session", SEEN_IN_AREA),
    Stream("session", "village_session", [*SEEN_ABOVE, "street", "village"]),
    Stream("volunteer", "volunteer", ["volunteer", *SEEN_ABOVE, "street", "village"]),
    Stream("family", "family", ["family"]),
    Stream("run", "run", SEEN_BELOW),
    Stream("organisation", "organisation", SEEN_ABOVE),
    Stream("organisation", "village_organisation", [*SEEN_ABOVE, "street", "village"]),
    Stream("user", "volunteer_user", ["volunteer"]),
    Stream("user", "county_user", ["county"]),
    Stream("inbox", "volunteer_user", ["volunteer"]),
    Stream("inbox", "county_user", ["county"]),
]
TASKS = [
    Machine("scheduler.tasks.clock.award_displayed", CLOCK),
    Machine("scheduler.tasks.clock.clear_sessions", CLOCK),
    Machine("scheduler.tasks.clock.end_past_visits", CLOCK),
    Machine("scheduler.tasks.clock.expire_offers", CLOCK),
    Machine("scheduler.tasks.clock.expire_seats", CLOCK),
    Machine("scheduler.tasks.clock.forget_attempts", CLOCK),
    Machine("scheduler.tasks.clock.forget_budgets", CLOCK),
    Machine("scheduler.tasks.clock.forget_imports", CLOCK),
    Machine("scheduler.tasks.clock.forget_links", CLOCK),
    Machine("scheduler.tasks.clock.forget_number_questions", CLOCK),
    Machine("scheduler.tasks.clock.forget_versions", CLOCK),
    Machine("scheduler.tasks.clock.forget_evidence", CLOCK),
    Machine("scheduler.tasks.clock.forget_codes", CLOCK),
    Machine("scheduler.tasks.clock.forget_messages", CLOCK),
    Machine("scheduler.tasks.clock.forget_replies", CLOCK),
    Machine("scheduler.tasks.clock.forget_grown_children", CLOCK),
    Machine("scheduler.tasks.clock.forget_problems", CLOCK),
    Machine("scheduler.tasks.clock.expire_pair_questions", CLOCK),
    Machine("scheduler.tasks.clock.forget_paired_children", CLOCK),
    Machine("scheduler.tasks.clock.expire_case_questions", CLOCK),
    Machine("scheduler.tasks.clock.forget_cases", CLOCK),
    Machine("scheduler.tasks.clock.forget_visits", CLOCK),
    Machine("scheduler.tasks.clock.watch_visits", CLOCK),
    Machine("scheduler.tasks.clock.issue_displayed", CLOCK),
    Machine("scheduler.tasks.clock.note_timetable", CLOCK),
    Machine("scheduler.tasks.clock.plan_reminders", CLOCK),
    Machine("scheduler.tasks.clock.print_forgotten", CLOCK),
    Machine("scheduler.tasks.clock.prune_events", CLOCK),
    Machine("scheduler.tasks.clock.send_messages", CLOCK),
    Machine("scheduler.tasks.clock.send_codes", CLOCK),
    Machine("scheduler.tasks.clock.serve_forgotten", CLOCK),
    Machine("scheduler.tasks.clock.sweep_imports", CLOCK),
    Machine("scheduler.tasks.clock.sweep_leases", CLOCK),
    Machine("scheduler.tasks.clock.sweep_publications", CLOCK),
    Machine("scheduler.tasks.clock.write_heads", CLOCK),
    Machine("scheduler.tasks.codes.send_code", EVENTS),
    Machine("scheduler.tasks.exchange.work_on", EVENTS),
    Machine("scheduler.tasks.publishing.publish", EVENTS),
    Machine("scheduler.tasks.questions.end_barred", EVENTS),
    Machine("scheduler.tasks.questions.end_barred_of", EVENTS),
    Machine("scheduler.tasks.seats.end_bookings", EVENTS),
    Machine("scheduler.tasks.seats.serve_each_line", EVENTS),
    Machine("scheduler.tasks.seats.serve_line", EVENTS),
    Machine("scheduler.tasks.seats.serve_lines", EVENTS),
    Machine("scheduler.tasks.statements.print_statement", EVENTS),
    Machine("scheduler.tasks.messages.plan", EVENTS),
    Machine("scheduler.tasks.solving.solve_part", "a solver, for a run that it holds"),
    Machine("scheduler.tasks.solving.solve_run", EVENTS),
    Machine("scheduler.tasks.waiting.tell_waiting", EVENTS),
    Machine("scheduler.tasks.visits.end_visits", EVENTS),
    Machine("scheduler.tasks.visits.seek_again", EVENTS),
    Machine("scheduler.tasks.visits.seek_again_for", EVENTS),
]
COMMANDS = [
    Machine("audit_report", SHELL),
    Machine("bump_epoch", SHELL),
    Machine("demo_links", DEMO),
    Machine("doors", SHELL),
    Machine("calibration", SHELL),
    Machine("export_run", SHELL),
    Machine("first_steps", SHELL),
    Machine("import", SHELL),
    Machine("load_federation", SHELL),
    Machine("load_fuzhou", DEMO),
    Machine("load_places", SHELL),
    Machine("load_programmes", SHELL),
    Machine("rotate_keys", SHELL),
    Machine("verify_records", SHELL),
]
