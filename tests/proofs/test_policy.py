"""How a statement is numbered and checked."""

from __future__ import annotations

import base64
from datetime import timedelta

from pytest_django import Settings

from backend.organisations.models import Organisation
from backend.proofs import policy
from backend.proofs.models import Statement

NUMBER = "350102001-2026-0007"


def test_what_was_decided() -> None:
    assert (timedelta(days=7), 16) == (policy.DISPLAYED_FOR, policy.CODE_LENGTH)


def test_a_number_names_the_division_or_else_the_organisation() -> None:
    assert policy.code_in_numbers(Organisation(pk=5, division_id="350102001")) == "350102001"
    assert policy.code_in_numbers(Organisation(pk=5)) == "M5"
    assert policy.number_of("350102001", 2026, 7) == NUMBER


def test_only_a_lawful_issuers_paper_is_called_a_proof() -> None:
    assert policy.title_of(Statement(is_proof=True)) == "志愿服务记录证明"
    assert policy.title_of(Statement(is_proof=False)) == "平台服务记录"


def test_a_printed_code_is_true_for_ever(settings: Settings) -> None:
    """Papers have it on them: another name of the purpose, or another way to make it, would make
    every one of them false."""
    settings.INDEX_KEY = base64.b64encode(bytes(range(32))).decode()
    assert policy.code_of(NUMBER) == "86a650821a1b118e"


def test_a_code_is_of_one_number_alone() -> None:
    code = policy.code_of(NUMBER)
    assert len(code) == 16
    assert policy.is_code(NUMBER, code) is True
    assert policy.is_code(NUMBER, code[:-1]) is False
    assert policy.is_code("350102001-2026-0008", code) is False
    assert policy.is_code(NUMBER, "查") is False
