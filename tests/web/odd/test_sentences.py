"""Odd input is answered with a sentence: our own page, in Chinese, that says what to do."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import Client

from backend.organisations.models import Organisation, Team
from backend.places.models import Venue
from backend.programmes.models import Programme
from tests.web.odd.asking import BEYOND, Asked, answer_to, signed_in
from tests.web.odd.scene import Scene

UNREADABLE = "这里有我们读不懂的内容"


@pytest.mark.parametrize("path", ["/tabs/family/x/", "/tabs/x/find/", f"/f/sessions/{BEYOND}/"])
def test_an_address_that_is_not_there_is_404(scene: Scene, path: str) -> None:
    answer = signed_in(scene.user("family")).get(path)
    assert answer.status_code == 404
    assert "这一页不在了" in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("get", "/v/", {"from": "a\0"}),
        ("get", "/v/", {"\0": "a"}),
        ("post", "/v/me/time-off/", {"first": "\0", "last": "2026-12-01"}),
        ("post", "/accounts/login/", {"login": "a\0b", "password": "x"}),
    ],
)
def test_a_nul_is_400(scene: Scene, method: str, path: str, sent: dict[str, str]) -> None:
    answer = answer_to(Asked(signed_in(scene.user("volunteer")), method, path, sent))
    assert answer.status_code == 400
    assert UNREADABLE in answer.content.decode()


def test_a_nul_in_the_path_is_400(scene: Scene) -> None:
    answer = signed_in(scene.user("volunteer")).get("/v/%00/")
    assert answer.status_code == 400
    assert UNREADABLE in answer.content.decode()


@pytest.mark.parametrize(
    "look_up",
    [
        "/admin/volunteers/volunteer/?identity_index=x",
        "/admin/volunteers/volunteer/?phone__startswith=1",
        "/admin/families/family/?phone_index=x",
        "/admin/accounts/user/?password__startswith=p",
        "/admin/accounts/user/?nonsense=1",
    ],
)
def test_an_admin_list_is_filtered_by_what_it_offers_alone(scene: Scene, look_up: str) -> None:
    answer = signed_in(scene.user("superuser")).get(look_up)
    assert answer.status_code == 400
    assert UNREADABLE in answer.content.decode()


@pytest.mark.parametrize("model", [Organisation, Team, Venue, Programme])
def test_a_name_that_nobody_can_see_is_no_name(model: type) -> None:
    request = HttpRequest()
    field = admin.site._registry[model].get_form(request, fields=["name"]).base_fields["name"]
    assert field.clean("\u202e东街\u200b口\x07") == "东街口"
    with pytest.raises(ValidationError):
        field.clean("\u200b\u202e\u3164")


def test_a_session_needs_a_title_that_people_can_see(scene: Scene, client: Client) -> None:
    path = f"/c/rotas/{scene.values['rota']}/sessions/new/"
    client.force_login(scene.user("county"))
    for title in ("", "\u200b\u202e", " \u3164 "):
        answer = client.post(path, scene.values | {"title": title})
        assert answer.status_code == 422
        assert "title" in answer.context["form"].errors
