"""How far those are who go to a home, in a sentence."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backend.rota.models import Session
from backend.visits.models import Visit
from backend.visits.policy import whereabouts
from backend.visits.states import VisitStage
from backend.words.moments import clock


def whereabouts_in_words(visit: Visit, session: Session, now: datetime) -> str:
    """Whether they have said that they are inside, and by when they should be out; "" where nobody
    is looked for."""
    where = whereabouts(visit, session, now)
    if where == VisitStage.NOWHERE or session.starts_at is None or session.ends_at is None:
        return ""
    late = where in (VisitStage.LATE, VisitStage.MISSED)
    words: dict[tuple[bool, bool], str] = {
        (False, False): _("该 %(from)s 到，还没有人说进去了"),
        (True, False): _("%(at)s 进去了，该 %(until)s 出来"),
        (False, True): _("没有人说进去过，该 %(until)s 结束，也没有人说结束"),
        (True, True): _("%(at)s 进去了，该 %(until)s 出来，还没有说出来"),
    }
    times = {
        "from": clock(session.starts_at),
        "until": clock(session.ends_at),
        "at": clock(visit.begun_at or session.starts_at),
    }
    return words[visit.begun_at is not None, late] % times
