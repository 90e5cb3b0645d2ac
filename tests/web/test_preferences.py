"""Text size, theme and language are kept without script and without signing in, and lead nowhere
else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.factories import make_family

pytestmark = pytest.mark.django_db


def test_a_choice_is_kept_and_the_reader_comes_back(client: Client, settings: Settings) -> None:
    answer = client.post(reverse("preferences"), {"text": "xl", "back": "/v/?day=25"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/v/?day=25")
    assert client.cookies["text"].value == "xl"
    settings.DEMO = True
    page = client.get(reverse("styleguide"))
    assert 'data-text="xl"' in page.content.decode()


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/f/me/children/new/?a=1", "/f/me/children/new/?a=1"),
        ("http://elsewhere.example/f/", "/"),
        ("", "/"),
    ],
)
def test_on_a_page_that_refuses_a_form_it_leads_to_where_the_form_stood(
    client: Client, came_from: str, back: str
) -> None:
    """Its own address may take nothing but the form."""
    client.force_login(make_family(agreed=True).user)
    refused = client.post("/f/me/children/", {}, headers={"Referer": came_from})
    assert refused.status_code == 422
    assert f'name="back" value="{back}"' in refused.content.decode()


def test_a_script_gets_no_page(client: Client) -> None:
    assert (
        client.post(reverse("preferences"), {"theme": "dark"}, headers={"X-Quiet": "1"}).status_code
        == 204
    )
    assert client.cookies["theme"].value == "dark"


def test_the_language_of_the_page_follows(client: Client, settings: Settings) -> None:
    client.post(reverse("preferences"), {"language": "en"})
    settings.DEMO = True
    assert '<html lang="en"' in client.get(reverse("styleguide")).content.decode()


@pytest.mark.parametrize("sent", [{}, {"text": "huge"}, {"theme": "<script>"}, {"language": "xx"}])
def test_nonsense_is_refused_and_nothing_kept(client: Client, sent: dict[str, str]) -> None:
    assert client.post(reverse("preferences"), sent).status_code == 400
    assert not client.cookies


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "///evil.example",
        "//[",
        "javascript:alert(1)",
        "\\\\evil.example",
        "http://testserver/v/",  # our own, but no path
        "abc",
        "styleguide",  # the name of a page
        "volunteer:find",
        "v/",
        "?day=25",
        ".",
        "",
        " /v/",
    ],
)
def test_it_leads_to_a_path_of_our_own_or_home(client: Client, back: str) -> None:
    assert (
        client.post(reverse("preferences"), {"text": "lg", "back": back}).headers["Location"] == "/"
    )


def test_the_guide_is_for_staff_and_demos(client: Client, settings: Settings) -> None:
    settings.DEMO = settings.DEBUG = False
    assert client.get(reverse("styleguide")).status_code == 404
    settings.DEMO = True
    assert client.get(reverse("styleguide")).status_code == 200
    assert client.get(reverse("styleguide", args=["unknown"])).status_code == 404
    assert client.get(reverse("styleguide_mock", args=["unknown"])).status_code == 404
