"""Projects opened, changed and closed; their partners, sessions and books."""

from backend.projects.operations.book import (
    EntryRefused,
    ReversedAlready,
    note_money,
    note_reach,
    reverse_money,
    reverse_reach,
)
from backend.projects.operations.partners import PartnerRefused, add_partner, change_partner
from backend.projects.operations.projects import (
    BelongsElsewhere,
    ProjectClosedAlready,
    ProjectMoved,
    ProjectRefused,
    ProjectValues,
    add_part,
    add_session_to,
    change_project,
    close_project,
    open_project,
    remove_part,
    remove_session_from,
    reopen_project,
)
from backend.projects.operations.stations import StationRefused, close_station, open_station

__all__ = [
    "BelongsElsewhere",
    "EntryRefused",
    "PartnerRefused",
    "ProjectClosedAlready",
    "ProjectMoved",
    "ProjectRefused",
    "ProjectValues",
    "ReversedAlready",
    "StationRefused",
    "add_part",
    "add_partner",
    "add_session_to",
    "change_partner",
    "change_project",
    "close_project",
    "close_station",
    "note_money",
    "note_reach",
    "open_project",
    "open_station",
    "remove_part",
    "remove_session_from",
    "reopen_project",
    "reverse_money",
    "reverse_reach",
]
