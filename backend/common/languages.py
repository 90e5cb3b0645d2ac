"""Languages and dialects that volunteers speak and families would like, beside 普通话."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

LANGUAGES = {
    "fuzhou": gettext_lazy("福州话"),
    "minnan": gettext_lazy("闽南话"),
    "puxian": gettext_lazy("莆仙话"),
    "hakka": gettext_lazy("客家话"),
    "she": gettext_lazy("畲话"),
    "sign": gettext_lazy("手语"),
    "english": gettext_lazy("英语"),
}
LONGEST = 12  # characters of a key


def speaks(language: str) -> str:
    """What the rules call somebody who speaks it."""
    return f"speaks_{language}"


def named(languages: Iterable[str]) -> list[str]:
    """Their names, in the order above."""
    said = set(languages)
    return [str(name) for key, name in LANGUAGES.items() if key in said]
