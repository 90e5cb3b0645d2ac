"""What a training gave and was taken back is said as it happened: on her page, in the message and
on the desk."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse

from backend.notifications.facts import credential_over
from backend.volunteers.models import VolunteerCredential
from backend.volunteers.operations import end_credential
from backend.words.credential_messages import credential_ended
from tests.factories import make_role
from tests.records.scene import LATER, Day, make_day
from tests.records.test_trainings import THAT_DAY, corrected_away, training, wrote_down

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]


def page(user: object, address: str) -> str:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return html.unescape(client.get(address).content.decode())


def read(day: Day) -> tuple[str, str, str, str]:
    """Her page, the coordinator's, and the message's title and text."""
    row = VolunteerCredential.objects.select_related("kind").get()
    make_role(programme=day.session.programme, code="wants").requires.add(row.kind)
    mail = credential_ended(list(credential_over([row.pk], LATER).values()), LATER)
    desk = reverse("coordinator:volunteer", args=[day.her.pk])
    return (
        page(day.hers, reverse("volunteer:credentials")),
        page(day.coordinator, desk),
        mail.title,
        mail.text,
    )


def test_what_a_training_gave_wrongly_did_not_end_early() -> None:
    day = make_day()
    training(day)
    day.served()
    corrected_away(day)
    hers, desk, title, text = read(day)
    assert "培训的到场更正了，收回了：她没来" in hers and "提前结束" not in hers
    assert "还没有" in hers and "2026-12-04 过期了" not in hers
    assert "收回了" in desk and "过期了" not in desk
    assert (title, "那次的到场更正过：她没来" in text) == ("培训给的证书更正了", True)


def test_what_she_held_before_goes_on() -> None:
    day = make_day()
    training(day)
    wrote_down(day, THAT_DAY.replace(year=2027, month=3))
    day.served()
    corrected_away(day)
    hers, _desk, title, text = read(day)
    assert "它给的不算了，照别的算：她没来" in hers and "提前结束" not in hers
    assert "有效到 2027-03-05" in hers
    assert title == "培训给的证书更正了"
    assert "「speaker」照别的算，有效到 2027 年 3 月 5 日" in text and "不能去" not in text


def test_what_a_coordinator_ended_was_ended_early() -> None:
    day = make_day()
    row = wrote_down(day, THAT_DAY.replace(year=2027))
    end_credential(
        credential_id=row.pk,
        last_day=THAT_DAY,
        reason="没有考过",
        actor=day.coordinator,
        now=LATER,
    )
    hers, _desk, title, text = read(day)
    assert "提前结束了：没有考过" in hers
    assert (title, "为止：没有考过" in text) == ("有证书提前结束了", True)
