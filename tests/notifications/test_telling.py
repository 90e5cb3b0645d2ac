"""From what happened to what people hear: once each, while it is true, in her language, awake."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from backend.notifications.channels.base import Refused, Sent, Unreachable
from backend.notifications.links import Link, Purpose, read
from backend.notifications.models import Delivery
from backend.notifications.operations import plan_deliveries, send_due
from backend.notifications.operations.sending import AGAIN, LEASE
from backend.outbox.models import Event, Stream
from backend.outbox.operations import mark_dispatched, prune
from backend.outbox.queries import newest
from backend.rota.models import Act, Notice, Offer
from backend.rota.operations import (
    accept_offer,
    cancel_session,
    make_offers,
    see_notice,
    undo_act,
    withdraw_offer,
)
from backend.rota.policy import UNDO
from tests.factories import (
    NOW,
    at,
    make_assignment,
    make_rota,
    make_session,
    make_user,
    make_volunteer,
)
from tests.notifications.post import Box, tell
from tests.outbox.numbering import number_all
from tests.rota.test_asked_again import change

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = at("2026-11-28 22:00")
MORNING = at("2026-11-29 08:00")


def asked(sessions: int = 1, **fields: Any) -> None:
    """Somebody is asked for so many sessions of next Saturday, in one go."""
    rota = make_rota()
    her = make_volunteer(organisation=rota.organisation, with_user=True, **fields)
    pairs = []
    for n in range(sessions):
        session = make_session(rota=rota, starts_at=NOW + timedelta(days=7, hours=2 * n))
        pairs.append((her.pk, session.shifts.get().pk))
    make_offers(pairs=pairs, actor=None, now=NOW)


def states() -> list[str]:
    return [str(state) for state in Delivery.objects.order_by("pk").values_list("state", flat=True)]


def test_whom_a_change_had_released_hears_that_she_is_asked_after_all() -> None:
    """She has read that she need not come, so what comes next is a question like any other."""
    session = make_session(starts_at=at("2026-12-05 09:30"))
    her = make_volunteer(with_user=True, available=[(5, 9 * 60, 11 * 60)])
    make_assignment(volunteer=her, shift=session.shifts.get())
    change(session, starts_at=at("2026-12-05 15:30"), ends_at=at("2026-12-05 16:30"))
    see_notice(notice_id=Notice.objects.get().pk, actor=None, now=NOW)
    change(session, starts_at=at("2026-12-05 09:30"), ends_at=at("2026-12-05 10:30"))
    box = Box()
    tell(box)
    assert [m.template for _, m in box.got] == ["offer_made"]


def test_who_is_asked_hears_of_it_once() -> None:
    asked()
    box = Box()
    tell(box)
    tell(box)
    assert [(m.template, m.title) for _, m in box.got] == [
        ("offer_made", "有 1 场想请你来，等你回复")
    ]
    (address, message) = box.got[0]
    her = Delivery.objects.get().volunteer
    assert her is not None and address == her.number
    assert message.text.startswith("12 月 5 日 周六 12:00–13:00，")
    assert message.text.endswith("请在 11 月 29 日 周日 12:00 前回复。")
    token = message.link.rsplit("/", 2)[1]  # one tap answers
    assert read(token) == Link(
        Purpose.OFFER, her.pk, Offer.objects.get().pk, NOW + timedelta(hours=24)
    )
    assert message.variables == {"n": "1", "by": "11 月 29 日 周日 12:00"}
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.channel, delivery.receipt) == ("sent", "file", "r0")


def test_three_offers_of_one_moment_are_one_message() -> None:
    asked(3)
    box = Box()
    tell(box)
    assert [message.title for _, message in box.got] == ["有 3 场想请你来，等你回复"]
    lines = box.got[0][1].text.splitlines()
    assert [line[:2] for line in lines] == ["• "] * 3


def test_she_reads_it_in_her_language() -> None:
    asked()
    User.objects.update(language="en")
    box = Box()
    tell(box)
    assert box.got[0][1].title == "1 invitation waits for your answer"
    assert box.got[0][1].language == "en"


def test_nobody_is_asked_what_she_has_answered() -> None:
    asked()
    box = Box()
    number_all()
    plan_deliveries(now=NOW)
    accept_offer(offer_id=Offer.objects.get().pk, actor=None, now=NOW)
    send_due(channels={"file": box}, now=NOW + UNDO)
    assert box.got == []
    assert states() == ["moot"]


def test_what_was_done_by_hand_is_told_after_the_minute_in_which_it_may_be_undone() -> None:
    asked()
    number_all()
    plan_deliveries(now=NOW)
    box = Box()
    for moment in (NOW, NOW + UNDO):
        send_due(channels={"file": box}, now=moment)
        assert len(box.got) == (moment > NOW)


def test_a_slip_that_is_undone_is_told_to_nobody() -> None:
    session = make_session()
    her = make_volunteer(with_user=True)
    actor = make_user()
    make_offers(pairs=[(her.pk, session.shifts.get().pk)], actor=actor, now=NOW)
    number_all()
    plan_deliveries(now=NOW)
    undo_act(act_id=Act.objects.get().pk, actor=actor, now=NOW + timedelta(seconds=9))
    box = Box()
    tell(box)
    assert (box.got, states()) == ([], ["moot"])


def test_the_night_is_quiet_and_the_inbox_has_it_at_once() -> None:
    asked()
    box = Box()
    tell(box, now=NIGHT)
    waiting = Delivery.objects.get()
    assert box.got == []
    assert (waiting.state, waiting.next_at, waiting.told_at) == ("waiting", MORNING, NIGHT)
    assert waiting.title == "有 1 场想请你来，等你回复"
    tell(box, now=MORNING)
    assert [message.template for _, message in box.got] == ["offer_made"]
    assert Delivery.objects.get().told_at == NIGHT


def test_what_waited_for_the_morning_and_is_true_no_more_is_not_sent() -> None:
    asked()
    box = Box()
    tell(box, now=NIGHT)
    withdraw_offer(offer_id=Offer.objects.get().pk, actor=None, now=NIGHT)
    tell(box, now=MORNING)
    assert [message.template for _, message in box.got] == ["offer_withdrawn"]
    assert states() == ["moot", "sent"]


def test_what_comes_before_the_morning_helps_is_sent_at_night() -> None:
    rota = make_rota(starts_on=at("2026-11-23 00:00").date())
    her = make_volunteer(organisation=rota.organisation)
    session = make_session(rota=rota, starts_at=at("2026-11-29 10:30"))
    make_assignment(volunteer=her, shift=session.shifts.get())
    cancel_session(session_id=session.pk, actor=None, now=NIGHT, because="停电")
    box = Box()
    tell(box, now=NIGHT)
    ((_, message),) = box.got
    assert message.title == "有一场取消了"
    assert "原因：停电" in message.text


def test_without_an_outside_way_the_inbox_tells_her() -> None:
    asked()
    tell()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.channel) == ("sent", "")
    told = Event.objects.get(kind="messages_told")
    her = delivery.volunteer
    assert her is not None and told.streams == [f"inbox.{her.user_id}"]


def test_a_provider_that_is_away_is_tried_again_later_and_given_up_at_last() -> None:
    asked()
    box = Box(answers=[Unreachable("timeout") for _ in AGAIN])
    moment = NOW
    waits = []
    for _ in AGAIN:
        tell(box, now=moment)
        row = Delivery.objects.get()
        waits.append(row.next_at - moment)
        moment = row.next_at
    assert Delivery.objects.get().state == "given_up"
    assert Delivery.objects.get().trouble == "timeout"
    for wait, least in zip(waits[:-1], AGAIN, strict=False):
        assert least <= wait < least * 1.5


def test_a_channel_that_breaks_costs_its_own_message_and_no_other() -> None:
    asked()
    asked()
    box = Box(answers=[RuntimeError("an answer that nobody expected")])
    tell(box)
    assert len(box.got) == 1
    assert states() == ["waiting", "sent"]
    first = Delivery.objects.order_by("pk")[0]
    assert (first.trouble, first.attempts) == ("broken", 1)


def test_a_refused_address_is_not_tried_again() -> None:
    asked()
    box = Box(answers=[Refused("no_such_number")])
    tell(box)
    row = Delivery.objects.get()
    assert (row.state, row.trouble) == ("given_up", "no_such_number")


def test_one_way_refuses_and_the_next_takes_it() -> None:
    asked(phone="13800138000")
    sms = Box(name="sms", answers=[Refused("blocked")])
    box = Box()
    tell(sms, box)
    assert len(box.got) == 1
    assert Delivery.objects.get().channel == "file"


def test_a_worker_killed_between_sending_and_noting_sends_one_double_under_the_same_key() -> None:
    class Killed(BaseException):
        pass

    class Dying(Box):
        def send(self, message: object, address: str) -> Sent | Refused:
            super().send(message, address)  # type: ignore[arg-type]
            raise Killed

    asked()
    first = Dying()
    with pytest.raises(Killed):
        tell(first)
    second = Box()
    tell(second)
    assert second.got == []  # the lease holds it
    tell(second, now=NOW + LEASE)
    assert [m.key for _, m in second.got] == [m.key for _, m in first.got]
    assert states() == ["sent"]


def test_events_are_kept_until_people_were_thought_of() -> None:
    asked()
    tell()
    asked()
    number_all()
    mark_dispatched(seq=newest())
    later = NOW + timedelta(days=2)
    prune(now=later)
    assert Event.objects.filter(kind="offer_made").count() == 1
    tell()
    mark_dispatched(seq=newest())
    assert Stream.objects.get(name="told").dispatched_seq > 0
    assert Delivery.objects.count() == 2


def test_a_turn_that_is_over_leaves_the_rest_due_and_sends_nothing_twice() -> None:
    for _ in range(3):
        asked()
    number_all()
    plan_deliveries(now=NOW)
    box = Box()
    for turn in (1, 2, 3):
        send_due(channels={"file": box}, now=NOW + UNDO, go_on=lambda: False)
        assert len(box.got) == turn
    assert states() == ["sent", "sent", "sent"]
