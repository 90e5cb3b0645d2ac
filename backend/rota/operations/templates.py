"""Keep what a session says under a name, for new ones to begin from."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.common.clock import LOCAL
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.rota.models import Session, SessionTemplate
from backend.rota.operations.session_values import values_of

LONGEST_NAME = 60
MINUTE = 60  # seconds


class TemplateRefused(Refusal):
    """Facts: why (empty, long, open_ended, at_home), limit."""

    code = "template"


@operation
def keep_template(
    *, session_id: int, name: str, actor: User | None, now: datetime
) -> SessionTemplate:
    """A template of the session's organisation; one of the same name says this from now on.

    Raises TemplateRefused; Session.DoesNotExist.
    """
    session = lock_one(Session, session_id)
    name = line(name)
    if not name:
        raise TemplateRefused(why="empty", limit=None)
    if len(name) > LONGEST_NAME:
        raise TemplateRefused(why="long", limit=LONGEST_NAME)
    if session.starts_at is None or session.ends_at is None:
        raise TemplateRefused(why="open_ended", limit=None)
    if session.engagement.at_home:
        raise TemplateRefused(why="at_home", limit=None)
    values = values_of(session)
    says = {
        "title": values.title,
        "venue": values.venue_id,
        "starts": session.starts_at.astimezone(LOCAL).strftime("%H:%M"),
        "minutes": int((session.ends_at - session.starts_at).total_seconds()) // MINUTE,
        "shifts": [list(one) for one in values.shifts if one[2]],
        "required": values.required,
        "seats": values.seats and list(values.seats),
        "months": values.months and list(values.months),
        "risk_note": values.risk_note,
    }
    template, _made = SessionTemplate.objects.update_or_create(
        organisation_id=session.rota.organisation_id,
        name=name,
        defaults={
            "engagement_id": session.engagement_id,
            "says": says,
            "made_by": actor,
            "made_at": now,
        },
    )
    return template


@operation
def drop_template(*, template_id: int) -> None:
    """Sessions that were begun from it stay as they are; dropping it again changes nothing."""
    SessionTemplate.objects.filter(pk=template_id).delete()
