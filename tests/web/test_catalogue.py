"""English stands beside the Chinese, compiled by ourselves as gettext would."""

from __future__ import annotations

import gettext
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.catalogue import compile_catalogues, entries, packed
from backend.web.examples.base import at
from backend.web.templates import joined
from backend.words import moments

SOURCE = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
HOUSE = settings.ROOT / "frontend_templates"


def test_a_page_can_be_read_in_english() -> None:
    with translation.override("en"):
        assert _("找班次") == "Find shifts"
        assert ngettext("%(n)d 个月", "%(n)d 个月", 1) % {"n": 1} == "1 month"
        assert moments.months_in_words(20) == "20 months"
        assert moments.when(at(28, 15)) == "Sat 28/11 15:00"


def test_compiled_as_gettext_compiles() -> None:
    text = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"

#, python-format
msgid "引"
"号"
msgstr "a \"quote\""

msgctxt "c"
msgid "大"
msgstr "big"

msgid "空"
msgstr ""
"""
    read = gettext.GNUTranslations(io.BytesIO(packed(entries(text))))  # type: ignore[arg-type]
    assert (
        read.gettext("引号"),
        read.pgettext("c", "大"),
        read.gettext("空"),
        read.gettext("大"),
    ) == ('a "quote"', "big", "空", "大")


@pytest.mark.skipif(
    not shutil.which("msgfmt"), reason="GNU gettext is not installed to compare with"
)
def test_the_same_as_gnu_gettext(tmp_path: Path) -> None:
    subprocess.run(["msgfmt", "--check", "-o", tmp_path / "gnu.mo", SOURCE], check=True)
    gnu = gettext.GNUTranslations((tmp_path / "gnu.mo").open("rb"))
    ours = gettext.GNUTranslations(io.BytesIO(packed(entries(SOURCE.read_text("utf-8")))))  # type: ignore[arg-type]
    assert ours._catalog == gnu._catalog  # type: ignore[attr-defined]


def test_an_older_catalogue_is_compiled_anew(tmp_path: Path) -> None:
    source = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "好"\nmsgstr "good"\n', "utf-8")
    compile_catalogues(tmp_path)
    first = source.with_suffix(".mo").read_bytes()
    assert b"good" in first
    compile_catalogues(tmp_path)
    assert source.with_suffix(".mo").read_bytes() == first


def test_the_shells_and_components_are_translated() -> None:
    known = {message.split("\0")[0] for message in entries(SOURCE.read_text("utf-8"))}
    asked: set[str] = set()
    for page in [
        *HOUSE.glob("layouts/*.html"),
        *HOUSE.glob("components/*.html"),
        *HOUSE.glob("*.html"),
    ]:
        text = joined(page.read_text("utf-8"))
        asked |= set(re.findall(r'\{% translate "([^"]+)" %\}', text)) | set(
            re.findall(r'_\([\'"]([^\'"]+)[\'"]\)', text)
        )
        asked |= {
            re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", words)
            for words in re.findall(
                r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", text
            )
        }
    assert asked - known == set()
