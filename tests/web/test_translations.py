"""Whoever reads English reads all of it: every sentence of pages and code has its translation, with
the same numbers and names in it."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client

from backend.demo.people import PEOPLE
from backend.proofs.stars import STARS
from backend.web.catalogue import entries
from tests.architecture.source import ROOT, files
from tests.web.messages import asked_by_code, asked_by_templates

SOURCE = settings.LOCALE_PATHS[0] / "en" / "LC_MESSAGES" / "django.po"
PLACE = re.compile(r"%\(\w+\)[.\d]*[a-z]")
LABEL = re.compile(r"(\{% translate )?\b([\w.]+_display)\b(\|said)?")
SAID = re.compile(r"\*\*(.+?)\*\*")
IN_BOTH = re.compile(r"\*\*(.+?)\*\* \((.+?)\)")
ROLES = ("volunteer", "family", "coordinator", "operator")
# Fields whose name is that of another that pages show: their rows are told of in sentences.
NEVER_SHOWN = {"Notice.kind", "Booking.state", "StarAward.state", "Delivery.state"}
HAN = re.compile(r"[\u3400-\u9fff]")
STOP = re.compile("[，：；。、（）「」]")
WRITTEN = re.compile(  # what a template has translated, or shows to nobody
    r"\{% (comment|blocktranslate)\b.*?\{% end\1 %\}|\{%.*?%\}|_\(\"[^\"]*\"\)", re.DOTALL
)


def catalogue() -> dict[str, list[str]]:
    """Sentence → its translation, or its two forms."""
    return {
        message.split("\0")[0]: translation.split("\0")
        for message, translation in entries(SOURCE.read_text("utf-8")).items()
        if message
    }


def asked() -> dict[str, str]:
    """Sentence → where it stands."""
    people = {text: "people.py" for person in PEOPLE for text in (person.side, person.what)}
    return asked_by_code() | asked_by_templates() | people


def test_every_sentence_has_its_english() -> None:
    asked_for = asked()
    known = catalogue()
    assert len(asked_for) > 500  # the readers found them
    assert {
        text: where for text, where in asked_for.items() if text not in known and HAN.search(text)
    } == {}


def test_nothing_is_translated_that_nobody_says() -> None:
    """What a page said before stays behind when only the page is changed."""
    choices = [kind.choices for kind in models.TextChoices.__subclasses__()]
    labels = {str(label) for pairs in choices for _, label in pairs}  # a page says a row's state
    assert set(catalogue()) - set(asked()) - labels - {star.name for star in STARS} == set()


def test_everybody_is_spoken_to_alike() -> None:
    """你, not 您: a page that changes between the two sounds like somebody else's."""
    assert {text: where for text, where in asked().items() if "您" in text} == {}


def test_a_translation_says_the_same_numbers_and_names() -> None:
    other = {
        text: forms
        for text, forms in catalogue().items()
        for form in forms
        if set(PLACE.findall(text)) != set(PLACE.findall(form))
    }
    assert other == {}


def test_a_translation_is_english() -> None:
    names = {"茉莉", "简体中文"}  # what is called so in English too
    assert {
        text: forms
        for text, forms in catalogue().items()
        if HAN.search("".join(forms)) and not any(n in "".join(forms) for n in names)
    } == {}


def test_what_a_row_is_called_is_said_in_the_readers_language() -> None:
    """`{{ row.get_kind_display|said }}`, and every kind that a row can have has its English."""
    pages = {path: (ROOT / path).read_text("utf-8") for path in files("frontend_templates/*.html")}
    unsaid = [
        (path, label)
        for path, page in pages.items()
        for translated, label, said in LABEL.findall(page)
        if not translated and not said
    ]
    assert unsaid == []
    shown = set(re.findall(r"get_(\w+)_display", "".join(pages.values())))
    fields = [
        (f"{model.__name__}.{field.name}", label)
        for model in apps.get_models()
        if model.__module__.startswith("backend.")
        for field in model._meta.fields
        if field.name in shown
        for _value, label in field.flatchoices
    ]
    known = catalogue()
    assert {
        label: name
        for name, label in fields
        if name not in NEVER_SHOWN and HAN.search(str(label)) and label not in known
    } == {}


def test_a_page_in_english_has_the_stops_of_english() -> None:
    """`{% translate "，" %}`: what stands between two words is of their language, too."""
    found = {
        path: left
        for path in files("frontend_templates/*.html")
        if "styleguide" not in path and path != "frontend_templates/500.html"  # says both
        for left in [STOP.findall(WRITTEN.sub("", (ROOT / path).read_text("utf-8")))]
        if left
    }
    assert found == {}


# A template says everything through a tag that translates: what else stands there is shown to
# whoever does not read Chinese, too. The style guide is the makers' own; a fault is said in both.
TRANSLATED = re.compile(
    r"\{#.*?#\}|\{% comment\b.*?\{% endcomment %\}"
    r"|\{% blocktranslate\b.*?\{% endblocktranslate %\}|\{% translate .*?%\}|_\(([\"']).*?\1\)",
    re.DOTALL,
)
BOTH = ("frontend_templates/styleguide/", "frontend_templates/500.html")
OWN_NAME = "简体中文"  # a language is called by its own name


def bare(page: str) -> list[str]:
    return [line for line in TRANSLATED.sub("", page).splitlines() if HAN.search(line)]


def test_a_template_says_nothing_in_chinese_alone() -> None:
    found = {
        path: lines
        for path in files("frontend_templates/*.html")
        if not path.startswith(BOTH)
        if (lines := bare((ROOT / path).read_text("utf-8").replace(OWN_NAME, "")))
    }
    assert found == {}


def test_chinese_that_is_not_translated_is_found() -> None:
    said = '{% translate "约好了" %}{% blocktranslate %}{{ n }} 场{% endblocktranslate %}'
    assert bare(said + '{% button _("去不了") %}{# 注 #}{% comment %}注{% endcomment %}') == []
    for broken in ("<p>约好了</p>", '{% button "去不了" %}', '<a title="帮助">', said + "场"):
        assert len(bare(broken)) == 1, broken


def test_checking_in_at_a_session_is_not_called_signing_in() -> None:
    """Signing in is what one does with an account; the sheet on paper is signed."""
    assert {
        text: forms
        for text, forms in catalogue().items()
        if re.search("签到(?!表)|签退", text)
        and re.search(r"\bsign(s|ed|ing)?([- ]| her )(in|out)", "".join(forms), re.I)
    } == {}


@pytest.mark.parametrize("role", ROLES)
def test_a_tutorial_names_what_the_pages_say_and_the_same_in_both_languages(role: str) -> None:
    """Bold is a word of a page, … what a page fills in: **Take this shift** (报名这一场)."""
    folder = ROOT / "docs" / "tutorial"
    chinese = SAID.findall((folder / f"{role}.zh.md").read_text("utf-8"))
    english = (folder / f"{role}.md").read_text("utf-8")
    said = asked()
    known = {
        PLACE.sub("…", text): [PLACE.sub("…", form) for form in forms]
        for text, forms in catalogue().items()
        if text in said
    }
    pairs = IN_BOTH.findall(english)
    assert [word for word, _chinese in pairs] == SAID.findall(english)
    assert [words for _english, words in pairs] == chinese
    assert [pair for pair in pairs if pair[0] not in known.get(pair[1], ())] == []


@pytest.mark.django_db
def test_the_front_door_speaks_english(client: Client) -> None:
    client.cookies["language"] = "en"
    page = client.get("/").content.decode()
    words = re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1].split("</main>")[0])
    assert "I am a volunteer" in words
    assert not HAN.search(re.sub("|".join(person.name for person in PEOPLE), "", words))
