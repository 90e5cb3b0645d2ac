"""What an event tells is ids and numbers, and what any version recorded is read by this one."""

from __future__ import annotations

import inspect
from dataclasses import fields

import pytest

from backend.outbox import kinds
from backend.outbox.shape import Kind
from backend.outbox.stored import KINDS, Unreadable, read
from scheduler.subscriptions import tasks_of

ALLOWED = {"Id", "Ids", "Count", "Id | None", "Ids | None", "Count | None"}
SERVE = "scheduler.tasks.seats.serve_line"
BARRED = "scheduler.tasks.questions.end_barred"
BARRED_OF = "scheduler.tasks.questions.end_barred_of"
HERS = {"rota": 1, "session": 2, "shift": 3, "volunteer": 4}

END_BOOKINGS = "scheduler.tasks.seats.end_bookings"
END_VISITS = "scheduler.tasks.visits.end_visits"
SEEK_AGAIN = "scheduler.tasks.visits.seek_again_for"

# Rows as the version before kinds were classes wrote them, and the tasks that they are for.
STORED = [
    ("shift_claimed", {**HERS, "assignment": 5, "seats": 8, "questions": 1}, [SERVE, BARRED_OF]),
    ("shift_claimed", {**HERS, "assignment": 5, "seats": 0, "questions": 0}, []),
    ("shift_placed", {**HERS, "assignment": 5}, [SERVE, BARRED_OF]),
    ("offer_accepted", {**HERS, "offer": 6, "assignment": 5}, [BARRED_OF]),
    ("answer_undone", {**HERS, "seats": 8}, [SERVE, BARRED]),
    ("offer_made", {"offers": [1, 2], "sessions": [2]}, ["scheduler.tasks.seats.serve_each_line"]),
    ("session_changed", {"session": 2, "rota": 1}, [SERVE, BARRED_OF]),
    ("session_cancelled", {"session": 2, "rota": 1}, [END_BOOKINGS, SEEK_AGAIN]),
    ("booking_cancelled", {"sessions": [2], "bookings": [7], "offered": [8]}, [END_VISITS]),
    ("seat_offered", {"sessions": [2], "bookings": [], "offered": [8]}, []),
    ("availability_changed", {"volunteer": 4}, [BARRED]),
    ("run_requested", {"run": 9, "rota": 1}, ["scheduler.tasks.solving.solve_run"]),
    ("proposal_publishing", {"proposal": 3, "rota": 1}, ["scheduler.tasks.publishing.publish"]),
    ("proposal_published", {"proposal": 3, "rota": 1}, ["scheduler.tasks.seats.serve_lines"]),
]


def loose(kind: type[Kind]) -> list[str]:
    """Fields that could hold something else than ids and numbers."""
    return [field.name for field in fields(kind) if str(field.type) not in ALLOWED]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.kind)
def test_an_event_holds_ids_and_numbers_alone(kind: type[Kind]) -> None:
    assert loose(kind) == []
    assert len(kind.kind) <= 40  # the column's length
    assert inspect.getdoc(kind)


def test_a_name_in_an_event_is_found() -> None:
    class NameTold(Kind):
        name: str

    assert loose(NameTold) == ["name"]


def test_what_several_kinds_share_is_no_kind() -> None:
    assert {"shift_claimed", "shift_placed", "offer_accepted"} <= set(KINDS)
    assert "place_taken" not in KINDS and "kind" not in KINDS


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.kind)
def test_what_is_stored_is_read_back(kind: type[Kind]) -> None:
    told = {
        field.name: (1, 2) if str(field.type).startswith("Ids") else 1 for field in fields(kind)
    }
    happened = kind(**told)
    assert read(kind.kind, happened.payload()) == happened


@pytest.mark.parametrize(("kind", "payload", "tasks"), STORED)
def test_rows_of_earlier_versions_have_their_tasks(kind: str, payload, tasks: list[str]) -> None:
    happened = read(kind, payload)
    assert happened is not None and happened.kind == kind
    assert [task for task, _ in tasks_of(happened)] == tasks


def test_what_is_offered_is_kept_of_an_old_row() -> None:
    stored = {"sessions": [2], "bookings": [], "offered": [8]}
    assert read("seat_offered", stored) == kinds.SeatOffered(sessions=(2,), offered=(8,))


def test_a_kind_that_is_gone_has_no_tasks_and_stops_nobody() -> None:
    assert read("family_changed", {"family": 1}) is None


def test_a_row_that_does_not_tell_what_it_must_says_so() -> None:
    with pytest.raises(Unreadable, match="run_requested lacks run"):
        read("run_requested", {"rota": 1})
