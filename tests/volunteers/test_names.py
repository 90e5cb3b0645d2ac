"""Names in letters: surnames read as names, sorted by syllable, found by either reading."""

from __future__ import annotations

import pytest
from pypinyin import lazy_pinyin

from backend.volunteers.names import DICTIONARY, SURNAMES, other_readings, spell


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("曾丽华", "zenglihua", "zlh"),
        ("单秀英", "shanxiuying", "sxy"),
        ("仇玉珍", "qiuyuzhen", "qyz"),
        ("解春燕", "xiechunyan", "xcy"),
        ("区美玉", "oumeiyu", "omy"),
        ("万俟兰", "moqilan", "mql"),
        ("尉迟敏", "yuchimin", "ycm"),
        ("陈秀英", "chenxiuying", "cxy"),
        ("Anna Li", "annali", "al"),
    ],
)
def test_a_name_is_spelled_as_it_is_called(name: str, pinyin: str, initials: str) -> None:
    spelled = spell(name)
    assert (spelled.pinyin, spelled.initials) == (pinyin, initials)


def test_names_sort_by_syllable() -> None:
    names = ["程安", "陈秀英", "曾丽华", "陈安", "郑美玉"]
    assert sorted(names, key=lambda name: spell(name).sort_key) == [
        "陈安",
        "陈秀英",
        "程安",
        "曾丽华",
        "郑美玉",
    ]


def test_the_other_reading_leads_to_the_surname() -> None:
    assert ("曾", "", "zlh") in other_readings("clh")
    assert ("曾", "zenglihua", "zenglihua") in other_readings("cenglihua")
    assert other_readings("wxy") == []


def test_the_dictionary_says_what_the_table_says_it_does() -> None:
    said = {surname: lazy_pinyin(surname)[0] for surname in SURNAMES}
    assert {
        surname: common for surname, common in said.items() if common != SURNAMES[surname]
    } == DICTIONARY
