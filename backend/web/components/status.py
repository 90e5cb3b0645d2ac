"""What the page says about itself: freshness, progress, errors, emptiness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backend.web.components.base import Action, Component
from backend.web.components.controls import Button


@dataclass(frozen=True, kw_only=True)
class LiveBadge(Component):
    """实时同步 / 正在重连 / 已断开; `live.js` writes the words and the state: on, retry or off."""

    state: Literal["", "on", "retry", "off"] = ""

    @property
    def is_on(self) -> bool:
        return self.state == "on"

    @property
    def is_retrying(self) -> bool:
        return self.state == "retry"

    @property
    def is_off(self) -> bool:
        return self.state == "off"


@dataclass(frozen=True, kw_only=True)
class Toast(Component):
    """What just happened, with a way back.

    It leaves by itself after `seconds`, never while it is focused or hovered.
    """

    text: str
    icon: str = "circle-check"
    undo: Action | None = None
    seconds: int = 10


@dataclass(frozen=True, kw_only=True)
class EmptyState(Component):
    """Nothing here: why, and the next step."""

    title: str
    text: str = ""
    action: Button | None = None


@dataclass(frozen=True, kw_only=True)
class ErrorSummary(Component):
    """errors: (id of the field, what to do) pairs. `{% error_summary form %}` builds it from a
    form."""

    errors: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Meter(Component):
    """value of total as a bar. label is read out. field: name of the tick field that moves it
    (`data-bar`)."""

    kept = True
    value: float
    total: float
    label: str
    kind: Literal["", "ok", "short", "plain", "full"] = ""
    field: str = ""
