"""What an example is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.web.components import Component, component_name

CITY = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Example:
    """Some values of one component, side by side. wrap: class of the box that a page puts around
    them."""

    title: str
    shown: Sequence[Component]
    wrap: str = ""

    @property
    def name(self) -> str:
        return component_name(type(self.shown[0]))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of the week that all examples share, in the city's time."""
    return datetime(2026, month, day, hour, minute, tzinfo=CITY)
