"""Hours of service: written down by the word of two people, corrected by a reversal and a new line,
never changed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from backend.accounts.models import User
from backend.common.locking import operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox.kinds import HoursConfirmed, HoursCorrected, VolunteerWasAway
from backend.records.chain import link
from backend.records.models import Attendance, Objection, ServiceRecord
from backend.records.operations.grants import settle_training
from backend.records.operations.presence import AlreadyDecided, NotTheTime, PlaceHeld, hold_part
from backend.records.policy import (
    is_own,
    is_second_word,
    most_minutes,
    opens_at,
    spent_in,
    suggested_minutes,
)
from backend.records.queries.families import words_of_families
from backend.records.queries.hours import with_a_child_between
from backend.rota.models import Assignment
from backend.rota.policy import is_over
from backend.rota.states import HELD, AtHome
from backend.volunteers.operations import ReasonNeeded

LONGEST_NOTE = 120
State = Attendance.State


class OwnHours(Refusal):
    """Nobody confirms her own hours."""

    code = "own_hours"


class OneWordOnly(Refusal):
    """Nobody else has said that she was there: she may say so herself, or it is entered afterwards
    with a reason and a second person."""

    code = "one_word_only"


class BadMinutes(Refusal):
    """Facts: low, high (whole minutes)."""

    code = "bad_minutes"


class TimeCounts(Refusal):
    """What one person does at one time counts once: meanwhile she was with the child of a pair, as
    she told. Facts: begins, ends (of that), most (minutes that are left of this one)."""

    code = "time_counts"


class NothingToCorrect(Refusal):
    """Nothing has been noted of her there yet."""

    code = "nothing_to_correct"


@operation
def confirm_hours(
    *, assignment_id: int, minutes: int, actor: User, now: datetime
) -> ServiceRecord | None:
    """The second word: she served so many whole minutes. The same again changes nothing (None).
    Where nobody else said the first, a family may have (words_of_families).

    Raises OwnHours, OneWordOnly, BadMinutes, TimeCounts, NotTheTime before the end,
    AlreadyDecided, NotExpected; Assignment.DoesNotExist.
    """
    part = hold_part(assignment_id)
    _over(part, now)
    _other(part, actor)
    if part.attendance.state == State.ATTENDED and _live_minutes(part) == minutes:
        return None
    if part.attendance.state != State.OPEN:
        raise AlreadyDecided(state=part.attendance.state)
    word = part.attendance.came_by_id
    if not is_second_word(part.attendance, actor):
        word = words_of_families([part.assignment], actor).get(part.assignment.pk)
    if word is None:
        raise OneWordOnly
    row = served(part, minutes, word, "", actor, now)
    part.record(HoursConfirmed(**part.about()), actor, now)
    return row


@operation
def confirm_signed(*, session_id: int, actor: User, now: datetime) -> int:
    """The second word for everybody of a session who signed in and out, for the minutes between,
    except her own; how many that were. Raises NotTheTime before the end, NotExpected;
    Session.DoesNotExist.
    """
    rows = Assignment.objects.filter(
        session=session_id,
        attended__isnull=True,
        state__in=HELD,
        attendance__state=State.OPEN,
        attendance__came_at__isnull=False,
        attendance__left_at__isnull=False,
    ).exclude(attendance__came_by_id=actor.pk)
    done = 0
    for one in (
        rows.exclude(volunteer__user=actor)
        .order_by("volunteer")
        .select_related("session", "attendance")
    ):
        minutes = suggested_minutes(one.attendance, one.session)
        if not minutes:
            continue
        with suppress(AlreadyDecided, TimeCounts):  # somebody else was faster, or it needs a look
            confirm_hours(assignment_id=one.pk, minutes=minutes, actor=actor, now=now)
            done += 1
    return done


@operation
def note_away(
    *, assignment_id: int, excused: bool, reason: str, actor: User, now: datetime
) -> Attendance:
    """She was not there, or was excused: told mildly, with `reason`, and she may object.

    Raises OwnHours, NotTheTime before the end, AlreadyDecided, NotExpected;
    Assignment.DoesNotExist.
    """
    part = hold_part(assignment_id)
    _over(part, now)
    _other(part, actor)
    state = State.ABSENT
    if excused:
        state = State.EXCUSED
    if part.attendance.state == state:
        return part.attendance
    if part.attendance.state == State.ATTENDED:
        raise AlreadyDecided(state=part.attendance.state)
    decide(part, state, line(reason)[:200], actor, now)
    part.record(VolunteerWasAway(**part.about()), actor, now)
    return part.attendance


@operation
def correct_hours(
    *, assignment_id: int, minutes: int, reason: str, actor: User, now: datetime
) -> None:
    """What was noted was wrong: it is reversed, and `minutes` are written instead; 0: she was not
    there. Raises NothingToCorrect, ReasonNeeded, OwnHours, OneWordOnly when nobody else ever said
    that she was there, BadMinutes, TimeCounts, NotExpected; Assignment.DoesNotExist.
    """
    part = hold_part(assignment_id)
    _other(part, actor)
    note = line(reason)[:LONGEST_NOTE]
    if not note:
        raise ReasonNeeded(most=LONGEST_NOTE)
    if part.attendance.state == State.OPEN:
        raise NothingToCorrect
    before = live_record(part.assignment)
    if minutes == (before.minutes if before else 0):
        return
    word = _word_of(part, before, actor)
    if word is None and minutes > (before.minutes if before else 0):
        raise OneWordOnly
    if before is not None:
        _append(part, -before.minutes, word, note, actor, now, reverses=before)
    if minutes:
        served(part, minutes, word, note, actor, now)
    else:
        decide(part, State.ABSENT, note, actor, now)
    part.record(HoursCorrected(**part.about()), actor, now)


def _word_of(part: PlaceHeld, before: ServiceRecord | None, actor: User) -> int | None:
    """Who else than `actor` says that she was there: whoever said so then, or herself by
    objecting."""
    said: list[int | None] = []
    if before is not None:
        said += [before.word_by_id, before.recorded_by_id]
    said.append(part.attendance.came_by_id)
    if Objection.objects.filter(assignment=part.assignment).exists():
        said.append(part.volunteer.user_id)
    return next((who for who in said if who not in (None, actor.pk)), None)


def served(
    part: PlaceHeld, minutes: int, word: int | None, note: str, actor: User, now: datetime
) -> ServiceRecord:
    """Write the minutes behind her chain and mark that she attended. In an operation that holds
    her. Raises BadMinutes, TimeCounts."""
    most = most_minutes(part.session)
    if not 1 <= minutes <= most:
        raise BadMinutes(low=1, high=most)
    _once(part, minutes)
    row = _append(part, minutes, word, note, actor, now)
    decide(part, State.ATTENDED, note, actor, now)
    return row


def _once(part: PlaceHeld, minutes: int) -> None:
    """Raises TimeCounts. A visit to a child is not asked: it is told of free time alone."""
    span = spent_in(part.attendance, part.session)
    if span is None or part.session.home == AtHome.PAIR:
        return
    begins, ends = span
    meanwhile = with_a_child_between(part.volunteer.pk, begins, ends)
    if not meanwhile:
        return
    spent = sum((min(ends, went) - max(begins, came) for came, went in meanwhile), timedelta())
    most = int((ends - begins - spent).total_seconds()) // 60
    if minutes > most:
        raise TimeCounts(begins=meanwhile[0][0], ends=meanwhile[0][1], most=most)


def decide(part: PlaceHeld, state: State, why: str, actor: User, now: datetime) -> None:
    attendance = part.attendance
    attendance.state = state
    attendance.why = why
    attendance.decided_at = now
    attendance.decided_by_id = actor.pk
    attendance.save()
    attended = state == State.ATTENDED
    Assignment.objects.filter(pk=part.assignment.pk).update(attended=attended)
    settle_training(part, attended, why, actor, now)


def live_record(assignment: Assignment) -> ServiceRecord | None:
    """What counts of her in the session: the line that nothing has reversed."""
    rows = ServiceRecord.objects.filter(
        volunteer=assignment.volunteer_id,
        session=assignment.session_id,
        reverses=None,
        reversed_by=None,
    )
    return rows.order_by("-number").first()


def _append(
    part: PlaceHeld,
    minutes: int,
    word: int | None,
    note: str,
    actor: User,
    now: datetime,
    *,
    reverses: ServiceRecord | None = None,
) -> ServiceRecord:
    row = ServiceRecord(
        volunteer=part.volunteer,
        session=part.session,
        organiser=part.session.rota.organisation,
        minutes=minutes,
        reverses=reverses,
        word_by_id=word,
        recorded_by_id=actor.pk,
        recorded_at=now,
        note=note,
    )
    last = ServiceRecord.objects.filter(volunteer=part.volunteer).order_by("-number").first()
    heads = {part.volunteer.pk: (last.number, last.digest)} if last else {}
    link(row, heads)
    row.save(force_insert=True)
    return row


def _live_minutes(part: PlaceHeld) -> int:
    live = live_record(part.assignment)
    return live.minutes if live else 0


def _over(part: PlaceHeld, now: datetime) -> None:
    if not is_over(part.session, now):
        raise NotTheTime(opens_at=opens_at(part.session), ends_at=part.session.ends_at)


def _other(part: PlaceHeld, actor: User) -> None:
    if is_own(part.volunteer, actor):
        raise OwnHours
