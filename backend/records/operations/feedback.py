"""A family says how a class was in which it had a seat."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.operations.booking import lock_booking
from backend.common.locking import operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import FeedbackGiven
from backend.outbox.record import record
from backend.records.models import Feedback
from backend.records.policy import FEEDBACK, may_give_feedback


class FeedbackClosed(Refusal):
    """It had no seat there, or the class is not over yet or over for long. Facts: booking,
    days."""

    code = "feedback_closed"


@operation
def give_feedback(
    *, booking_id: int, tutor_came: bool, felt: int | None, actor: User | None, now: datetime
) -> Feedback:
    """Whether a tutor came and, unless None, how it was (`Feedback.Felt`); said again it counts
    anew, and saying the same changes nothing. Where no tutor came there is nothing to feel.

    Raises FeedbackClosed; Booking.DoesNotExist.
    """
    booking, session = lock_booking(booking_id)
    if not may_give_feedback(booking, session, now):
        raise FeedbackClosed(booking=booking_id, days=FEEDBACK.days)
    row = Feedback.objects.filter(booking=booking).first() or Feedback(booking=booking)
    was = (row.tutor_came, row.felt)
    row.tutor_came = tutor_came
    if felt is not None or not tutor_came:
        row.felt = felt if tutor_came else None
    if row.pk and was == (row.tutor_came, row.felt):
        return row
    row.said_at = now
    row.save()
    record(
        FeedbackGiven(session=session.pk, booking=booking.pk),
        streams=[f"session.{session.pk}", f"family.{booking.family_id}"],
        actor=actor,
        now=now,
    )
    return row
