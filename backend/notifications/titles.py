"""What a session is called outside of its own pages."""

from __future__ import annotations

from backend.programmes.models import Programme
from backend.rota.models import Session

OF_SESSION = ("session__venue", "session__programme", "session__engagement")


def title_of(session: Session) -> str:
    """What a session is called in a message: of a case, or at a family's home, its kind alone,
    because a coordinator may have written anything into its title. Reads programme and
    engagement."""
    private = session.programme.privacy == Programme.Privacy.CASE or session.venue_id is None
    return session.engagement.name if private else session.title
