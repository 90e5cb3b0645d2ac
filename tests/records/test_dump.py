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
from backend.families.models import Family
from backend.families.operations import ChildData, ask_guardian, join_family, register_family
from backend.harm.operations import report_harm
from backend.visits.operations import drop_visit_wish
from tests import factories as make
from tests.again import show_again
from tests.bookings.room import book_all, make_room
from tests.notifications.post import Box, tell
from tests.planning.scene import make_scene
from tests.visits.scene import pair, planned, street, wish

pytestmark = pytest.mark.django_db(transaction=True)
NICKNAME, BORN, NOTE, NAME = "小榴莲", "2024-07", "对榛子过敏", "欧阳晓芙"
PHONE, OTHER, CALLED = "13877665544", "13966554433", "阿嬷"
DOOR, TOPIC = "福新路 88 号 9 座 1203", "feeding"  # of a visit at home: where, and what it is about
SEEN, SIGN = "膝盖上一块青紫", "neglected"  # of a report of harm: what was written and ticked
HOME = (26.0787421, 119.2965873)
SECRETS = (NICKNAME, BORN, NOTE, NAME, PHONE, OTHER, CALLED, "26.0787", "119.2965")
SECRETS = (*SECRETS, DOOR, TOPIC, SEEN, SIGN)


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
    _is_visited(family)
    box = Box("sms")
    tell(box)
    _looks_round(user)
    tell(box)
    assert box.got  # somebody was told something
    sent = "\n".join(f"{message}" for _, message in box.got)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    for where in (everything_stored(), sent, logged):
        assert [secret for secret in SECRETS if secret in where] == []


def _is_visited(family: Family) -> None:
    """It asks for a visit, a tutor has a place in it, and she reports what she saw."""
    here = street()
    row = wish(family, address=DOOR, topic=TOPIC)
    visit = planned(here, row, starts_at=make.at("2026-12-08 15:00"), outside=True)
    first, _second = pair(visit)
    drop_visit_wish(family_id=family.pk, request_id=row.pk, actor=family.user, now=make.NOW)
    change = {"address": DOOR, "topic": TOPIC}
    wish(family, **change)  # another one waits
    tutor = first.volunteer.user
    assert tutor is not None
    report_harm(session_id=visit.session_id, signs=[SIGN], said=SEEN, actor=tutor, now=make.NOW)


def _looks_round(user: User) -> None:
    browser = Client()
    browser.force_login(user)
    show_again(browser, user)
    for name in ("book", "bookings", "me", "held", "export", "messages", "adults"):
        assert browser.get(reverse(f"family:{name}")).status_code == 200, name
