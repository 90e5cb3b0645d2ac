"""Small controls that any page may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page

from backend.web.components.base import Component, Tone, Variant


@dataclass(frozen=True, kw_only=True)
class Button(Component):
    """A link when it has an `href`, otherwise a button. An icon alone needs `hidden_label`.

    attributes: further HTML attributes, e.g. {"data-dialog": "why"}.
    """

    label: str
    variant: Variant = "sec"
    icon: str = ""
    href: str = ""
    type: str = "submit"
    name: str = ""
    value: str = ""
    wide: bool = False
    hidden_label: bool = False
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Tag(Component):
    """One short fact. The words carry the meaning; the tone repeats it."""

    kept = True
    label: str
    tone: Tone = ""
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One filter: the address of the page with this filter turned on (or off, when it is `on`)."""

    label: str
    href: str
    on: bool = False


@dataclass(frozen=True, kw_only=True)
class Chips(Component):
    """Filters in a row; `label` is read out, e.g. 筛选. target: fragment to replace instead of the
    page."""

    label: str
    chips: Sequence[Chip]
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonChip(Component):
    """A person: the first character of the name in a circle, the name, a note below."""

    name: str
    note: str = ""
    tone: Tone = ""

    @property
    def mark(self) -> str:
        return self.name[:1]


@dataclass(frozen=True, kw_only=True)
class Stepper(Component):
    """One period back, one forward: ‹ 第 48 周 11 月 23–29 日 ›.

    An empty address leaves that arrow out.
    """

    label: str
    previous: str = ""
    next: str = ""
    previous_label: str = ""
    next_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Pagination(Component):
    """Page `page` of `pages`, both from 1; `href` holds the place of the number as {page}."""

    page: int
    pages: int
    href: str

    @classmethod
    def of(cls, page: Page[Any], href: str) -> Pagination:
        """Under the rows of a Django page."""
        return cls(page=page.number, pages=page.paginator.num_pages, href=href)

    @property
    def previous(self) -> str:
        if self.page > 1:
            return self.href.format(page=self.page - 1)
        return ""

    @property
    def next(self) -> str:
        if self.page < self.pages:
            return self.href.format(page=self.page + 1)
        return ""


@dataclass(frozen=True, kw_only=True)
class DisplayMenu(Component):
    """Text size, theme, language.

    Shown by `{% display_menu %}`, which reads the reader's present choice.
    """

    text: str
    theme: str
    language: str
    back: str
    short: bool = False
