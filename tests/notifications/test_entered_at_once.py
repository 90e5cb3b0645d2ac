"""Two who enter one thing at one moment, on two lines to the database: whoever is told that it is
kept finds it kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.db import connections, transaction

from backend.accounts.models import WechatAccount
from backend.accounts.operations import link_wechat
from backend.common.locking import Busy
from backend.notifications.models import GroupRobot
from backend.notifications.operations import keep_robot
from tests.factories import NOW, make_coordinator, make_organisation, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def one_behind_the_other(first: Callable[[], None], second: Callable[[], None]) -> str:
    """What the second is told, who asks while the first has written and not yet ended."""
    waits = Event()

    def run() -> str:
        try:
            waits.set()
            second()
        except Busy as busy:
            return busy.code
        finally:
            connections.close_all()
        return "kept"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            said = pool.submit(run)
            waits.wait()
            settle()
        return said.result()


def settle() -> None:
    """Until the other one waits for this one's row."""
    with connections["default"].cursor() as cursor:
        for _ in range(2000):
            cursor.execute("SELECT count(*), pg_sleep(0.005) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return


def test_one_wechat_connected_by_two_at_once_is_said_to_one() -> None:
    one, other = make_user(), make_user()
    link = partial(link_wechat, openid="oHers_abc-123456789", now=NOW)
    assert one_behind_the_other(partial(link, user=one), partial(link, user=other)) == "busy"
    assert WechatAccount.objects.get().user == one
    link(user=other)
    assert WechatAccount.objects.get().user == other


def test_a_robot_entered_by_two_at_once_is_said_to_one() -> None:
    here = make_organisation()
    boss = make_coordinator(organisation=here)
    keep = partial(keep_robot, organisation=here, channel="wecom", secret="", actor=boss, now=NOW)
    first, second = partial(keep, webhook="the-first"), partial(keep, webhook="the-second")
    assert one_behind_the_other(first, second) == "busy"
    assert GroupRobot.objects.get().key == "the-first"
    second()
    assert GroupRobot.objects.get().key == "the-second"
