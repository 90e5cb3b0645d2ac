"""What is logged says nothing of who came in, however much an operator has it say."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Code
from backend.accounts.operations import keep_phone
from backend.common.clock import now
from backend.notifications.codes import send_codes
from tests.factories import make_volunteer
from tests.notifications.post import Box

NUMBER = "13800138077"
NAME = "林小茉"


@pytest.mark.django_db
def test_neither_her_number_nor_her_code_nor_her_name_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    her = make_volunteer(with_user=True, phone=NUMBER, name=NAME)
    assert her.user is not None
    keep_phone(user=her.user, number=NUMBER, now=now())
    caplog.set_level(logging.DEBUG)
    logging.getLogger("tests").debug("heard")
    client.post(reverse("sign_in_phone"), {"phone": f"{NUMBER}转5"})
    client.post(reverse("sign_in_phone"), {"phone": NUMBER})
    code = Code.objects.get()
    send_codes(channels={"sms": Box("sms")}, now=now(), go_on=lambda: True)
    client.post(reverse("sign_in_code"), {"code": f"{(int(code.secret) + 1) % 10**6:06}"})
    client.post(reverse("sign_in_code"), {"code": code.secret})
    client.get(reverse("volunteer:find"))
    client.post("/accounts/login/", {"login": NUMBER, "password": "茉莉花开"})
    assert client.session["_auth_user_id"] == str(her.user.pk)
    said = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "heard" in said
    found = [one for one in (NUMBER, code.secret, NAME, "茉莉花开") if one in said]
    assert found == []
