"""Tags of the coordinator's board; `{% load board %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from backend.web.components import Pagination
from backend.web.coordinator.choice import Choice
from backend.web.coordinator.tags import answer_tag, face_tag, staffing_tag
from backend.web.templatetags.moli import live, show
from backend.words import terms

register = template.Library()


register.filter("head_in_words", terms.head)
register.filter("answer_tag", answer_tag)
register.filter("face_tag", face_tag)
register.filter("staffing_tag", staffing_tag)


@register.simple_tag
def choice_href(choice: Choice, **change: Any) -> str:
    """The address of the board with something chosen otherwise."""
    return choice.href(**change)


@register.simple_tag
def live_board(choice: Choice, people: str = "") -> SafeString:
    """The board fetches itself again when its rota changes, and when something does that these
    people said of themselves: their streams."""
    return live(f"rota.{choice.rota} {people}".strip(), choice.href("coordinator:board_fragment"))


@register.simple_tag
def live_pick(choice: Choice) -> SafeString:
    """The panel beside the board fetches itself again when its session changes, or its rota is
    planned, published or closed."""
    return live(
        f"session.{choice.pick} rota.{choice.rota}", choice.href("coordinator:pick_fragment")
    )


@register.simple_tag
def others_address(choice: Choice) -> str:
    return choice.href("coordinator:others_fragment")


@register.simple_tag(takes_context=True)
def choice_pages(context: Context, choice: Choice, pages: int) -> str:
    marker = 987654321  # stands for the page number while the address is built
    href = (
        choice.href(page=marker)
        .replace("{", "{{")
        .replace("}", "}}")
        .replace(str(marker), "{page}")
    )
    return show(context, Pagination(page=min(choice.page, pages), pages=pages, href=href))
