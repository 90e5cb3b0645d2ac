"""When somebody may sign in and out, how long she served, and whose word counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.records.models import Attendance
from backend.rota.models import Assignment, Session
from backend.rota.policy import is_at_home, is_over
from backend.rota.states import HELD
from backend.volunteers.models import Volunteer

SIGN_OUT = timedelta(hours=2)  # after the end; later she says when she left, and somebody confirms
SENT_LATER = timedelta(hours=12)  # what was tapped without network waits on a phone
FEEDBACK = timedelta(days=14)  # after the end of a class a family may say how it was
LONGER = 240  # minutes beyond the plan that a confirmation may have


def is_expected(assignment: Assignment, session: Session) -> bool:
    """She has, or had, the place in a session that takes place at a time."""
    return (
        assignment.state in HELD
        and session.state not in (Session.State.CANCELLED, Session.State.PLANNED)
        and session.starts_at is not None
    )


def opens_at(session: Session) -> datetime | None:
    """From when on one may sign in; None for an engagement without a time."""
    if session.starts_at is None:
        return None
    return session.starts_at - timedelta(minutes=settings.SIGN_IN_MINUTES)


def may_sign_in(session: Session, now: datetime) -> bool:
    """From SIGN_IN_MINUTES before the beginning to the end."""
    opens = opens_at(session)
    if opens is None or session.ends_at is None:
        return False
    return opens <= now and not is_over(session, now)


def can_be_training(session: Session, now: datetime) -> bool:
    """At no home, and not over. Reads its kind."""
    return not is_for_home(session) and may_yet_be_named(session, now)


def is_for_home(session: Session) -> bool:
    """A family is looked to there, and nobody is taught. Reads its kind."""
    return is_at_home(session) or session.engagement.at_home


def may_yet_be_named(session: Session, now: datetime) -> bool:
    """It has a time, takes place, and is not over: nobody's attendance has been confirmed."""
    return (
        session.ends_at is not None
        and session.state != Session.State.CANCELLED
        and not is_over(session, now)
    )


def may_sign_out(session: Session, now: datetime) -> bool:
    opens = opens_at(session)
    if opens is None or session.ends_at is None:
        return False
    return opens <= now < session.ends_at + SIGN_OUT


def may_give_feedback(booking: Booking, session: Session, now: datetime) -> bool:
    """The family had a seat in a class that is over, not long ago. Whether it came is not asked:
    the door may have been forgotten."""
    if session.state == Session.State.CANCELLED or session.ends_at is None:
        return False
    sat = booking.state in (Booking.State.CONFIRMED, Booking.State.ATTENDED)
    return sat and is_over(session, now) and now < session.ends_at + FEEDBACK


def planned_minutes(session: Session) -> int:
    """0 for an engagement without a time."""
    if session.starts_at is None or session.ends_at is None:
        return 0
    return int((session.ends_at - session.starts_at).total_seconds()) // 60


def minutes_between(session: Session, came: datetime | None, left: datetime | None) -> int:
    """Whole minutes of the planned time in which she was there; 0 while either end is unknown.

    Who comes early waits, who stays longer is thanked: whoever confirms may write more.
    """
    if came is None or left is None or session.starts_at is None or session.ends_at is None:
        return 0
    begins = max(came, session.starts_at)
    ends = min(left, session.ends_at)
    return max(0, int((ends - begins).total_seconds()) // 60)


def spent_in(attendance: Attendance, session: Session) -> tuple[datetime, datetime] | None:
    """From when to when she was there at most: as signed, and otherwise all of it. None without a
    time."""
    if session.starts_at is None or session.ends_at is None:
        return None
    came = max(session.starts_at, attendance.came_at or session.starts_at)
    return came, min(session.ends_at, attendance.left_at or session.ends_at)


def suggested_minutes(attendance: Attendance | None, session: Session) -> int:
    """What a confirmation is filled in with: as signed, to the end where the sign-out was
    forgotten, the whole plan where nobody signed in."""
    if attendance is None or attendance.came_at is None:
        return planned_minutes(session)
    left = attendance.left_at or session.ends_at
    return minutes_between(session, attendance.came_at, left)


def most_minutes(session: Session) -> int:
    return planned_minutes(session) + LONGER


def is_own(volunteer: Volunteer, user: User) -> bool:
    """Nobody confirms her own hours."""
    return volunteer.user_id is not None and volunteer.user_id == user.pk


def is_second_word(attendance: Attendance, user: User) -> bool:
    """Somebody else has said before that she was there: herself, or who saw her."""
    return attendance.came_by_id is not None and attendance.came_by_id != user.pk
