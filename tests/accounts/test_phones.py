"""Phone numbers are stored in one form, found by a keyed hash and shown masked."""

from __future__ import annotations

import pytest

from backend import words
from backend.accounts import phones


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138\u30000013\u00a08000",
        "138–0013—8000",
        "+86 138-0013-8000",
        "(+86) 138.0013.8000",
        "＋８６１３８００１３８０００",
        "0086 138 0013 8000",
        "8613800138000",
        "\u202d13800138000\u202c",  # as telephones copy it out of their address book
        "１３８００１３８０００",
    ],
)
def test_a_mobile_has_one_form(text: str) -> None:
    assert phones.clean(text) == "13800138000"


@pytest.mark.parametrize(
    "more",
    [
        "转123",
        " 转 5",
        "ext5",
        "x5",
        "#5",
        ";ext=5",
        ",5",
        "/13900139000",
        " 13900139000",
        "、13900139000",
        "或13900139000",
        "\n13900139000",
        "-123",
        " 妈妈",
        "（妈妈）",
        "a",
        "+",
    ],
)
def test_what_stands_beside_a_number_is_not_taken_for_nothing(more: str) -> None:
    for text in (f"13800138000{more}", f"0591-87654321{more}", f"{more}13800138000"):
        with pytest.raises(phones.BadPhone):
            phones.clean(text)


def test_a_code_goes_to_a_mobile_alone() -> None:
    assert phones.clean_mobile("138 0013 8000") == "13800138000"
    with pytest.raises(phones.BadPhone) as refused:
        phones.clean_mobile("0591-87654321")
    assert words.refused(refused.value) == "这是座机，收不到验证码，请填 11 位的手机号"


def test_a_landline_keeps_its_area_code() -> None:
    assert phones.clean("0591-87654321") == "059187654321"
    assert phones.masked("059187654321") == "********4321"


@pytest.mark.parametrize(
    "text", ["", "12345", "1380013800", "abc", "+1 650 253 0000", "138001380001"]
)
def test_what_is_no_number_of_ours_is_refused(text: str) -> None:
    with pytest.raises(phones.BadPhone) as refused:
        phones.clean(text)
    said = "请只填一个中国大陆的电话号码：手机 11 位，座机带区号，不写分机和别的字"
    assert words.refused(refused.value) == said


def test_a_number_is_shown_masked_and_found_by_hash() -> None:
    assert phones.masked("13800138000") == "138****8000"
    assert phones.index("13800138000") == phones.index(phones.clean("138 0013 8000"))
