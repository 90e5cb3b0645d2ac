"""What happened to a session, line by line: what coordinators did by hand, and what volunteers
answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, F, QuerySet, Value, When

from backend.accounts.models import User
from backend.rota.models import Act, Assignment, Offer, Session
from backend.rota.operations.undoing_acts import UNDO
from backend.rota.policy import OFFER_ERASED, PLACE_ERASED, just_now
from backend.rota.states import AssignmentState, OfferState
from backend.volunteers.models import Volunteer

SHOWN = 40
ERASED = "erased"  # of a place, "erased_asked" of a question: she took her data back
SAID = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED)


@dataclass(frozen=True)
class LogLine:
    """`what`: a verb of Act; of a volunteer's answer its state, or the origin of a place that she
    took herself; "erased", "erased_asked": her place, or the question to her, ended with her
    data, and she is named no more. `actor`: who did it, "" the platform or she herself. `undo`: the
    act that the reader may still undo."""

    at: datetime
    what: str
    actor: str
    who: str = ""
    role: str = ""
    because: str = ""
    undone: bool = False
    undo: int = 0
    was: dict[str, object] | None = None


def log_of(session: Session, reader: User, now: datetime) -> list[LogLine]:
    """The latest lines, the newest first. Three statements."""
    entries = [
        *(_act(act, reader, now) for act in _newest(Act.objects.filter(session=session))),
        *_answers(session),
        *_own(session),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:SHOWN]


def acts_about(volunteer: Volunteer, reader: User, now: datetime) -> list[LogLine]:
    """What was done by hand about her, the newest first. One statement."""
    return [_act(act, reader, now) for act in _newest(Act.objects.filter(volunteer=volunteer))]


def sessions_beside(act: Act) -> list[int]:
    """The other sessions of what was done as one: an exchange of places undoes both."""
    first = act.beside_id or act.pk
    together = Act.objects.filter(pk=first) | Act.objects.filter(beside=first)
    others = together.exclude(session=act.session_id).order_by("session")
    return list(others.values_list("session", flat=True).distinct())


def _newest(acts: QuerySet[Act]) -> QuerySet[Act]:
    return acts.select_related("actor", "volunteer", "family").order_by("-at", "-pk")[:SHOWN]


def _act(act: Act, reader: User, now: datetime) -> LogLine:
    hers = act.actor_id == reader.pk and act.beside_id is None and act.verb in UNDO
    undo = hers and act.undone_at is None and just_now(act.at, now)
    return LogLine(
        act.at,
        act.verb,
        str(act.actor or ""),
        _who(act),
        act.role,
        act.because,
        act.undone_at is not None,
        act.pk if undo else 0,
        act.was,
    )


def _who(act: Act) -> str:
    """Whom it concerns: a volunteer by name, a family by its number."""
    if act.volunteer:
        return act.volunteer.name
    return act.family.number if act.family else ""


def _answers(session: Session) -> list[LogLine]:
    rows = Offer.objects.filter(session=session, state__in=SAID, answered_at__isnull=False)
    newest = rows.order_by("-answered_at", "-pk").values_list(
        "answered_at",
        Case(
            When(OFFER_ERASED, then=Value(f"{ERASED}_asked")),
            default=F("state"),
            output_field=CharField(),
        ),
        "volunteer__name",
        "shift__role__name",
    )[:SHOWN]
    return [LogLine(at, state, "", name, role) for at, state, name, role in newest if at]


def _own(session: Session) -> list[LogLine]:
    """Places that volunteers took and gave back themselves."""
    ended = Case(
        When(PLACE_ERASED, then=Value(ERASED)), default=F("state"), output_field=CharField()
    )
    columns = ("made_at", "ended_at", "origin", ended, "volunteer__name", "shift__role__name")
    newest = Assignment.objects.filter(session=session).order_by("-pk").values_list(*columns)
    found = []
    for made_at, ended_at, origin, state, name, role in newest[:SHOWN]:
        if origin == Assignment.Origin.PICKED and state != AssignmentState.LAPSED:
            found.append(LogLine(made_at, origin, "", name, role))
        if state in (AssignmentState.WITHDRAWN, ERASED) and ended_at:
            found.append(LogLine(ended_at, state, "", name, role))
    return found


def undoable(part: Assignment | Offer) -> Act:
    """The act that made this place or this question, or the one that it was done together with."""
    of = {"assignment": part} if isinstance(part, Assignment) else {"offer": part}
    act = Act.objects.filter(**of).select_related("beside").order_by("-pk")[:1].get()
    return act.beside or act
