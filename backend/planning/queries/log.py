"""What happened to a session, line by line: what coordinators did by hand, and what volunteers
answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from backend.accounts.models import User
from backend.rota.models import Act, Assignment, Cover, Offer, Session
from backend.rota.operations.undoing_acts import UNDO
from backend.rota.policy import OFFER_ERASED, PLACE_ERASED, just_now
from backend.rota.states import AssignmentState, OfferState
from backend.volunteers.models import Volunteer

SHOWN = 40
ERASED = "erased"  # of a place, "erased_asked" of a question: she took her data back
SEEKING = "seeking"  # somebody to go instead of her
ANSWER, PLACE = "answer", "place"
SAID = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.LAPSED)


@dataclass(frozen=True)
class LogLine:
    """`what`: a verb of Act; of a volunteer's answer its state, or the origin of a place that she
    took herself; "seeking": she asks who goes instead of her; "erased", "erased_asked": her place,
    or the question to her, ended with her data, and she is named no more. `actor`: who did it, ""
    the platform or she herself. `undo`: the act that the reader may still undo."""

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
    """The latest lines, the newest first. Two statements."""
    entries = [
        *(_act(act, reader, now) for act in _newest(Act.objects.filter(session=session))),
        *_said(session),
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


def _said(session: Session) -> list[LogLine]:
    """What volunteers answered, and the places that they took and gave back themselves. One
    statement."""
    columns = ("part", "at", "over_at", "origin_word", "word", "name", "role_name")
    named = {"name": F("volunteer__name"), "role_name": F("shift__role__name")}
    offers = Offer.objects.filter(session=session, state__in=SAID, answered_at__isnull=False)
    answers = offers.annotate(
        part=Value(ANSWER),
        at=F("answered_at"),
        over_at=F("answered_at"),
        origin_word=Value(""),
        word=_word(OFFER_ERASED, f"{ERASED}_asked"),
        **named,
    )
    places = Assignment.objects.filter(session=session).annotate(
        part=Value(PLACE),
        at=F("made_at"),
        over_at=F("ended_at"),
        origin_word=F("origin"),
        word=_word(PLACE_ERASED, ERASED),
        **named,
    )
    covers = Cover.objects.filter(session=session, place__volunteer__erased_at=None).annotate(
        part=Value(ANSWER),
        at=F("made_at"),
        over_at=F("ended_at"),
        origin_word=Value(""),
        word=Value(SEEKING),
        name=F("place__volunteer__name"),
        role_name=F("shift__role__name"),
    )
    sought = covers.order_by("-pk").values_list(*columns)[:SHOWN]
    newest = answers.order_by("-answered_at", "-pk").values_list(*columns)[:SHOWN]
    own = places.order_by("-pk").values_list(*columns)[:SHOWN]
    found: list[LogLine] = []
    for part, *about in newest.union(own, sought, all=True):
        found += _answer(*about) if part == ANSWER else _own(*about)
    return found


def _word(erased: Q, instead: str) -> Case:
    return Case(When(erased, then=Value(instead)), default=F("state"), output_field=CharField())


def _answer(
    at: datetime, _over: datetime, _origin: str, state: str, name: str, role: str
) -> list[LogLine]:
    return [LogLine(at, state, "", name, role)]


def _own(
    made_at: datetime, ended_at: datetime | None, origin: str, state: str, name: str, role: str
) -> list[LogLine]:
    """A place that she took, and gave back, herself."""
    found = []
    by_herself = (Assignment.Origin.PICKED, Assignment.Origin.COVERED)
    if origin in by_herself and state != AssignmentState.LAPSED:
        found.append(LogLine(made_at, origin, "", name, role))
    if state in (AssignmentState.WITHDRAWN, ERASED) and ended_at:
        found.append(LogLine(ended_at, state, "", name, role))
    return found


def undoable(part: Assignment | Offer) -> Act:
    """The act that made this place or this question, or the one that it was done together with."""
    of = {"assignment": part} if isinstance(part, Assignment) else {"offer": part}
    act = Act.objects.filter(**of).select_related("beside").order_by("-pk")[:1].get()
    return act.beside or act
