"""What every component is, and the one way in which a page changes something: an `Action`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

Tone = Literal["", "ok", "warn", "bad", "accent", "note"]
Variant = Literal["pri", "sec", "soft", "text"]


class Component:
    """A value that its template, `components/<component_name>.html`, draws. The template sees it as
    `c`.

    kept: small, without a form and without personal data: drawn once for its values and a language,
    then remembered by the process.
    """

    kept: ClassVar[bool] = False
    template: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.template = f"components/{component_name(cls)}.html"


def component_name(kind: type[Component]) -> str:
    """ShiftCard → shift_card: the base name of its template, its style sheet and its entry in the
    style guide."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


@dataclass(frozen=True, kw_only=True)
class Action(Component):
    """A form of one button: it posts `fields` to `url`, with the CSRF token and a fresh idempotency
    key.

    target: CSS selector of the fragment that the answer replaces; empty = the browser follows the
    answer as a whole page.
            Without script it is always the whole page, so the view must answer both
            (`request.htmx`).
    confirm: a question asked before; only for what cannot be undone.
    later: the address of the page that answers it: without network the tap waits on the phone with
            its moment (static/js/away.js).
    when_kept: shown only where the page was kept without network: it may be time for it by then.
    """

    label: str
    url: str
    variant: Variant = "pri"
    icon: str = ""
    wide: bool = False
    fields: Mapping[str, object] = field(default_factory=dict)
    target: str = ""
    confirm: str = ""
    later: str = ""
    when_kept: bool = False
