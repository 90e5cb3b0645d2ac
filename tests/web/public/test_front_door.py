"""The front door: strangers learn what this is, each person comes out on her own side."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.demo.operations import logins
from backend.web.public.home import sides_of
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_stranger_finds_three_doors_and_no_demo(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = False
    page = client.get("/").content.decode()
    assert all(words in page for words in ("我是志愿者", "我家有宝宝", "我是调度员", "登录"))
    assert "/demo/" not in page


def test_in_the_demo_there_is_a_button_for_each_person(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = True
    page = client.get("/").content.decode()
    for key in ("volunteer", "city", "county", "village", "family", "operator"):
        assert f'action="/demo/{key}/"' in page


def test_who_has_which_side() -> None:
    volunteer = make.make_volunteer(with_user=True)
    assert volunteer.user and sides_of(volunteer.user) == ["volunteer"]
    make.make_family(user=volunteer.user, agreed=False)
    volunteer.user.refresh_from_db()
    assert sides_of(volunteer.user) == ["volunteer", "family"]
    assert sides_of(make.make_coordinator(organisation=make.make_organisation())) == ["coordinator"]
    assert sides_of(
        make.make_coordinator(organisation=make.make_organisation(), role="operator")
    ) == ["operator"]


def test_an_account_without_a_side_is_told_what_to_do(client: Client) -> None:
    client.force_login(make.make_user())
    page = client.get("/").content.decode()
    assert "你想做什么？" in page and "退出登录" in page


class TestDemoSignIn:
    def test_a_link_shows_a_button_and_the_button_signs_in(self, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
        settings.DEMO = True
        users = logins.add_users()
        page = client.get("/demo/county/").content.decode()
        assert "用这个身份进去" in page and "_auth_user_id" not in client.session
        answer = client.post("/demo/county/")
        assert answer.status_code == 303 and client.session["_auth_user_id"] == str(
            users["county"].pk
        )

    def test_her_preferences_come_along(self, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
        settings.DEMO = True
        user = logins.add_users()["family"]
        user.text_size = "xl"
        user.save()
        assert client.post("/demo/family/").cookies["text"].value == "xl"

    def test_what_she_chose_at_the_front_door_stays(self, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
        settings.DEMO = True
        logins.add_users()
        client.cookies["language"] = "en"
        assert client.post("/demo/family/").cookies["language"].value == "en"
        assert client.get("/f/").headers["Content-Language"] == "en"

    def test_before_the_city_is_loaded_it_says_so(self, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
        settings.DEMO = True
        assert "load_fuzhou" in client.post("/demo/city/").content.decode()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_outside_the_demo_it_does_not_exist(
        self, client: Client, settings, method: str
    ) -> None:  # type: ignore[no-untyped-def]
        settings.DEMO = False
        logins.add_users()
        assert getattr(client, method)("/demo/operator/").status_code == 404
        assert "_auth_user_id" not in client.session

    def test_an_unknown_person_is_not_found(self, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
        settings.DEMO = True
        assert client.get("/demo/admin/").status_code == 404

    def test_the_button_needs_the_form_s_token(self, settings) -> None:  # type: ignore[no-untyped-def]
        settings.DEMO = True
        logins.add_users()
        assert Client(enforce_csrf_checks=True).post("/demo/city/").status_code == 403
