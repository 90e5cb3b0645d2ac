"""What state things must be in: predicates about one row and the clock.

Who may work which shift is not here but in matching.rules.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Least

from backend.common.clock import LOCAL, local_midnight
from backend.common.deadlines import answer_by
from backend.rota.models import Assignment, Cover, Offer, Rota, Session, Shift
from backend.rota.states import HELD, TO_COME, AtHome

HOME_GROUP = "home-"  # how the group of a session is called that is reserved for one family
VISITED_FROM, VISITED_UNTIL = time(8), time(20)  # local: nobody is sent to a home before or after
UNDO = timedelta(minutes=1)  # the page offers it for ten seconds; a slow telephone has longer


def capacity(session: Session) -> int:
    """How many children fit: into the room, and into what those can look after who are assigned or
    asked in a role that carries seats. 0 for a session without seats.

    The one definition: booking, the waiting line, the planner and every page ask it. SEATS says the
    same to the database.
    """
    return capacity_with(session, session.staff)


def capacity_with(session: Session, staff: int) -> int:
    """As capacity(), if so many were there to look after children."""
    if session.seats_max is None or session.seats_per_volunteer is None:
        return 0
    return min(session.seats_max, session.seats_per_volunteer * staff)


# capacity() of every row at once; null for a session without seats.
SEATS = Least(F("seats_max"), F("seats_per_volunteer") * F("staff"))


def takes_place(required: bool, *, people: int, children: int) -> bool:
    """A session that must, or one that somebody counts on already: people who have, are asked for
    or would get a place in it, children who have seats. TAKES_PLACE says the same to the database.
    """
    return required or people > 0 or children > 0


# takes_place() of every session as things stand, without a proposal.
TAKES_PLACE = (
    Q(required=True)
    | Q(seats_taken__gt=0)
    | Exists(Shift.objects.filter(Q(taken__gt=0) | Q(held__gt=0), session=OuterRef("pk")))
)

# Of an offer: she said yes, and it is still so. Who gave her place back since, or was asked again
# because the session changed, has none.
YES_STANDS = Q(state=Offer.State.ACCEPTED) & Exists(
    Assignment.objects.filter(
        volunteer=OuterRef("volunteer"), shift=OuterRef("shift"), state__in=HELD
    )
)

# She erased her data at the moment in which her place, or the question to her, ended: nothing that
# she said about it.
PLACE_ERASED = Q(state=Assignment.State.WITHDRAWN, volunteer__erased_at=F("ended_at"))
OFFER_ERASED = Q(state=Offer.State.DECLINED, volunteer__erased_at=F("answered_at"))


def has_begun(session: Session, now: datetime) -> bool:
    """An open-ended session has no beginning that one could be late for."""
    return session.starts_at is not None and session.starts_at <= now


def not_begun(now: datetime, to: str = "") -> Q:
    """As has_begun(), asked of the database, the other way round; `to` leads from the row that is
    asked for to its session ("session__")."""
    return Q(**{f"{to}starts_at__gt": now}) | Q(**{f"{to}starts_at": None})


def begun(now: datetime, to: str = "") -> Q:
    """As has_begun(), asked of the database; `to` as of not_begun()."""
    return Q(**{f"{to}starts_at__lte": now})


def over(now: datetime, to: str = "") -> Q:
    """As is_over(), asked of the database; `to` as of not_begun()."""
    return Q(**{f"{to}ends_at__lte": now})


def not_over(now: datetime, to: str = "") -> Q:
    """As is_over(), asked of the database, the other way round; `to` as of not_begun()."""
    return Q(**{f"{to}ends_at__gt": now}) | Q(**{f"{to}ends_at": None})


def is_at_home(session: Session) -> bool:
    """At the home of one family, for which it is reserved."""
    return session.home != AtHome.NOWHERE


def is_visit(session: Session) -> bool:
    """A family has asked for it, so there is a page of the visit."""
    return session.home == AtHome.VISIT


def is_hour_of_visits(starts_at: datetime, ends_at: datetime) -> bool:
    """Somebody may be sent to a family's home then, on one day."""
    begins, ends = starts_at.astimezone(LOCAL), ends_at.astimezone(LOCAL)
    in_hours = begins.time() >= VISITED_FROM and ends.time() <= VISITED_UNTIL
    return in_hours and begins.date() == ends.date()


def is_over(session: Session, now: datetime) -> bool:
    return session.ends_at is not None and session.ends_at <= now


def rota_is_over(rota: Rota, now: datetime) -> bool:
    """Its days have passed, whether or not anybody has closed it."""
    return rota.state == Rota.State.CLOSED or local_midnight(rota.ends_on) <= now


def can_be_changed(session: Session, now: datetime) -> bool:
    """Not cancelled and not over, it and its rota. Reads `session.rota`."""
    return (
        session.state in TO_COME
        and not is_over(session, now)
        and not rota_is_over(session.rota, now)
    )


def can_be_staffed(session: Session, now: datetime) -> bool:
    """Somebody can still be found for it, now or once its rota is published. Reads
    `session.rota`."""
    return can_be_changed(session, now) and not has_begun(session, now)


def is_open(session: Session, now: datetime) -> bool:
    """Published, not cancelled, not over, not begun: a volunteer may take a place."""
    return session.state == Session.State.OPEN and not has_begun(session, now)


def can_be_asked_for(session: Session, now: datetime) -> bool:
    """Its rota is published and it has not begun; a session that was kept back (one of several
    alternatives) opens by being asked for."""
    return (
        session.rota.state == Rota.State.PUBLISHED
        and session.state in TO_COME
        and not has_begun(session, now)
    )


def can_be_given_back(assignment: Assignment, session: Session, now: datetime) -> bool:
    return assignment.state == Assignment.State.ACTIVE and not has_begun(session, now)


def can_be_passed_on(assignment: Assignment, session: Session, now: datetime) -> bool:
    """She may ask others to take it. Who comes to a family's home is the coordinator's word."""
    return (
        is_open(session, now)
        and can_be_given_back(assignment, session, now)
        and not (is_at_home(session) or session.open_ended)
    )


def waits_for_answer(offer: Offer, now: datetime) -> bool:
    return offer.state == Offer.State.PENDING and now < offer.answer_by


def waits_for_cover(cover: Cover, now: datetime) -> bool:
    return cover.state == Cover.State.OPEN and now < cover.answer_by


def deadline(session: Session, now: datetime) -> datetime | None:
    """Until when a volunteer who is asked now may answer; None when it is too late to ask at
    all."""
    return answer_by(now, session.starts_at, hours=settings.OFFER_HOURS)


def had_promised(offer: Offer) -> bool:
    """She had said yes to what the session was before it changed, and is asked again."""
    return bool(offer.before and offer.before["promised"])


def just_now(moment: datetime | None, now: datetime) -> bool:
    """A tap that may have been a slip of the finger, so that undoing it undoes it altogether."""
    return moment is not None and now - moment <= UNDO
