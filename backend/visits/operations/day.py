"""The day of a visit: those who go say that they are there, and that they are out again."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.models import HAS_SEAT, Booking
from backend.bookings.operations import note_family
from backend.bookings.policy import door_is_open
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.outbox.kinds import OfVisitDay, VisitBegun, VisitFinished, VisitHeardSafe
from backend.outbox.record import record
from backend.records.models import Attendance
from backend.records.operations import NotTheTime, sign_in, sign_out
from backend.records.policy import may_sign_out, opens_at
from backend.rota.models import Assignment, Session
from backend.rota.policy import has_begun
from backend.rota.states import HELD
from backend.visits.events import desks_at
from backend.visits.models import Visit, VisitRequest
from backend.visits.policy import INSIDE, PEOPLE
from backend.visits.states import VisitState
from backend.volunteers.models import Volunteer


class VisitNotHers(Refusal):
    """She has no place in it, or it does not take place. Facts: session."""

    code = "visit_not_hers"


class TwoAdultsNeeded(Refusal):
    """Nobody goes alone. Facts: people (who have said yes)."""

    code = "two_adults_needed"


@operation
def begin_visit(*, assignment_id: int, actor: User, now: datetime) -> Visit:
    """They are there: the first tap begins it, each tap signs in who made it. Repeating changes
    nothing.

    Raises VisitNotHers, TwoAdultsNeeded, NotTheTime, NotExpected, AlreadyDecided;
    Assignment.DoesNotExist.
    """
    visit = _visit_of(assignment_id)
    if visit.session.state == Session.State.CANCELLED:
        raise VisitNotHers(session=visit.session_id)
    if not visit.escorted and (people := people_of(visit)) < PEOPLE:
        raise TwoAdultsNeeded(people=people)
    sign_in(assignment_id=assignment_id, how=Attendance.How.VISIT, actor=actor, now=now)
    fresh = Visit.objects.filter(pk=visit.pk, begun_at=None)
    if fresh.update(begun_at=now, begun_by_id=actor.pk):
        _tell(VisitBegun, visit, actor, now)
    visit.refresh_from_db()
    return visit


@operation
def finish_visit(*, assignment_id: int, actor: User, now: datetime) -> Visit:
    """They are out, all of them: nobody is missed any more. Who signed in is signed out while there
    is time for it; afterwards she says when she left. Repeating changes nothing.

    Raises VisitNotHers, NotTheTime before it has begun; Assignment.DoesNotExist.
    """
    visit = _visit_of(assignment_id)
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
    if fresh.update(finished_at=now, finished_by_id=actor.pk):
        _was_at_home(visit, actor, now)
        _done(visit, now)
        _tell(VisitFinished, visit, actor, now)
    visit.refresh_from_db()
    return visit


@operation
def hear_safe(*, visit_id: int, actor: User, now: datetime) -> Visit:
    """A coordinator has spoken to them. Repeating changes nothing."""
    visit = Visit.objects.select_related("session", "request__family").get(pk=visit_id)
    fresh = Visit.objects.filter(pk=visit_id, finished_at=None, safe_at=None)
    if fresh.update(safe_at=now, safe_by=actor):
        if visit.begun_at is not None:
            _was_at_home(visit, actor, now)
        _done(visit, now)
        _tell(VisitHeardSafe, visit, actor, now)
    visit.refresh_from_db()
    return visit


def people_of(visit: Visit) -> int:
    """How many volunteers have said yes to it."""
    rows = Assignment.objects.filter(session=visit.session_id, state__in=HELD)
    return rows.values("volunteer").distinct().count()


def _visit_of(assignment_id: int) -> Visit:
    """The visit in which she has a place, or may still be inside, her row locked first. Raises
    VisitNotHers; Assignment.DoesNotExist."""
    place = Assignment.objects.get(pk=assignment_id)
    lock_one(Volunteer, place.volunteer_id)
    place.refresh_from_db()
    rows = Visit.objects.select_related("session", "request__family")
    visit = rows.filter(session=place.session_id).first()
    inside = Assignment.objects.filter(INSIDE, pk=assignment_id).exists()
    if visit is None or not inside:
        raise VisitNotHers(session=place.session_id)
    return visit


def _was_at_home(visit: Visit, actor: User, now: datetime) -> None:
    """Nobody looks at a ticket at this door: that they were there says that the family was."""
    rows = Booking.objects.filter(session=visit.session_id, family=visit.request.family_id)
    seat = rows.filter(state__in=HAS_SEAT).first()
    if seat is not None and door_is_open(visit.session, now):
        note_family(booking_id=seat.pk, came=True, actor=actor, now=now)


def _done(visit: Visit, now: datetime) -> None:
    rows = VisitRequest.objects.filter(pk=visit.request_id, state=VisitState.PLANNED)
    rows.update(state=VisitState.DONE, ended_at=now)


def _tell(kind: type[OfVisitDay], visit: Visit, actor: User | None, now: datetime) -> None:
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
