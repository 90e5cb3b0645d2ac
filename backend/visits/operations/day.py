"""The day of a visit: those who go say that they are there, and that they are out again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from backend.accounts.models import User
from backend.bookings.models import HAS_SEAT, Booking
from backend.bookings.operations import note_family, note_family_absent
from backend.bookings.policy import door_is_open
from backend.common.locking import hold, lock_one, operation
from backend.common.refusal import Refusal
from backend.families.models import Family
from backend.organisations.models import Organisation
from backend.outbox.kinds import OfVisitDay, VisitBegun, VisitFinished, VisitReopened
from backend.outbox.record import record
from backend.records.models import Attendance
from backend.records.operations import NotTheTime, sign_in, sign_out, take_back_leaving
from backend.records.policy import may_sign_in, may_sign_out, opens_at
from backend.rota.models import Assignment, Session
from backend.rota.policy import has_begun
from backend.rota.states import HELD
from backend.visits.events import desks_at
from backend.visits.models import Visit, VisitRequest
from backend.visits.operations.ending import newest_visit, seek_again
from backend.visits.policy import INSIDE, PEOPLE, family_agreed, may_be_inside_yet, people_of
from backend.visits.states import LIVE_VISITS, VisitState
from backend.volunteers.models import Volunteer

DECIDED = (Attendance.State.ATTENDED, Attendance.State.ABSENT)  # her hours are confirmed, or none


class VisitNotHers(Refusal):
    """She has no place in it, or it does not take place. Facts: session."""

    code = "visit_not_hers"


class TwoAdultsNeeded(Refusal):
    """Nobody goes alone. Facts: people (who have said yes)."""

    code = "two_adults_needed"


class VisitNotAgreed(Refusal):
    """The family has not said yet that the time suits. Facts: session."""

    code = "visit_not_agreed"


@operation
def begin_visit(*, assignment_id: int, actor: User, now: datetime) -> Visit:
    """They are there: the first tap begins it, each tap signs in who made it. Repeating changes
    nothing.

    Whoever says so after all were said to be out, or nobody to have opened, is inside, or went in
    after all: from then on they are looked for as if that had not been said.

    Raises VisitNotHers, VisitNotAgreed, TwoAdultsNeeded, NotTheTime, NotExpected, AlreadyDecided;
    Assignment.DoesNotExist.
    """
    visit = _visit_of(assignment_id)
    if visit.begun_at is not None and visit.is_over:
        _stays(visit, assignment_id, actor, now)
    else:
        _may_go_in(visit)
        sign_in(assignment_id=assignment_id, how=Attendance.How.VISIT, actor=actor, now=now)
    begun: dict[str, Any] = {}
    if visit.begun_at is None:
        begun = {"begun_at": now, "begun_by_id": actor.pk}
    if begun or visit.is_over:
        _watch_anew(visit, begun, actor, now)
        record(_what_begins(visit), streams=streams_of_day(visit), actor=actor, now=now)
    visit.refresh_from_db()
    return visit


def _what_begins(visit: Visit) -> OfVisitDay:
    """As it was before that tap."""
    of = {"rota": visit.session.rota_id, "session": visit.session_id, "visit": visit.pk}
    if not visit.is_over:
        return VisitBegun(**of)
    alarmed = int(visit.alarmed_at is not None)
    return VisitReopened(**of, alarmed=alarmed, safe_by=visit.safe_by_id)


def _may_go_in(visit: Visit) -> None:
    row = visit.request
    wanted = row.state in (VisitState.PLANNED, VisitState.DONE)
    opened_late = row.is_open and visit.is_over and is_its_newest(visit)
    if not (wanted or opened_late) or visit.session.state == Session.State.CANCELLED:
        raise VisitNotHers(session=visit.session_id)
    if visit.begun_at is None and not family_agreed(visit, visit.session):
        raise VisitNotAgreed(session=visit.session_id)
    if not visit.escorted and (people := people_of(visit.session)) < PEOPLE:
        raise TwoAdultsNeeded(people=people)


def _stays(visit: Visit, assignment_id: int, actor: User, now: datetime) -> None:
    """She is inside, where all were said to be out, and is not told to stay outside: that she left,
    and that whoever said so did, was a slip. Nobody goes in alone, so where she had not tapped she
    came with the first; where somebody came along instead, she comes now, while there is time."""
    session = visit.session
    if not may_be_inside_yet(visit, session, now):
        raise NotTheTime(opens_at=opens_at(session), ends_at=session.ends_at)
    if session.state == Session.State.CANCELLED:
        return
    held = Assignment.objects.filter(session=session, state__in=HELD)
    open_yet = held.exclude(attendance__state__in=DECIDED)
    by_it = Q(attendance__left_at=visit.finished_at, attendance__left_how=Attendance.How.VISIT)
    slipped = open_yet.filter(Q(pk=assignment_id) | by_it).order_by("pk")
    mine = open_yet.filter(pk=assignment_id).exists()
    for place in list(slipped.values_list("pk", flat=True)):
        take_back_leaving(assignment_id=place, actor=actor, now=now)
    came = now if visit.escorted else visit.begun_at
    if mine and came is not None and may_sign_in(session, came):
        how = Attendance.How.VISIT
        sign_in(assignment_id=assignment_id, how=how, actor=actor, now=now, at=came)


def _watch_anew(visit: Visit, begun: dict[str, Any], actor: User, now: datetime) -> None:
    """Under its family's lock: nobody has said that they are out, and when it should be over they
    are asked anew. The wish waits for its end, unless the child has another one since."""
    nothing = dict.fromkeys(("finished_at", "finished_by_id", "asked_at", "alarmed_at"))
    unheard = dict.fromkeys(("safe_at", "safe_by"))
    Visit.objects.filter(pk=visit.pk).update(**begun, **nothing, **unheard)
    seat = _seat_at_open_door(visit, now, Booking.State.ABSENT)
    if seat is not None:
        note_family(booking_id=seat.pk, came=False, actor=actor, now=now)  # to be said at its end
    row = visit.request
    if row.state not in (VisitState.OPEN, VisitState.DONE) or not is_its_newest(visit):
        return
    others = VisitRequest.objects.filter(child=row.child_id, state__in=LIVE_VISITS)
    if row.child_id is None or others.exclude(pk=row.pk).exists():
        return
    row.state = VisitState.PLANNED
    row.ended_at = None
    row.version += 1
    row.save(update_fields=["state", "ended_at", "version"])


@operation
def finish_visit(*, assignment_id: int, actor: User, now: datetime) -> Visit:
    """They are out, all of them: nobody is missed any more. Who signed in is signed out while there
    is time for it; afterwards she says when she left. Only what began counts as a visit. Repeating
    changes nothing.

    Raises VisitNotHers, NotTheTime before it has begun; Assignment.DoesNotExist.
    """
    visit = _visit_of(assignment_id)
    if _out(visit, assignment_id, actor, now) and visit.begun_at is not None:
        was_at_home(visit, actor, now)
        visit_is_done(visit, now)
    visit.refresh_from_db()
    return visit


@operation
def find_nobody_home(*, assignment_id: int, actor: User, now: datetime) -> Visit:
    """They stood before the door, and no grown-up opened: nobody is missed, the family had no
    visit, which is noted, and another time is looked for. The way was theirs, so their places stay.
    Repeating changes nothing.

    Raises VisitNotHers, NotTheTime before it has begun; Assignment.DoesNotExist.
    """
    visit = _visit_of(assignment_id)
    row = visit.request
    if _out(visit, assignment_id, actor, now):
        seat = _seat_at_open_door(visit, now)
        if seat is not None:
            note_family_absent(booking_id=seat.pk, actor=actor, now=now)
        if is_its_newest(visit) and row.is_planned:
            seek_again(row, now)
    visit.refresh_from_db()
    return visit


def _out(visit: Visit, assignment_id: int, actor: User, now: datetime) -> bool:
    """Whether this tap is the first that says so. Raises NotTheTime."""
    session = visit.session
    if not has_begun(session, now) and visit.begun_at is None:
        raise NotTheTime(opens_at=opens_at(session), ends_at=session.ends_at)
    here = Attendance.objects.filter(
        assignment=assignment_id, assignment__state__in=HELD, state=Attendance.State.OPEN
    )
    signed = here.filter(came_at__isnull=False, left_at=None).exists()
    if signed and may_sign_out(session, now):
        sign_out(assignment_id=assignment_id, how=Attendance.How.VISIT, actor=actor, now=now)
    fresh = Visit.objects.filter(pk=visit.pk, finished_at=None)
    if not fresh.update(finished_at=now, finished_by_id=actor.pk):
        return False
    tell_of_day(VisitFinished, visit, actor, now)
    return True


def _visit_of(assignment_id: int) -> Visit:
    """The visit in which she has a place, or may still be inside; she and whoever goes with her are
    locked, then its family. Raises VisitNotHers; Assignment.DoesNotExist."""
    place = Assignment.objects.get(pk=assignment_id)
    pair = Assignment.objects.filter(INSIDE, session=place.session_id)
    hold(Volunteer, {place.volunteer_id, *pair.values_list("volunteer_id", flat=True)})
    visit = visit_under_lock(Q(session=place.session_id))
    inside = Assignment.objects.filter(INSIDE, pk=assignment_id).exists()
    if visit is None or not inside:
        raise VisitNotHers(session=place.session_id)
    return visit


def visit_under_lock(which: Q) -> Visit | None:
    """Read when nobody else can end its family's wish any more."""
    rows = Visit.objects.filter(which)
    family = rows.values_list("request__family_id", flat=True).first()
    if family is None:
        return None
    lock_one(Family, family)
    return rows.select_related("session", "request__family").first()


def was_at_home(visit: Visit, actor: User, now: datetime) -> None:
    """Nobody looks at a ticket at this door: that they were there says that the family was."""
    seat = _seat_at_open_door(visit, now, Booking.State.ABSENT)
    if seat is not None:
        note_family(booking_id=seat.pk, came=True, actor=actor, now=now)


def _seat_at_open_door(visit: Visit, now: datetime, *more: str) -> Booking | None:
    """The family's, that it has said yes to, while it may be noted who came. Under the session's
    lock: nobody calls it off, or ends the seat with it, before that is written down."""
    session = lock_one(Session, visit.session_id)
    if not door_is_open(session, now):
        return None
    rows = Booking.objects.filter(session=visit.session_id, family=visit.request.family_id)
    return rows.filter(state__in=(*HAS_SEAT, *more)).order_by("-pk").first()


def visit_is_done(visit: Visit, now: datetime) -> None:
    """Under its family's lock. A late tap for a visit before says nothing of the one to come."""
    row = visit.request
    if row.is_planned and is_its_newest(visit):
        row.state = VisitState.DONE
        row.ended_at = now
        row.save(update_fields=["state", "ended_at"])


def is_its_newest(visit: Visit) -> bool:
    return newest_visit(visit.request) == visit


def tell_of_day(kind: type[OfVisitDay], visit: Visit, actor: User | None, now: datetime) -> None:
    happened = kind(rota=visit.session.rota_id, session=visit.session_id, visit=visit.pk)
    record(happened, streams=streams_of_day(visit), actor=actor, now=now)


def streams_of_day(visit: Visit) -> set[str]:
    """Whoever looks at the session, the pair, the family, and the desks of its street and of its
    rota."""
    rows = Assignment.objects.filter(INSIDE, session=visit.session_id)
    organisation = Organisation.objects.get(rotas=visit.session.rota_id)
    pair = {f"volunteer.{pk}" for pk in rows.values_list("volunteer_id", flat=True)}
    session = visit.session
    family = visit.request.family
    own = {f"session.{session.pk}", f"rota.{session.rota_id}", f"family.{family.pk}"}
    return own | pair | desks_at(family.street_id) | set(organisation.streams)
