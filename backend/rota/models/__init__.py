"""Rota, sessions and shifts; offers and assignments; who is asked to take a place over; what was
done by hand."""

from backend.rota.models.acts import Act, AimsChange
from backend.rota.models.covers import Cover, CoverAsk
from backend.rota.models.notices import Notice
from backend.rota.models.people import Assignment, Offer
from backend.rota.models.plan import Rota, Session, SessionSeries, Shift
from backend.rota.models.templates import SessionTemplate

__all__ = [
    "Act",
    "AimsChange",
    "Assignment",
    "Cover",
    "CoverAsk",
    "Notice",
    "Offer",
    "Rota",
    "Session",
    "SessionSeries",
    "SessionTemplate",
    "Shift",
]
