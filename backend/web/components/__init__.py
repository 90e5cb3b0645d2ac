"""The components of 茉莉 UI, as values.

A view builds these frozen values and a template shows them: `{% show card %}`. The class
`ShiftCard` is drawn by `frontend_templates/components/shift_card.html`, styled by
`static/css/components/shift_card.css` and shown with examples in the style guide. A field that does
not exist is an error where the value is built, not an empty place on a page.
"""

from __future__ import annotations

from backend.web.components.base import Action, Component, component_name
from backend.web.components.board import (
    Board,
    BoardCell,
    BoardChip,
    BoardRow,
    Coverage,
    Hole,
)
from backend.web.components.controls import (
    Button,
    Chip,
    Chips,
    DisplayMenu,
    Pagination,
    PersonChip,
    Stepper,
    Tag,
)
from backend.web.components.family import (
    ChildSwitcher,
    SessionCard,
    SlotTile,
    SubmitBar,
    Ticket,
    VenueOption,
)
from backend.web.components.planning import Contribution, Contributions, Kpi
from backend.web.components.status import (
    EmptyState,
    ErrorSummary,
    LiveBadge,
    Meter,
    Toast,
)
from backend.web.components.volunteer import AskCard, Blooms, Day, DayStrip, ShiftCard

__all__ = [
    "Action",
    "AskCard",
    "Blooms",
    "Board",
    "BoardCell",
    "BoardChip",
    "BoardRow",
    "Button",
    "ChildSwitcher",
    "Chip",
    "Chips",
    "Component",
    "Contribution",
    "Contributions",
    "Coverage",
    "Day",
    "DayStrip",
    "DisplayMenu",
    "EmptyState",
    "ErrorSummary",
    "Hole",
    "Kpi",
    "LiveBadge",
    "Meter",
    "Pagination",
    "PersonChip",
    "SessionCard",
    "ShiftCard",
    "SlotTile",
    "Stepper",
    "SubmitBar",
    "Tag",
    "Ticket",
    "Toast",
    "VenueOption",
    "component_name",
]
