"""Examples of every component: the style guide shows them and the tests render them.

All people and places in them are made up.
"""

from __future__ import annotations

from backend.web.examples.base import Example
from backend.web.examples.desktop import DESKTOP
from backend.web.examples.phone import PHONE
from backend.web.examples.small import SMALL

__all__ = ["DESKTOP", "PHONE", "SMALL", "Example"]
