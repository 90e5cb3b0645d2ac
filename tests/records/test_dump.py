"""A family lives a while; then nothing of its child, its home and its telephone stands in clear in
any table, in any log line, or in any message that left the house."""

from __future__ import annotations

import gzip
import logging

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.accounts.operations import keep_phone
from backend.bookings.operations import cancel_booking
from backend.families.operations import ChildData, ask_guardian, join_family, register_family
from tests import factories as make
from tests.again import show_again
from tests.bookings.room import book_all, make_room
from tests.notifications.post import Box, tell
from tests.planning.scene import make_scene

pytestmark = pytest.mark.django_db(transaction=True)
NICKNAME, BORN, NOTE, NAME = "小榴莲", "2024-07", "对榛子过敏", "欧阳晓芙"
PHONE, OTHER, CALLED = "13877665544", "13966554433", "阿嬷"
HOME = (26.0787421, 119.2965873)
SECRETS = (NICKNAME, BORN, NOTE, NAME, PHONE, OTHER, CALLED, "26.0787", "119.2965")


def everything_stored() -> str:
    """Each row of each table as text; what is packed, unpacked."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")
            found += [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT problem FROM planning_run WHERE problem IS NOT NULL")
        found += [_opened(bytes(row[0])) for row in cursor.fetchall()]
    return "\n".join(found)


def _opened(packed: bytes) -> str:
    """As whoever has the dump and no key would read it."""
    if packed[:2] == b"\x1f\x8b":
        packed = gzip.decompress(packed)
    return packed.decode(errors="replace")


def test_nothing_of_a_child_stands_in_clear(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    scene = make_scene(state="published")
    user, grandmother = make.make_user(), make.make_user()
    keep_phone(user=user, number=PHONE, now=make.NOW)
    keep_phone(user=grandmother, number=OTHER, now=make.NOW)
    yes = frozenset({"booking", "child_note"})
    child = ChildData(nickname=NICKNAME, birth_month=BORN, note=NOTE, consents=yes)
    family = register_family(
        user=user,
        guardian_name=NAME,
        phone=PHONE,
        street=make.make_division(),
        point=HOME,
        children=[child],
        actor=user,
        now=make.NOW,
    )
    asked = ask_guardian(family_id=family.pk, called=CALLED, phone=OTHER, actor=user, now=make.NOW)
    join_family(guardian_id=asked.pk, user=grandmother, now=make.NOW)
    make.make_request(family=family, programme=scene.wish.programme)
    scene.proposal()
    session = make_room(seats=1)
    booked = book_all(make.make_family(agreed=True), session)
    book_all(family, session)
    cancel_booking(booking_id=booked.pk, actor=None, now=make.NOW)
    box = Box("sms")
    tell(box)
    _looks_round(user)
    tell(box)
    assert box.got  # somebody was told something
    sent = "\n".join(f"{message}" for _, message in box.got)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    for where in (everything_stored(), sent, logged):
        assert [secret for secret in SECRETS if secret in where] == []


def _looks_round(user: User) -> None:
    browser = Client()
    browser.force_login(user)
    show_again(browser, user)
    for name in ("book", "bookings", "me", "held", "export", "messages", "adults"):
        assert browser.get(reverse(f"family:{name}")).status_code == 200, name
