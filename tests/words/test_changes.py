"""Why somebody may not accept a changed session is said in the words of the rule itself."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from backend import words
from backend.rota.states import OffBecause
from backend.words.barred import barred
from backend.words.changes import called_off, headline, why_off
from matching import Violation

FACTS = {"volunteer": "v1", "shift": "h1"}


def test_a_changed_session_says_a_rule_as_a_claim_does() -> None:
    for rule, shown in (
        ("reach", {"way": 70, "limit": 60}),
        ("availability", {"stated": True}),
        ("max_per_day", {"had": 2, "limit": 2}),
    ):
        violation = Violation(rule, FACTS, shown=shown)
        told = {"rule": rule, **FACTS, **shown}
        for you in (True, False):
            assert barred(told, you=you) == words.why(violation, you=you)


def test_a_credential_is_called_by_its_name() -> None:
    told = {"rule": "qualification", "code": "lead", "held": False}
    assert barred(told, names={"lead": "早教指导师证"}) == (
        "这个岗位要有「早教指导师证」，你还没有"
    )


def test_a_headline_says_all_that_changed() -> None:
    names = {"time": "时间", "place": "地点", "ages": "月龄"}
    for some in ((a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1) if a or b or c):
        parts = frozenset(part for part, there in zip(names, some, strict=True) if there)
        said = headline(parts)
        assert {part for part, name in names.items() if name in said} == parts
        if "place" in parts:
            assert headline(parts - {"place"} | {"room"}) == said
            assert headline(parts | {"room"}) == said


@pytest.mark.parametrize("kept", [OffBecause.FAMILY, "off_by_family", "这一家取消了上门"])
def test_why_a_visit_was_called_off_is_said_in_the_language_of_the_reader(kept: str) -> None:
    """Also where an older row keeps the sentence itself."""
    assert why_off(kept) == "这一家取消了上门"
    assert called_off(kept) == "这一场取消了：这一家取消了上门"
    with override("en"):
        assert why_off(kept) == "The family called the visit off"
        assert "The family called the visit off" in called_off(kept)


def test_every_reason_that_is_kept_has_its_words_and_what_somebody_wrote_stays() -> None:
    with override("en"):
        for reason in OffBecause:
            assert why_off(reason.value) not in (reason.value, "") and why_off(reason).isascii()
        assert why_off("时间不合适，另外再约") == why_off(OffBecause.OTHER_TIME)
        assert why_off("场地停电") == "场地停电"
        assert why_off("") == ""
