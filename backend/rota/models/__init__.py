"""Rota, sessions and shifts; offers and assignments."""

from backend.rota.models.notices import Notice
from backend.rota.models.people import Assignment, Offer
from backend.rota.models.plan import Rota, Session, Shift

__all__ = ["Assignment", "Notice", "Offer", "Rota", "Session", "Shift"]
