"""Two people act on one wish at one moment: one of them does, the other is told so."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection

from backend.bookings.models import Booking
from backend.bookings.operations import cancel_bookings_of_session
from backend.common.refusal import Refusal
from backend.planning.queries.concerned import mark_of_people
from backend.rota.models import Session
from backend.rota.operations import cancel_session
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations import (
    begin_visit,
    call_off,
    day,
    decline_visit,
    drop_visit_wish,
    finish_visit,
    hear_safe,
    plan_visit,
)
from tests.factories import NOW
from tests.visits.scene import STARTS, Street, pair, planned, street, wish

pytestmark = pytest.mark.django_db(transaction=True)


def together(*deeds: Callable[[], object]) -> list[str]:
    """What each was answered: "done", or the code of its refusal."""
    gate = Barrier(len(deeds))
    answers = [""] * len(deeds)

    def run(number: int, deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            deed()
            answers[number] = "done"
        except Refusal as refusal:
            answers[number] = refusal.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def planning(here: Street, row: VisitRequest) -> Callable[[], object]:
    return lambda: plan_visit(
        request=row, version=1, plan=here.plan(), actor=here.coordinator, now=NOW
    )


def test_two_coordinators_find_a_time_and_there_is_one_visit() -> None:
    here = street()
    row = wish()
    answers = together(planning(here, row), planning(here, row))
    assert sorted(answers) == ["done", "visit_moved"]
    assert (Visit.objects.count(), Session.objects.count()) == (1, 1)


def test_one_finds_a_time_and_another_turns_it_down() -> None:
    here = street()
    row = wish()
    answers = together(
        planning(here, row),
        lambda: decline_visit(request=row, version=1, because="far", actor=None, now=NOW),
    )
    assert sorted(answers) == ["done", "visit_moved"]
    planned = VisitRequest.objects.get().state == "planned"
    assert planned == Visit.objects.exists()


def test_the_family_wants_none_while_a_time_is_found_and_nobody_goes_in_vain() -> None:
    here = street()
    row = wish()
    together(
        planning(here, row),
        lambda: drop_visit_wish(
            family_id=row.family_id, request_id=row.pk, actor=row.family.user, now=NOW
        ),
    )
    assert VisitRequest.objects.get().state == "ended"
    assert not Session.objects.exclude(state="cancelled").exists()


def test_a_family_that_drops_it_while_they_say_that_they_are_out_overwrites_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit = planned(street())
    Booking.objects.update(state="confirmed", answer_by=None)
    first, _second = pair(visit)
    user = first.volunteer.user
    assert user is not None
    begin_visit(assignment_id=first.pk, actor=user, now=STARTS)
    reading, dropped = Event(), Event()
    really = day.visit_is_done

    def slowly(*about: Any) -> None:
        reading.set()
        dropped.wait(1)  # it does not come: the other waits for the family
        really(*about)

    def drop() -> None:
        reading.wait(9)
        drop_visit_wish(
            family_id=visit.request.family_id, request_id=visit.request_id, actor=None, now=STARTS
        )
        dropped.set()

    monkeypatch.setattr(day, "visit_is_done", slowly)
    answers = together(lambda: finish_visit(assignment_id=first.pk, actor=user, now=STARTS), drop)
    assert answers == ["done", "done"]
    assert VisitRequest.objects.get().state == "done"


def test_a_word_that_all_is_well_is_kept_while_the_session_is_called_off() -> None:
    here = street()
    visit = planned(here)
    Booking.objects.update(state="confirmed", answer_by=None)
    first, _second = pair(visit)
    user = first.volunteer.user
    assert user is not None
    begin_visit(assignment_id=first.pk, actor=user, now=STARTS)
    Visit.objects.update(asked_at=STARTS, alarmed_at=STARTS)

    def cancel() -> None:
        cancel_session(session_id=visit.session_id, actor=None, now=STARTS)
        cancel_bookings_of_session(session_id=visit.session_id, actor=None, now=STARTS)

    answers = together(
        lambda: hear_safe(visit_id=visit.pk, actor=here.coordinator, now=STARTS), cancel, cancel
    )
    assert answers == ["done"] * 3
    assert (Visit.objects.get().safe_at, VisitRequest.objects.get().state) == (STARTS, "done")


def test_who_goes_in_while_it_is_called_off_is_inside_or_is_told_so() -> None:
    here = street()
    visit = planned(here)
    Booking.objects.update(state="confirmed", answer_by=None)
    first, _second = pair(visit)
    user = first.volunteer.user
    assert user is not None
    seen = mark_of_people(visit.session_id)
    answers = together(
        lambda: begin_visit(assignment_id=first.pk, actor=user, now=STARTS),
        lambda: call_off(
            session_id=visit.session_id,
            because="停电",
            seen=seen,
            actor=here.coordinator,
            now=STARTS,
        ),
    )
    inside = Visit.objects.get().begun_at is not None
    assert answers == (["done", "visit_under_way"] if inside else ["visit_not_hers", "done"])
    assert Session.objects.get().state == ("open" if inside else "cancelled")
