"""What timetable.py runs. Each is safe to run twice, late, or not at all until its next turn."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command

from backend.accounts import operations as accounts
from backend.bookings import operations as bookings
from backend.cases import operations as cases
from backend.common import clock
from backend.common.heartbeat import note_heartbeat
from backend.exchange import operations as exchange
from backend.notifications import codes
from backend.notifications import operations as notifications
from backend.notifications.channels import for_codes, on
from backend.outbox.operations import prune
from backend.pairs import operations as pairs
from backend.planning import operations as planning
from backend.proofs import operations as proofs
from backend.records import heads
from backend.records import operations as records
from backend.rights import operations as rights
from backend.rota import operations as rota
from backend.visits import operations as visits
from backend.volunteers import operations as volunteers
from scheduler import printing
from scheduler.app import app
from scheduler.pieces import one_turn


@app.task
def note_timetable() -> None:
    """What beat hands out is done by a worker: the whole chain is alive."""
    note_heartbeat(role="timetable", now=clock.now())


@app.task
def expire_offers() -> None:
    rota.expire_offers(now=clock.now(), go_on=one_turn())
    rota.end_covers(now=clock.now(), go_on=one_turn())


@app.task
def expire_seats() -> None:
    bookings.expire_seats(now=clock.now(), go_on=one_turn())


@app.task
def send_codes() -> None:
    codes.send_codes(channels=for_codes(), now=clock.now(), go_on=one_turn())


@app.task
def serve_forgotten() -> None:
    bookings.serve_forgotten(now=clock.now(), go_on=one_turn())


@app.task
def forget_messages() -> None:
    notifications.forget_messages(now=clock.now())


@app.task
def plan_reminders() -> None:
    notifications.plan_reminders(now=clock.now())


@app.task
def send_messages() -> None:
    notifications.tell_everybody(channels=on(), now=clock.now(), go_on=one_turn())


@app.task
def award_displayed() -> None:
    proofs.award_displayed(now=clock.now(), go_on=one_turn())


@app.task
def issue_displayed() -> None:
    proofs.issue_displayed(now=clock.now(), go_on=one_turn())


@app.task
def print_forgotten() -> None:
    printing.print_forgotten(one_turn())


@app.task
def sweep_leases() -> None:
    planning.sweep_leases(now=clock.now())


@app.task
def sweep_publications() -> None:
    planning.sweep_publications(now=clock.now())


@app.task
def sweep_imports() -> None:
    exchange.sweep_imports(now=clock.now())


@app.task
def forget_imports() -> None:
    exchange.forget_imports(now=clock.now())


@app.task
def prune_events() -> None:
    prune(now=clock.now())


@app.task
def forget_replies() -> None:
    accounts.forget_replies(now=clock.now())


@app.task
def forget_budgets() -> None:
    notifications.forget_budgets(now=clock.now())


@app.task
def forget_links() -> None:
    notifications.forget_links(now=clock.now())


@app.task
def forget_number_questions() -> None:
    records.forget_number_questions(now=clock.now())


@app.task
def forget_versions() -> None:
    notifications.forget_versions(now=clock.now())


@app.task
def forget_attempts() -> None:
    accounts.forget_attempts(now=clock.now())


@app.task
def forget_codes() -> None:
    accounts.forget_codes(now=clock.now())


@app.task
def forget_evidence() -> None:
    volunteers.forget_evidence(now=clock.now())


@app.task
def write_heads() -> None:
    heads.write_heads(folder=settings.HEADS_FOLDER, now=clock.now())


@app.task
def forget_grown_children() -> None:
    rights.forget_grown_children(now=clock.now(), go_on=one_turn())


@app.task
def expire_pair_questions() -> None:
    pairs.expire_pair_questions(now=clock.now(), go_on=one_turn())


@app.task
def forget_paired_children() -> None:
    pairs.forget_paired_children(now=clock.now(), go_on=one_turn())


@app.task
def expire_case_questions() -> None:
    cases.expire_case_questions(now=clock.now(), go_on=one_turn())


@app.task
def forget_cases() -> None:
    cases.forget_cases(now=clock.now(), go_on=one_turn())


@app.task
def watch_visits() -> None:
    visits.watch_visits(now=clock.now(), go_on=one_turn())


@app.task
def end_past_visits() -> None:
    visits.settle_past_visits(now=clock.now(), go_on=one_turn())
    visits.end_late_wishes(now=clock.now(), go_on=one_turn())


@app.task
def forget_visits() -> None:
    visits.forget_visits(now=clock.now(), go_on=one_turn())


@app.task
def forget_problems() -> None:
    planning.forget_problems(now=clock.now())


@app.task
def clear_sessions() -> None:
    call_command("clearsessions")
    accounts.forget_sign_ins()
