"""A state is a member of its enumeration; no word for one stands in quotes anywhere else."""

from __future__ import annotations

from functools import cache

import pytest

from tests.architecture import state_words
from tests.architecture.source import ROOT, files, modules


@cache
def of_function() -> state_words.Words:
    texts = [module.text for module in modules("backend", "scheduler")]
    return state_words.returned(texts, state_words.enumerations())


def found_in(path: str, text: str) -> list[str]:
    sets = state_words.enumerations()
    return state_words.quoted(path, text, state_words.fields(), sets, of_function())


def test_no_state_stands_in_quotes() -> None:
    found = []
    for module in modules("backend", "scheduler"):
        found += found_in(module.path, module.text)
    assert found == []


@pytest.mark.parametrize(
    "broken",
    [
        'rows.filter(state="pending")',
        'rows.exclude(session__state__in=("open", "done"))',
        'ended = offer.state == "lapsed"',
        'ended = "lapsed" == offer.state',
        'open = row["state"] in ("planned", "open")',
        'gone = facts.get("state") == "cancelled"',
        'booking.state = "confirmed" if fits else "waiting"',
        'change = {"state": "queued"}',
        'def put(plan, state: str = "confirmed"): ...',
        'LIVE = ("waiting", "offered", "asked")',
        'icons = {"waiting": "hourglass", "offered": "bell"}',
        'old_state = "draft"',
        'wanted = "pending"\nrows.filter(state=wanted)',
        'WANTED = ("open", "done")\nrows.exclude(session__state__in=WANTED)',
        'wanted: str = "lapsed"\nended = offer.state == wanted',
        'match offer.state:\n    case "lapsed":\n        ...',
        'match row["state"]:\n    case "open" | "done":\n        ...',
        'rows.filter(state__iexact="pending")',
        'rows.filter(offer__state__startswith="pend")\nrows.filter(state__icontains="pending")',
        'setattr(session, "state", "open")',
        'if operations.stop_word(run_id=1, attempt=2) == "drop": ...',
        'word = renew_lease(run_id=1)\nif word == "keep": ...',
        'if {"lapsed"} & {offer.state, other.state}: ...',
        'ended = Offer.State("lapsed")',
        'ended = Offer.State["LAPSED"]',
        """cursor.execute("SELECT id FROM rota_offer WHERE state IN ('lapsed', 'x')")""",
        'ended = str(offer.state) == "lapsed"',
        'ended = f"{offer.state}" == "lapsed"',
        'ended = offer.state.value == "lapsed"',
        'ended = offer.state.lower().strip() in ("lapsed",)',
        'ended = getattr(offer, "state") == "lapsed"',
        'ended = offer.state.startswith("lapsed")',
        'if (word := stop_word(run_id=1)) == "drop": ...',
    ],
)
def test_the_guard_bites(broken: str) -> None:
    assert found_in("backend/rota/operations/x.py", broken) != []


@pytest.mark.parametrize(
    "right",
    [
        "rows.filter(state=Offer.State.PENDING)",
        'title = "open"',
        'wanted = "open"\nrows.filter(name=wanted)',
        'match request.POST.get("asked"):\n    case "open":\n        ...',
        'setattr(form, "title", "open")',
        'request.POST.get("asked") == "yes"',
        'list_display = ("name", "street", "active")',
        'word = line(text)\nif word == "drop": ...',
    ],
)
def test_the_guard_lets_pass_what_is_right(right: str) -> None:
    assert found_in("backend/rota/operations/x.py", right) == []


def test_a_function_is_known_by_what_it_says_it_returns() -> None:
    assert of_function()["stop_word"] == {"keep", "drop"}
    texts = ["def a() -> Run.Stop: ...\ndef b() -> 'Stop | None': ...\ndef c() -> State: ..."]
    texts += ["def a() -> Run.Stop | None: ...\ndef d() -> Stop: ...\ndef e() -> None | Stop: ..."]
    texts += ["def d() -> str: ..."]
    found = state_words.returned(texts, state_words.enumerations())
    assert {name: sorted(words) for name, words in found.items()} == {
        "a": ["drop", "keep"],
        "e": ["drop", "keep"],
    }


def found_in_template(text: str, path: str = "x.html") -> list[str]:
    of_field = state_words.fields()
    return state_words.compared(path, text, of_field, state_words.enumerations())


def test_no_template_compares_the_word_of_a_state() -> None:
    found = []
    for path in files("frontend_templates/*.html"):
        found += found_in_template((ROOT / path).read_text(encoding="utf-8"), path)
    assert found == []


@pytest.mark.parametrize(
    "broken",
    [
        '{% if offer.state == "accepted" %}',
        '{% if a %}{% elif run and run.state != "queued" %}',
        '{% if c.state == "full" %}',
        '{% if "done" == session.state %}',
        '{% if move.change == "new" %}',
        '{% if how == "paper" %}',
        '{% if what != "cancelled" %}',
    ],
)
def test_the_guard_of_templates_bites(broken: str) -> None:
    assert found_in_template(broken) != []


@pytest.mark.parametrize(
    "right",
    [
        "{% if offer.is_accepted %}",
        '{% if language == "en" %}',
        '{% tag words tone="ok" %}{% if tone %}',
        '{% with state="open" %}',
    ],
)
def test_the_guard_of_templates_lets_pass_what_is_right(right: str) -> None:
    assert found_in_template(right) == []


def test_every_exception_is_still_needed() -> None:
    of_field = state_words.fields()
    sets = state_words.enumerations()
    needless = []
    for path in sorted(state_words.OWN_WORDS):
        text = (ROOT / path).read_text(encoding="utf-8")
        if not state_words.quoted("elsewhere.py", text, of_field, sets):
            needless.append(path)
    assert needless == []
