"""Every component is drawn from its examples, and has its template, its style and its entry in the
style guide."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from backend.web import components
from backend.web.assets import SHEETS, asset
from backend.web.components import (
    Action,
    Blooms,
    Button,
    Component,
    Contribution,
    Contributions,
    ShiftCard,
    Tag,
    Ticket,
    component_name,
)
from backend.web.examples import DESKTOP, PHONE, SMALL, Example
from backend.web.examples.base import at
from backend.web.templates import joined

HOUSE = settings.ROOT / "frontend_templates"
EXAMPLES = (*SMALL, *PHONE, *DESKTOP)
KINDS = [
    kind
    for name in components.__all__
    if isinstance(kind := getattr(components, name), type) and issubclass(kind, Component)
]
INSIDE_ANOTHER = {"board_row", "board_cell", "board_chip"}  # shown by the example of the board
BY_A_TAG = {"display_menu"}  # on every page, in its header
STYLED_WITH = {
    "action": "button",
    "session_card": "shift_card",
    "board_row": "board",
    "board_cell": "board",
    "board_chip": "board",
}


def shown(component: object) -> str:
    request = RequestFactory().get("/somewhere/")
    return Template("{% show c %}").render(
        Context({"c": component, "request": request, "csrf_token": "T" * 64})
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.name}: {e.title}")
def test_every_example_is_drawn(example: Example) -> None:
    for component in example.shown:
        page = shown(component)
        assert page.strip()
        assert "style=" not in page
        assert page.count("<form") == page.count(
            'name="idempotency_key"'
        )  # every form that changes something counts once


@pytest.mark.parametrize("kind", [k for k in KINDS if k is not Component], ids=lambda k: k.__name__)
def test_a_component_has_template_style_and_example(kind: type[Component]) -> None:
    name = component_name(kind)
    assert (HOUSE / "components" / f"{name}.html").is_file()
    style = STYLED_WITH.get(name, name)
    assert any(
        part in (style, f"components/{style}") for sheet in SHEETS.values() for part in sheet
    )
    assert name in {e.name for e in EXAMPLES} | INSIDE_ANOTHER | BY_A_TAG
    assert kind.__doc__ and "dataclass" not in kind.__doc__


def test_every_template_of_a_component_has_a_first_line_that_says_where_it_comes_from() -> None:
    bare = [
        p.name
        for p in (HOUSE / "components").glob("*.html")
        if not p.read_text("utf-8").startswith("{% comment %}")
    ]
    assert bare == []


UNSTYLED = {
    "list",
    "hand",
    "desk",
}  # names of a place for scripts and other rules, without a look of their own


def classes(folder: str) -> set[str]:
    """Every class that the templates of a folder write out; the ones that are put together from
    values are not seen."""
    found: set[str] = set()
    for page in HOUSE.glob(f"{folder}/*.html"):
        for value in re.findall(r'class="([^"]*)"', joined(page.read_text("utf-8"))):
            plain = re.sub(r"\{[%{].*?[%}]\}", " ", re.sub(r"[a-z-]*\{\{.*?\}\}", " ", value))
            found |= {word for word in plain.split() if not word.endswith("-")}
    return found - UNSTYLED


def styled(*sheets: str) -> set[str]:
    return set(
        re.findall(
            r"\.([a-z][a-z0-9-]*)",
            "\n".join(asset(f"{sheet}.css").plain.decode() for sheet in sheets),
        )
    )


@pytest.mark.parametrize(
    ("folder", "sheets"),
    [
        ("volunteer", ["volunteer"]),
        ("family", ["family"]),
        ("coordinator", ["desktop"]),
        ("layouts", ["phone", "desktop"]),
        ("components", list(SHEETS)),
        ("styleguide", ["guide-phone", "guide-desktop"]),
    ],
)
def test_every_class_of_a_page_is_styled_in_its_sheet(folder: str, sheets: list[str]) -> None:
    assert classes(folder) - styled(*sheets) == set()


def test_a_field_that_does_not_exist_is_refused_where_the_value_is_built() -> None:
    with pytest.raises(TypeError):
        Button(label="去", colour="red")  # type: ignore[call-arg]


def test_what_people_wrote_is_escaped() -> None:
    card = ShiftCard(
        key="1",
        title="<script>alert(1)</script>",
        starts_at=at(25, 9),
        ends_at=at(25, 10),
        place='"><img src=x>',
    )
    assert "<script" not in shown(card)
    assert "<img" not in shown(card)


@pytest.mark.parametrize(
    "example",
    [e for e in EXAMPLES if any(c.kept for c in e.shown)],
    ids=lambda e: f"{e.name}: {e.title}",
)
def test_what_is_kept_between_pages_has_no_form_and_reads_nothing_of_a_page(
    example: Example,
) -> None:
    page = (HOUSE / "components" / f"{example.name}.html").read_text("utf-8")
    assert set(re.findall(r"csrf_token|idempotency_key|request|<form|<input", page)) == set()


def test_what_is_kept_is_kept_for_its_language_and_its_kind_of_text() -> None:
    blooms = Blooms(taken=1, total=2)
    assert "共 2 个位子，1 个有人或在等回复" in shown(blooms)
    with translation.override("en"):
        assert "共" not in shown(blooms)
    assert "<b>有</b>" in shown(Tag(label=mark_safe("<b>有</b>")))
    assert "<b>有</b>" not in shown(Tag(label="<b>有</b>"))


def test_a_shift_card_says_its_state_in_words() -> None:
    card: dict[str, Any] = {
        "key": "1",
        "title": "绘本时间",
        "starts_at": at(25, 9, 5),
        "ends_at": at(25, 10),
        "place": "东街",
        "total": 3,
    }
    assert "还要 1 人" in shown(ShiftCard(**card, taken=2))
    assert "已满" in shown(ShiftCard(**card, taken=3, state="full"))
    assert "路上要 40 分钟" in shown(ShiftCard(**card, state="refused", note="路上要 40 分钟"))
    assert "9:05" in shown(ShiftCard(**card))


def test_an_action_is_a_plain_form_that_htmx_only_upgrades() -> None:
    page = shown(
        Action(label="我能去", url="/v/offers/7/accept/", fields={"offer": 7}, target="#offer-7")
    )
    assert 'method="post" action="/v/offers/7/accept/"' in page
    assert 'hx-post="/v/offers/7/accept/" hx-target="#offer-7" hx-swap="outerMorph"' in page
    assert '<input type="hidden" name="offer" value="7">' in " ".join(page.split())
    assert "csrfmiddlewaretoken" in page
    assert "hx-post" not in shown(Action(label="我能去", url="/v/offers/7/accept/"))


def test_two_forms_never_share_an_idempotency_key() -> None:
    action = Action(label="报名", url="/x/")
    keys = re.findall(
        r'name="idempotency_key" value="([0-9a-f-]{36})"', shown(action) + shown(action)
    )
    assert len(set(keys)) == 2


def test_bars_of_reasons_grow_from_the_middle() -> None:
    why = Contributions(
        parts=(Contribution(label="近", points=20), Contribution(label="累", points=-10))
    )
    assert [(left, width) for _, left, width in why.bars] == [(50, 44.0), (28.0, 22.0)]
    assert [part.words for part in why.parts] == ["+20", "−10"]


def test_a_number_that_is_bad_is_said_to_be() -> None:
    page = Template('{% kpi "还缺的人" n tone="bad" %}{% endkpi %}').render(Context({"n": 1234}))
    assert " ".join(page.split()) == (
        '<div class="kpi"> <dt class="kpi-label">还缺的人</dt> <dd> '
        '<b class="kpi-value" data-tone="bad">1234</b> </dd> </div>'
    )
    noted = Template(
        '{% kpi "排上的班" n field="placed" %}<i data-field="people">3</i> 位{% endkpi %}'
    ).render(Context({"n": 8}))
    assert '<b class="kpi-value" data-field="placed">8</b>' in noted
    assert '<span class="kpi-note"><i data-field="people">3</i> 位</span>' in noted


def test_a_ticket_carries_a_code_without_inline_style() -> None:
    page = shown(
        Ticket(
            status="约好了",
            starts_at=at(28, 16),
            subtitle="",
            scan="moli:8F3K",
            scan_hint="出示",
            code="8F3K",
        )
    )
    assert 'role="img" aria-label="签到二维码"' in page
    assert "8F3K" in page
    assert "style=" not in page


def test_an_unknown_icon_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(ValueError, match="no icon"):
        Template('{% icon "unicorn" %}').render(Context())


def test_a_live_fragment_names_its_streams_and_fetches_itself() -> None:
    page = Template('<section {% live "rota.12 run.3" "/c/rotas/12/" %}>').render(Context())
    assert (
        page == '<section data-live="rota.12 run.3" hx-get="/c/rotas/12/" hx-trigger="live" '
        'hx-swap="outerMorph">'
    )


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "这里还没填"), ("en", "Not filled in yet")]
)
def test_what_is_left_empty_is_said_as_a_person_says_it(language: str, words: str) -> None:
    with translation.override(language):
        for field in (forms.CharField(), forms.ChoiceField(), forms.TimeField()):
            with pytest.raises(forms.ValidationError) as refused:
                field.clean("")
            assert refused.value.messages == [words]
