"""What to mind at a session stands on its card before she says yes, and after; so does what a
family there would like to hear."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backend.families.operations import change_family
from tests.factories import NOW, make_booking, make_family
from tests.records.scene import make_day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
MIND = "院子里有台阶，抱孩子请扶好"


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_what_to_mind_is_read_before_and_after_the_yes() -> None:
    day = make_day()
    day.session.risk_note = MIND
    day.session.save()
    hers = client_of(day.hers)
    card = reverse("volunteer:shift_fragment", args=[day.helper.shift_id])
    assert MIND in hers.get(card).content.decode()
    assert MIND in hers.get(reverse("volunteer:mine")).content.decode()


def test_her_card_says_what_a_family_there_would_like_to_hear() -> None:
    day = make_day()
    family = make_family()
    change_family(family_id=family.pk, language="fuzhou", actor=None, now=NOW)
    card = reverse("volunteer:shift_fragment", args=[day.helper.shift_id])
    hers = client_of(day.hers)
    assert "有家庭想听福州话" not in hers.get(card).content.decode()
    make_booking(family=family, session=day.session)
    assert "有家庭想听福州话" in hers.get(card).content.decode()
