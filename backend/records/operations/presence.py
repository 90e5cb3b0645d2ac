"""签到、签退: who is there, as she shows it herself or as whoever leads the session sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from backend.accounts.models import User
from backend.accounts.operations import count_attempt
from backend.common.locking import lock_one, operation
from backend.common.reading import digits
from backend.common.refusal import Refusal
from backend.common.sealing import blind_index
from backend.organisations.models import Organisation
from backend.outbox.kinds import ArrivalTakenBack, VolunteerArrived, VolunteerLeftSession
from backend.outbox.record import record
from backend.outbox.shape import Kind
from backend.records import codes
from backend.records.models import Attendance
from backend.records.policy import (
    SENT_LATER,
    is_expected,
    may_sign_in,
    may_sign_out,
    opens_at,
)
from backend.rota.models import Assignment, Session
from backend.rota.operations.places import streams_of
from backend.rota.policy import is_over
from backend.volunteers.models import Volunteer

TRIES = 5
TRIED = timedelta(minutes=5)  # so many codes may be typed in that time
TRIES_IN_ALL = 40  # and so many on its day: three codes of a million fit at any moment
DAY = timedelta(days=1)
How = Attendance.How
BY_A_CODE = (How.CODE, How.WALL, How.KEPT)
State = Attendance.State


class NotExpected(Refusal):
    """She has no place there, or it does not take place. Facts: session."""

    code = "not_expected"


class NotTheTime(Refusal):
    """It is too early, or too late. Facts: opens_at, ends_at."""

    code = "not_the_time"


class WrongCode(Refusal):
    """It is not the code that is shown there now."""

    code = "wrong_code"


class TooManyTries(Refusal):
    """She has typed too many codes. Facts: minutes (until she may go on; 0: not today)."""

    code = "too_many_tries"


class NotThereYet(Refusal):
    """Nobody has said that she came, so she cannot go."""

    code = "not_there_yet"


class AlreadyDecided(Refusal):
    """Her hours are confirmed, or it is noted that she was not there. Facts: state."""

    code = "already_decided"


class BadTimes(Refusal):
    """She cannot have come after she left, or at another time than that of the session."""

    code = "bad_times"


@dataclass(frozen=True)
class PlaceHeld:
    """One person's place in a session, its rows locked."""

    assignment: Assignment
    session: Session
    volunteer: Volunteer
    attendance: Attendance

    @property
    def streams(self) -> list[str]:
        """Whoever looks at the session, at her, or at the desk where hours are confirmed."""
        return [*streams_of(self.session, self.volunteer.pk), *desks_of(self.session)]

    def about(self) -> dict[str, int]:
        """What every event of it names."""
        return {
            "rota": self.session.rota_id,
            "session": self.session.pk,
            "volunteer": self.volunteer.pk,
            "assignment": self.assignment.pk,
        }

    def record(self, happened: Kind, actor: User | None, now: datetime) -> None:
        record(happened, streams=self.streams, actor=actor, now=now)


def desks_of(session: Session) -> set[str]:
    """The streams of every desk where hours of the session are confirmed: of the organisation that
    keeps its rota, of the county in which it lies, and of whoever helps to run it. One
    statement."""
    here = Q(division=session.county_code) | Q(sessions=session)
    others = Organisation.objects.filter(here).distinct()
    every = [session.rota.organisation, *others]
    return {stream for one in every for stream in one.streams}


def hold_part(assignment_id: int) -> PlaceHeld:
    """Lock the person and read what hangs on her there. Raises NotExpected;
    Assignment.DoesNotExist."""
    found = Assignment.objects.get(pk=assignment_id)
    volunteer = lock_one(Volunteer, found.volunteer_id)
    rows = Assignment.objects.select_related("session__rota__organisation", "shift__role")
    assignment = rows.get(pk=assignment_id)
    session = assignment.session
    if not is_expected(assignment, session):
        raise NotExpected(session=session.pk)
    known = {None: State.OPEN, True: State.ATTENDED, False: State.ABSENT}[assignment.attended]
    attendance, _ = Attendance.objects.get_or_create(
        assignment=assignment, defaults={"state": known}
    )  # of hours that were written down before there were sign-ins, no more is known
    return PlaceHeld(assignment, session, volunteer, attendance)


def sign_in_by_code(
    *, assignment_id: int, typed: str, actor: User, now: datetime, at: datetime | None = None
) -> Attendance:
    """She types what she was told; `at`: when she did, where there was no network to send it. Each
    try is counted, whatever follows from it.

    Raises WrongCode, TooManyTries, and what sign_in() raises; Assignment.DoesNotExist.
    """
    typed_at = tapped_at(at, now)
    session_id = Assignment.objects.values_list("session_id", flat=True).get(pk=assignment_id)
    counter = blind_index(str(assignment_id), "session.code")
    if not count_attempt(counters={counter: TRIES}, window=TRIED, now=now):
        raise TooManyTries(minutes=int(TRIED.total_seconds()) // 60)
    of_day = blind_index(str(assignment_id), "session.code.day")
    if not count_attempt(counters={of_day: TRIES_IN_ALL}, window=DAY, now=now):
        raise TooManyTries(minutes=0)
    if not codes.is_spoken(session_id, digits(typed), typed_at):
        raise WrongCode
    how = How.CODE if typed_at == now else How.KEPT
    return sign_in(assignment_id=assignment_id, how=how, actor=actor, now=now, at=typed_at)


def tapped_at(at: datetime | None, now: datetime) -> datetime:
    """When it was tapped or typed: a phone's clock is believed for as long as a day out may last,
    and never beyond now."""
    if at is None or not now - SENT_LATER <= at <= now:
        return now
    return at


def sign_in_by_proof(*, assignment_id: int, text: str, actor: User, now: datetime) -> Attendance:
    """She scanned a code a moment ago. Raises WrongCode, and what sign_in() raises;
    Assignment.DoesNotExist."""
    proof = codes.read_proof(text, now)
    session = Session.objects.get(assignments=assignment_id)
    if proof is not None and proof.session == session.pk:
        return sign_in(assignment_id=assignment_id, how=How.CODE, actor=actor, now=now)
    if proof is not None and proof.venue is not None and proof.venue == session.venue_id:
        return sign_in(assignment_id=assignment_id, how=How.WALL, actor=actor, now=now)
    raise WrongCode


@operation
def sign_in(
    *, assignment_id: int, how: str, actor: User, now: datetime, at: datetime | None = None
) -> Attendance:
    """She is there, as `how` shows, since `at` (now, unless said otherwise). The first word stands:
    repeating changes nothing.

    Raises NotExpected, NotTheTime, AlreadyDecided; Assignment.DoesNotExist.
    """
    part = hold_part(assignment_id)
    attendance = part.attendance
    if attendance.came_at is not None:
        return attendance
    if attendance.state != Attendance.State.OPEN:
        raise AlreadyDecided(state=attendance.state)
    came_at = at or now
    if not may_sign_in(part.session, came_at):
        raise NotTheTime(opens_at=opens_at(part.session), ends_at=part.session.ends_at)
    _came(attendance, came_at, how, actor)
    part.record(VolunteerArrived(**part.about()), actor, now)
    return attendance


@operation
def sign_out(
    *, assignment_id: int, how: str, actor: User, now: datetime, at: datetime | None = None
) -> Attendance:
    """She goes. Whoever taps again after the end is not made to leave later: the first word stands.
    `at`: when she tapped, where there was no network to send it; it is judged at that moment.

    Raises NotThereYet, NotTheTime, AlreadyDecided, BadTimes when she went before she came,
    NotExpected; Assignment.DoesNotExist.
    """
    left_at = tapped_at(at, now)
    part = hold_part(assignment_id)
    attendance = part.attendance
    if attendance.left_at is not None:
        return attendance
    if attendance.state != Attendance.State.OPEN:
        raise AlreadyDecided(state=attendance.state)
    if attendance.came_at is None:
        raise NotThereYet
    if not may_sign_out(part.session, left_at):
        raise NotTheTime(opens_at=opens_at(part.session), ends_at=part.session.ends_at)
    if left_at < attendance.came_at:
        raise BadTimes
    later = how == How.CODE and left_at != now
    _left(attendance, left_at, How.KEPT if later else how, actor)
    part.record(VolunteerLeftSession(**part.about()), actor, now)
    return attendance


@operation
def take_back_arrival(*, assignment_id: int, actor: User, now: datetime) -> Attendance:
    """Whoever leads noted the wrong person. What somebody showed by a code herself stays.

    Repeating changes nothing. Raises AlreadyDecided, NotExpected; Assignment.DoesNotExist.
    """
    part = hold_part(assignment_id)
    attendance = part.attendance
    if attendance.state != Attendance.State.OPEN or attendance.came_how in BY_A_CODE:
        raise AlreadyDecided(state=attendance.state)
    if attendance.came_at is None:
        return attendance
    attendance.came_at = attendance.came_by_id = attendance.left_at = attendance.left_by_id = None
    attendance.came_how = attendance.left_how = ""
    attendance.save()
    part.record(ArrivalTakenBack(**part.about()), actor, now)
    return attendance


@operation
def take_back_leaving(*, assignment_id: int, actor: User, now: datetime) -> Attendance:
    """She is still in the home: that she left was a slip. What she said afterwards, and what is
    decided, stays. Repeating changes nothing. Raises NotExpected; Assignment.DoesNotExist."""
    part = hold_part(assignment_id)
    attendance = part.attendance
    slipped = attendance.left_at is not None and attendance.left_how == How.VISIT
    if slipped and attendance.state == Attendance.State.OPEN:
        attendance.left_at = attendance.left_by_id = None
        attendance.left_how = ""
        attendance.save()
        part.record(VolunteerArrived(**part.about()), actor, now)
    return attendance


@operation
def say_afterwards(
    *, assignment_id: int, came_at: datetime, left_at: datetime, actor: User, now: datetime
) -> Attendance:
    """She was there and nobody signed her in, or out: she says from when to when, and somebody
    confirms it. What she signed at the place stays as it is.

    Raises BadTimes, NotTheTime before the end, AlreadyDecided, NotExpected;
    Assignment.DoesNotExist.
    """
    part = hold_part(assignment_id)
    attendance = part.attendance
    session = part.session
    if attendance.state != Attendance.State.OPEN:
        raise AlreadyDecided(state=attendance.state)
    if not is_over(session, now):
        raise NotTheTime(opens_at=opens_at(session), ends_at=session.ends_at)
    if attendance.came_at is None or attendance.came_how == How.LATER:
        _came(attendance, came_at, How.LATER, actor)
    if attendance.left_at is None or attendance.left_how == How.LATER:
        _left(attendance, left_at, How.LATER, actor)
    assert attendance.came_at is not None and attendance.left_at is not None
    opens = opens_at(session)
    if opens is None or attendance.came_at < opens or attendance.left_at > now:
        raise BadTimes
    if attendance.came_at >= attendance.left_at:
        raise BadTimes
    part.record(VolunteerLeftSession(**part.about()), actor, now)
    return attendance


def _came(attendance: Attendance, at: datetime, how: str, actor: User) -> None:
    attendance.came_at = at
    attendance.came_how = how
    attendance.came_by_id = actor.pk
    attendance.save()


def _left(attendance: Attendance, at: datetime, how: str, actor: User) -> None:
    attendance.left_at = at
    attendance.left_how = how
    attendance.left_by_id = actor.pk
    attendance.save()
