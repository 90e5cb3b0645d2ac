"""One-time codes: how many may be asked for, how often one may be tried, what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from backend import words
from backend.accounts.models import Attempt, Code
from backend.accounts.operations import (
    TooManyCodes,
    forget_codes,
    request_code,
    tell_number,
    try_code,
)
from backend.accounts.operations.codes import TRIES
from backend.accounts.phones import BadPhone
from backend.outbox.models import Event
from tests.factories import NOW

pytestmark = pytest.mark.django_db
NUMBER = "13800138000"
MINUTE = timedelta(minutes=1)


def ask(
    number: str = NUMBER, address: str = "", at: timedelta = timedelta(), known: bool = False
) -> Code:
    return request_code(
        number=number, address=address, language="zh-hans", now=NOW + at, known=known
    )


def wrong(code: Code) -> str:
    return f"{(int(code.secret) + 1) % 10**6:06}"


def test_the_right_code_proves_the_number_once() -> None:
    code = ask()
    assert try_code(code_id=code.pk, typed=code.secret, now=NOW + MINUTE).number == NUMBER
    assert try_code(code_id=code.pk, typed=code.secret, now=NOW + MINUTE).number is None


def test_a_code_that_was_forgotten_meanwhile_is_one_that_is_over() -> None:
    code = ask()
    Code.objects.all().delete()
    assert try_code(code_id=code.pk, typed=code.secret, now=NOW).number is None


def test_after_some_wrong_ones_the_right_one_counts_no_more() -> None:
    code = ask()
    left = [try_code(code_id=code.pk, typed=wrong(code), now=NOW).left for _ in range(TRIES)]
    assert left == [4, 3, 2, 1, 0]
    assert try_code(code_id=code.pk, typed=code.secret, now=NOW).number is None


def test_no_way_leads_to_a_landline() -> None:
    with pytest.raises(BadPhone) as refused:
        ask(number="059187654321")
    assert refused.value.facts == {"why": "landline"}
    tell_number(number="059187654321", says="number_left", language="zh-hans", now=NOW)
    assert Code.objects.count() == Event.objects.count() == 0


def test_its_time_is_ten_minutes() -> None:
    code = ask()
    assert try_code(code_id=code.pk, typed=code.secret, now=NOW + 10 * MINUTE).number is None


def test_one_a_minute_five_an_hour_ten_a_day_to_one_number() -> None:
    sent = []
    for minute in range(24 * 60):
        try:
            ask(at=minute * MINUTE)
            sent.append(minute)
        except TooManyCodes:
            pass
    assert sent == [0, 1, 2, 3, 4, 60, 61, 62, 63, 64]


def test_the_minutes_to_wait_are_said() -> None:
    ask()
    with pytest.raises(TooManyCodes) as refused:
        ask()
    assert refused.value.facts == {"minutes": 1, "why": "number", "purpose": ""}


def test_fifty_mothers_on_one_address_all_get_theirs_and_another_when_it_did_not_come() -> None:
    for again in range(4):
        for n in range(50):
            ask(number=f"138001380{n:02}", address="203.0.113.7", at=again * MINUTE)
    assert Code.objects.count() == 200


def test_who_asks_and_asks_for_her_number_shuts_her_out_of_no_other_place() -> None:
    for minute in (0, 1, 2, 3, 4, 60, 61, 62, 63, 64):
        ask(address="203.0.113.7", at=minute * MINUTE)
    with pytest.raises(TooManyCodes):
        ask(address="203.0.113.7", at=65 * MINUTE)
    code = ask(address="198.51.100.4", at=65 * MINUTE)
    assert try_code(code_id=code.pk, typed=code.secret, now=NOW + 66 * MINUTE).number == NUMBER


def test_a_telephone_is_not_made_to_ring_all_day_from_many_places() -> None:
    sent = 0
    for place in range(10):
        for minute in range(0, 10 * 60, 12):
            try:
                ask(address=f"203.0.113.{place}", at=minute * MINUTE)
                sent += 1
            except TooManyCodes:
                pass
    assert sent == 30


def test_where_a_place_has_asked_too_much_another_place_is_named() -> None:
    for n in range(120):
        ask(number=f"13800138{n:03}", address="203.0.113.7")
    with pytest.raises(TooManyCodes) as refused:
        ask(number="13900139000", address="203.0.113.7")
    assert refused.value.facts == {"minutes": 60, "why": "address", "purpose": ""}
    said = words.refused(refused.value)
    assert "换一个网络" in said and said.endswith("或用密码登录")
    guardians = TooManyCodes(**refused.value.facts | {"purpose": "guardian"})
    assert "密码" not in words.refused(guardians)
    ask(number="13900139000", address="198.51.100.4")


def test_one_address_cannot_go_on_for_ever() -> None:
    with pytest.raises(TooManyCodes):
        for n in range(1000):
            ask(number=f"13800138{n:03}", address="203.0.113.7")
    assert Code.objects.count() == 120


def test_the_day_has_an_end(settings: Settings) -> None:
    settings.CODES_A_DAY = 3
    for n in range(3):
        ask(number=f"138001380{n:02}")
    with pytest.raises(TooManyCodes):
        ask(number="13800138099")


def test_one_address_has_a_day_too() -> None:
    sent = 0
    for n in range(1000):
        try:
            ask(number=f"13800138{n:03}", address="203.0.113.7", at=n // 100 * timedelta(hours=1))
            sent += 1
        except TooManyCodes:
            pass
    assert sent == 500


def hammered(addresses: list[str], *, each: int) -> int:
    """How many codes whoever has these addresses gets on one day, for numbers of her making, each
    asked for as often as goes."""
    sent = 0
    for place, address in enumerate(addresses):
        for n in range(each):
            try:
                ask(number=f"13{place:03}{n:06}", address=address, at=n % 20 * timedelta(hours=1))
                sent += 1
            except TooManyCodes as refused:
                if refused.facts["minutes"] >= 24 * 60:
                    break
    return sent


def of_network(network: str, width: int) -> list[str]:
    """Some /64 of a /56, as client_ip() names them."""
    return [f"2001:db8:{network}{n:02x}::" for n in range(width)]


def test_one_customer_of_a_provider_takes_no_more_than_its_part(settings: Settings) -> None:
    settings.CODES_A_DAY = 1200
    assert hammered(of_network("1:aa", 8), each=60) == 150  # an eighth of the day
    for n in range(50):  # fifty mothers elsewhere, each twice
        for again in range(2):
            ask(number=f"139001380{n:02}", address="203.0.113.7", at=again * MINUTE)


def test_three_networks_leave_most_of_the_day_and_many_of_one_place_too(settings: Settings) -> None:
    settings.CODES_A_DAY = 800
    three = [one for n in ("1:aa", "2:bb", "3:cc") for one in of_network(n, 4)]
    assert hammered(three, each=90) == 100 + 87 + 76
    round_one = [one for n in range(8) for one in of_network(f"9:{n:02x}", 2)]
    assert hammered(round_one, each=90) == (800 - 263) // 4
    ask(number="13900139000", address="2001:db8:5:500::")
    ask(number="13900139001", address="198.51.100.4")


def test_fifty_of_one_school_have_theirs_on_a_day_when_little_is_left(settings: Settings) -> None:
    settings.CODES_A_DAY = 300
    assert hammered([f"10.{n}.0.1" for n in range(4)], each=90) == 4 * 60
    for n in range(50):
        ask(number=f"139001380{n:02}", address="203.0.113.7")


def test_one_number_asked_for_again_and_again_counts_each_time(settings: Settings) -> None:
    settings.CODES_A_DAY = 480
    sent = 0
    for n in range(20):
        for hour in range(10):
            try:
                ask(f"138001380{n:02}", "203.0.113.7", at=hour * timedelta(hours=1))
                sent += 1
            except TooManyCodes:
                pass
    assert sent == 60


def test_what_strangers_use_up_shuts_nobody_out_where_she_is_known(settings: Settings) -> None:
    settings.CODES_A_DAY = 3
    for n in range(3):
        ask(number=f"138001380{n:02}", address="203.0.113.7")
    with pytest.raises(TooManyCodes):
        ask(number="13800138099", address="203.0.113.7")
    ask(number="13800138099", address="203.0.113.7", known=True)
    with pytest.raises(TooManyCodes):
        ask(number="13800138099", known=True)  # and a known browser has its minute, too


def test_a_refused_one_leaves_nothing() -> None:
    ask()
    kept = (Code.objects.count(), Event.objects.count(), Attempt.objects.count())
    with pytest.raises(TooManyCodes):
        ask()
    assert (Code.objects.count(), Event.objects.count(), Attempt.objects.count()) == kept


def test_neither_number_nor_code_is_in_clear() -> None:
    code = ask()
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_code::text FROM accounts_code")
        row = str(cursor.fetchall())
        cursor.execute("SELECT payload::text FROM outbox_event")
        event = str(cursor.fetchall())
    assert NUMBER.encode().hex() not in row and code.secret.encode().hex() not in row
    assert NUMBER not in event and code.secret not in event


def test_they_are_forgotten_after_a_day() -> None:
    ask()
    ask(number="13800138001", at=timedelta(hours=23))
    assert forget_codes(now=NOW + timedelta(days=1)) == 1
    assert Code.objects.count() == 1
