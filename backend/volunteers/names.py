"""Chinese names in letters: pinyin, initials and a key to sort by.

Dictionaries read a surname as the everyday word (曾 "céng"), the person is called otherwise (Zēng).
The right reading is stored; a search accepts both, because whoever types the initials may not know
better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Surname → its reading as a name, where a dictionary's first reading may be another one.
SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "朴": "piao",
    "区": "ou",
    "盖": "ge",
    "查": "zha",
    "翟": "zhai",
    "尉": "wei",
    "员": "yun",
    "缪": "miao",
    "冼": "xian",
    "逄": "pang",
    "折": "she",
    "繁": "po",
    "种": "chong",
    "秘": "bi",
    "乐": "yue",
    "覃": "qin",
    "召": "shao",
    "黑": "he",
    "祭": "zhai",
    "宓": "fu",
    "纪": "ji",
    "任": "ren",
    "华": "hua",
    "葛": "ge",
    "那": "na",
}
# The same surname as a dictionary reads it, where that differs; a test compares.
DICTIONARY = {
    "曾": "ceng",
    "单": "dan",
    "仇": "chou",
    "解": "jie",
    "朴": "pu",
    "区": "qu",
    "盖": "gai",
    "查": "cha",
    "翟": "di",
    "员": "yuan",
    "缪": "mou",
    "折": "zhe",
    "繁": "fan",
    "种": "zhong",
    "秘": "mi",
    "乐": "le",
    "覃": "tan",
    "召": "zhao",
    "黑": "hei",
    "祭": "ji",
    "宓": "mi",
}
HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Spelled:
    """A name in letters:

    "zenglihua", "zlh", and "zeng li hua" to sort by (so that Chen never mixes with Cheng).
    """

    pinyin: str
    initials: str
    sort_key: str


def spell(name: str) -> Spelled:
    """Spell a name. Letters and digits in it (a foreign name) are kept, in lower case."""
    from pypinyin import (
        lazy_pinyin,
    )  # half a second and 55 MB, which a process that spells no name is spared

    syllables = [part.lower() for part in lazy_pinyin(name) if part.strip()]
    if name[:1] in SURNAMES and not _compound(name):
        syllables[0] = SURNAMES[name[0]]
    words = [re.sub(r"[^a-z0-9]", "", part) for syllable in syllables for part in syllable.split()]
    words = [word for word in words if word]
    return Spelled(
        "".join(words)[:80], "".join(word[0] for word in words)[:16], " ".join(words)[:80]
    )


def _compound(name: str) -> bool:
    """尉迟 is one surname, read yùchí; the table is about 尉 alone."""
    return name.startswith("尉迟")


COMPOUND = (
    *("欧阳", "上官", "司马", "诸葛", "尉迟", "皇甫", "东方", "司徒", "夏侯", "令狐", "公孙"),
    *("慕容", "端木", "南宫", "独孤", "长孙", "宇文", "申屠"),
)


def surname(name: str) -> str:
    """Of a Chinese name; another name as it is."""
    if not has_han(name[:1]):
        return name
    return name[:2] if name.startswith(COMPOUND) else name[:1]


def has_han(text: str) -> bool:
    return bool(HAN.search(text))


def other_readings(letters: str) -> list[tuple[str, str, str]]:
    """For letters typed after the dictionary's reading: (surname, pinyin as stored, initials as
    stored) to look for as well.

    "clh" may be 曾丽华, whose stored initials are "zlh": ("曾", …, "zlh").
    """
    found = []
    for surname, common in DICTIONARY.items():
        if letters[:1] != common[0]:
            continue
        right = SURNAMES[surname]
        pinyin = ""
        if letters.startswith(common):
            pinyin = right + letters[len(common) :]
        found.append((surname, pinyin, right[0] + letters[1:]))
    return found
