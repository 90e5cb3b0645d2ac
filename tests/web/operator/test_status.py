"""The operator's page: for operators only, and true when something is away."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.common.heartbeat import SILENT
from backend.launcher.folders import CHECKOUT
from backend.planning.operations import fail_run
from backend.web.health import SAID, Condition, foundations
from backend.web.operator.status import _named, said
from tests.factories import NOW, make_coordinator, make_organisation
from tests.planning.scene import make_scene

pytestmark = pytest.mark.django_db
PAGE = "operator:status"


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(make_coordinator(organisation=make_organisation(), role=role))
    return client


def test_the_how_to_says_of_each_line_what_to_do() -> None:
    page = (CHECKOUT / "docs" / "how-to" / "watch-it.md").read_text("utf-8")
    lines = [_named(part) for part in (*SILENT, *foundations(), "backup")]
    troubles = [said(Condition(code)).replace("0", "…") for code in SAID if code != "ok"]
    assert [words for words in (*lines, *troubles) if words not in page] == []


def test_it_is_for_operators_only() -> None:
    assert Client().get(reverse(PAGE)).status_code == 302
    assert client_of("coordinator").get(reverse(PAGE)).status_code == 403
    assert client_of("operator").get(reverse(PAGE)).status_code == 200


def test_it_names_what_is_wrong() -> None:
    scene = make_scene()
    run, attempt = scene.running()
    fail_run(run_id=run.pk, attempt=attempt, trouble="memory", now=NOW)
    text = client_of("operator").get(reverse(PAGE)).content.decode()
    assert "memory" in text and "连不上" in text  # no relay runs in this test


def test_whatever_may_be_wrong_is_said_in_her_language() -> None:
    for code, words in SAID.items():
        sentence = said(Condition(code, 71.0))
        assert not re.search("[a-z]", sentence.replace("migrate", "")), sentence
        assert ("71" in words.format(71.0)) == ("71" in sentence)


def test_asked_again_it_answers_with_the_fragment_alone() -> None:
    text = client_of("operator").get(reverse(PAGE), headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith('<div class="page" id="status"')


def test_it_shows_no_name_of_a_person() -> None:
    scene = make_scene()
    scene.running()
    text = client_of("operator").get(reverse(PAGE)).content.decode()
    assert scene.rota.name in text and "陈秀英" not in text and "刘敏" not in text
