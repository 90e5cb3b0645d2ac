"""How many came to a session and how it was, said by whoever led it or by its coordinator."""

from __future__ import annotations

from datetime import datetime

from backend.accounts.access import note
from backend.accounts.models import User
from backend.common.locking import lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import SessionReported
from backend.outbox.record import record
from backend.records.models import SessionReport
from backend.rota.models import Session
from backend.rota.policy import has_begun
from backend.rota.states import SessionState

MOST_PERSONS = 5000  # of children, and of grown-ups
LONGEST_SAID = 200


class ReportTooEarly(Refusal):
    """The session has not begun, or does not take place. Facts: session."""

    code = "report_too_early"


class BadCount(Refusal):
    """Fewer than none, or more than a session can hold. Facts: most."""

    code = "bad_count"


class ReportMoved(Refusal):
    """Somebody said something else meanwhile. Facts: who (or ""), children, adults."""

    code = "report_moved"


@operation
def report_session(
    *,
    session_id: int,
    children: int,
    adults: int,
    said: str,
    actor: User,
    now: datetime,
    seen: str | None = None,
) -> SessionReport:
    """Say how many children and grown-ups came, volunteers not counted, and how it was in a
    sentence. Said again it is a correction; saying the same changes nothing. `seen`: the mark of
    the report that she corrects, "" of none; None: whatever stands there.

    Raises ReportTooEarly, BadCount, ReportMoved; Session.DoesNotExist.
    """
    session = lock_one(Session, session_id)
    _refuse(session, children, adults, now)
    row = SessionReport.objects.filter(session=session).first() or SessionReport(
        session=session, made_at=now, made_by=actor
    )
    before = row.mark
    was = (row.persons_served, row.children_served, row.said)  # None of a new one
    row.persons_served = children + adults
    row.children_served = children
    row.said = line(said)[:LONGEST_SAID]
    if row.pk and was == (row.persons_served, row.children_served, row.said):
        return row
    if row.pk and seen not in (None, before):
        raise _moved(session_id)
    if row.pk:
        row.corrected_at = now
        row.corrected_by = actor
    row.save()
    counts = f"report {was[0]} to {row.persons_served}"
    note(actor, "change", f"session:{session.pk}", counts, now=now)
    happened = SessionReported(rota=session.rota_id, session=session.pk)
    record(happened, streams=[f"session.{session.pk}"], actor=actor, now=now)
    return row


def _refuse(session: Session, children: int, adults: int, now: datetime) -> None:
    if session.state == SessionState.CANCELLED or not has_begun(session, now):
        raise ReportTooEarly(session=session.pk)
    if not (0 <= children <= MOST_PERSONS and 0 <= adults <= MOST_PERSONS):
        raise BadCount(most=MOST_PERSONS)


def _moved(session_id: int) -> ReportMoved:
    row = SessionReport.objects.select_related("made_by", "corrected_by").get(session=session_id)
    who = str(row.corrected_by or row.made_by or "")
    return ReportMoved(who=who, children=row.children_served, adults=row.adults_served)
