"""A family says how a class was in which it had a seat."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.models import User
from backend.bookings.operations.booking import lock_booking
from backend.common.locking import lock_one, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import FeedbackGiven, FeedbackSeen
from backend.outbox.record import record
from backend.records.models import Feedback
from backend.records.policy import FEEDBACK, may_give_feedback
from backend.records.queries.families import UNSEEN
from backend.rota.models import Session


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
    row.looked_at = None
    row.save()
    streams = [f"session.{session.pk}", f"family.{booking.family_id}"]
    if False in (was[0], tutor_came):  # it stands, or stood, at the desk
        streams += [f"rota.{session.rota_id}", *session.rota.organisation.streams]
    happened = FeedbackGiven(session=session.pk, booking=booking.pk)
    record(happened, streams=streams, actor=actor, now=now)
    return row


@operation
def look_at_feedback(*, session_id: int, actor: User, now: datetime) -> int:
    """Whoever answers for the class has looked at it that no tutor came, as families say; how many
    of them. What a family says later stands there anew. Raises Session.DoesNotExist."""
    lock_one(Session, session_id)
    rows = Feedback.objects.filter(UNSEEN, booking__session=session_id)
    seen = rows.update(looked_at=now)
    if seen:
        session = Session.objects.select_related("rota__organisation").get(pk=session_id)
        record(
            FeedbackSeen(session=session_id),
            streams=[
                f"session.{session_id}",
                f"rota.{session.rota_id}",
                *session.rota.organisation.streams,
            ],
            actor=actor,
            now=now,
        )
    return seen
