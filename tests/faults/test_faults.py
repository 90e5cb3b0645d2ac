"""A short form of `make faults`: four of its scenarios, one after the other on one stand, within a
minute."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django.plugin import DjangoDbBlocker

from backend.outbox.models import Event
from backend.rota.models import Assignment
from tests.factories import make_programme, make_session
from tests.faults.blows import repeat_everything
from tests.faults.cast import Cast, Person, moment
from tests.faults.matrix import Outcome, furnish, play
from tests.faults.phone import Phone
from tests.faults.stand import Stand, until

pytestmark = pytest.mark.xdist_group("platform")


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with Stand() as stand:
        yield stand


@pytest.fixture(scope="module")
def cast(stand: Stand, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with django_db_blocker.unblock():
        yield furnish(stand, volunteers=5, families=3, asked=12, scale="")


def was_noticed(outcome: Outcome) -> bool:
    """A blow that nobody met would prove nothing."""
    return outcome.done > 0 and (outcome.repeats > 0 or outcome.back > 0.5)


@pytest.mark.parametrize(
    ("phase", "victim"),
    [("sign-ups", "web"), ("booking", "PostgreSQL"), ("a publish", "relay"), ("booking", "Valkey")],
)
def test_whoever_dies_nothing_is_lost_and_nothing_invented(
    stand: Stand, cast: Cast, phase: str, victim: str
) -> None:
    outcome = play(stand, cast, phase, victim, seed=1)
    assert outcome.found == ()
    assert was_noticed(outcome)


def test_events_and_tasks_that_come_twice_change_nothing(stand: Stand, cast: Cast) -> None:
    assert play(stand, cast, "booking", "", seed=2, blow=repeat_everything).found == ()


# --- a form that is sent again --------------------------------------------------------------------


@pytest.fixture
def shift(stand: Stand, cast: Cast, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    with django_db_blocker.unblock(), stand.data():
        rota = cast.new_rota()
        session = make_session(
            rota=rota,
            programme=make_programme(code="stand"),
            starts_at=moment(rota, 2, 9),
            shifts=[("lead", 1, 5)],
        )
        yield session.shifts.get().pk


def has(her: Person, shift: int) -> tuple[int, int]:
    """Her places on the shift, and the events that told of one."""
    told = Event.objects.filter(
        kind="shift_claimed", payload__shift=shift, payload__volunteer=her.pk
    )
    return Assignment.objects.filter(volunteer=her.pk, shift=shift).count(), told.count()


def test_a_form_sent_six_times_while_the_first_is_under_way_is_done_once(
    stand: Stand, cast: Cast, shift: int
) -> None:
    her = cast.volunteers[0]
    hands = [Phone(stand.port, dict(her.phone.cookies)) for _ in range(6)]
    with ThreadPoolExecutor(6) as together:
        statuses = sorted(
            together.map(
                lambda phone: (
                    phone.post(
                        f"/v/shifts/{shift}/claim/", key="six-taps-one-key", htmx=True
                    ).status
                ),
                hands,
            )
        )
    assert statuses == [200, 204, 204, 204, 204, 204] and has(her, shift) == (1, 1)


def test_a_form_whose_answer_was_lost_is_sent_again_and_done_once(
    stand: Stand, cast: Cast, shift: int
) -> None:
    her = cast.volunteers[1]
    head = (
        f"POST /v/shifts/{shift}/claim/ HTTP/1.1\r\nHost: "
        f"127.0.0.1:{stand.port}\r\nContent-Length: 0\r\nIdempotency-Key: a-tunnel-swallowed-it\r\n"
        f"X-CSRFToken: {her.phone.cookies['csrftoken']}\r\nCookie: "
        f"{'; '.join(f'{n}={v}' for n, v in her.phone.cookies.items())}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", stand.port)) as line:
        line.sendall(head.encode())
        until(
            lambda: has(her, shift) == (1, 1), 20, "the first one's row"
        )  # the answer is on its way, and nobody reads it
    answer = her.phone.post(f"/v/shifts/{shift}/claim/", key="a-tunnel-swallowed-it")
    assert answer.status in (302, 303) and has(her, shift) == (1, 1)
