"""Whoever makes up a host is told so, and does not fill the log."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.web.said import said_of


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("host", ["elsewhere.example", "evil/..x", "a" * 8000, "[::1", "a b"])
def test_a_host_that_somebody_made_up_is_400_in_her_language_and_one_line(
    client: Client,
    caplog: pytest.LogCaptureFixture,
    settings: Settings,
    host: str,
    https: bool,
) -> None:
    settings.SECURE_SSL_REDIRECT = https
    client.cookies["language"] = "en"
    answer = client.get("/accounts/login/", headers={"host": host})
    assert answer.status_code == 400
    assert "something that we cannot read" in answer.content.decode()
    (line,) = said_of(caplog.records)
    assert "\n" not in line and len(line) < 500
