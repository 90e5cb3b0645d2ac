"""How people are spoken to by name, and what lies where."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The surnames of two characters in 《百家姓》, which lists them after the single ones.
LISTED = (
    "万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 "
    "淳于 单于 太叔 申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 "
    "亓官 司寇 子车 颛孙 端木 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 "
    "百里 东郭 南门 呼延 羊舌 微生 梁丘 左丘 东门 西门 南宫 第五"
)
COMPOUND_SURNAMES = frozenset(LISTED.split())
LONGEST = 4  # characters of surname and given name; what is longer is not put together like that


def called(name: str) -> str:
    """陈秀英 → 秀英老师, 欧阳雪梅 → 雪梅老师.

    A name stays whole where its given part is one character (陈菊, 欧阳菊), and where it is not
    surname and given name in Chinese characters.
    """
    return _("%(name)s老师") % {"name": _given(name) or name}


def within(name: str, of: str) -> str:
    """Two of one name are told apart by what they lie in: 幸福村（东街）."""
    return _("%(name)s（%(of)s）") % {"name": name, "of": of}


def _given(name: str) -> str:
    """The given name where it has two characters; otherwise empty."""
    if len(name) > LONGEST or not all("\u3400" <= c <= "\u9fff" for c in name):
        return ""
    given = name[2:] if name[:2] in COMPOUND_SURNAMES else name[-2:]
    if len(given) == 2 < len(name):
        return given
    return ""
