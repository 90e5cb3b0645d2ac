"""Put a session into a rota, change it, call it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from backend.accounts.models import User
from backend.common.clock import local_midnight
from backend.common.locking import lock, lock_one, operation
from backend.common.reading import line
from backend.common.refusal import Refusal
from backend.outbox import kinds
from backend.outbox.record import record
from backend.places.codes import COUNTY
from backend.places.models import Venue
from backend.programmes.models import Engagement, Role
from backend.rota.agreed import Agreed
from backend.rota.models import Act, Assignment, Notice, Offer, Rota, Session, Shift
from backend.rota.operations.acts import note_act
from backend.rota.operations.again import Touched, ask_again
from backend.rota.operations.fewer import let_some_go
from backend.rota.operations.notices import tell, words_about
from backend.rota.operations.released import Lifted, ask_back, away_from
from backend.rota.operations.series import own_after, without
from backend.rota.operations.session_values import (
    Home,
    SessionValues,
    different,
    values_of,
)
from backend.rota.policy import (
    can_be_changed,
    has_begun,
    is_hour_of_visits,
    is_over,
    is_visit,
    rota_is_over,
)
from backend.rota.states import AtHome


class SessionChangedMeanwhile(Refusal):
    """Someone else changed the session after the page was opened.

    Facts: session, version (the newest).
    """

    code = "session_changed"


class SessionOver(Refusal):
    """A cancelled session, or one that is over or whose rota is, is not changed.

    Facts: session (None: a new one), state (cancelled, or what it was when it ended).
    """

    code = "session_over"


class SessionValueRefused(Refusal):
    """A value that cannot be.

    Facts: field, why (a code word), limit (the number or day that it meets).
    """

    code = "session_value"


@operation
def add_session(
    *,
    rota_id: int,
    engagement_id: int,
    values: SessionValues,
    actor: User | None,
    now: datetime,
    home: Home | None = None,
) -> Session:
    """A new session in a draft or published rota; of a kind at home at a family's `home`. Raises
    SessionValueRefused, SessionOver (a rota that is over).
    """
    rota = lock_one(Rota, rota_id)
    if rota_is_over(rota, now):
        raise SessionOver(session=None, state=rota.state)
    _refuse_span(rota, values, now)
    engagement = Engagement.objects.get(pk=engagement_id)
    if engagement.at_home and home is None:
        raise SessionValueRefused(field="engagement", why="at_home", limit=None)
    session = Session(rota=rota, engagement=engagement, programme_id=engagement.programme_id)
    session.state = (
        Session.State.OPEN if rota.state == Rota.State.PUBLISHED else Session.State.PLANNED
    )
    if home is not None:
        _refuse_home_span(session, values, now)
        _put_at(session, home)
    _write(session, values)
    session.save()
    roles = Role.objects.in_bulk([role for role, _, _ in values.shifts])
    Shift.objects.bulk_create(
        [
            Shift.of(session, roles[role], minimum=low, target=high)
            for role, low, high in values.shifts
        ]
    )
    happened = kinds.SessionAdded(session=session.pk, rota=rota.pk)
    record(happened, streams=_streams(session), actor=actor, now=now)
    note_act(Act.Verb.ADDED, session, actor=actor, now=now)
    return session


def _put_at(session: Session, home: Home) -> None:
    (session.latitude, session.longitude) = home.point
    session.county_code, session.group = home.county_code, home.group
    session.home = AtHome.VISIT


def _lock(session_id: int) -> Session:
    """With its rota, which is locked before it."""
    rota = lock_one(Rota, Session.objects.values_list("rota_id", flat=True).get(pk=session_id))
    session = lock_one(Session, session_id)
    session.rota = rota
    return session


@dataclass(frozen=True)
class ChangedSession:
    """A session as it is now, its terms before, what that meant for each volunteer in it or
    released from it, and the volunteers who hear of it without being touched: their no to what it
    was binds no more, or they read another reason now."""

    session: Session
    before: Agreed
    touched: Sequence[Touched]
    hear: frozenset[int]

    @property
    def streams(self) -> set[str]:
        hears = {one.volunteer for one in self.touched} | self.hear
        return _streams(self.session, [(volunteer, 0) for volunteer in hears])


@operation
def change_session_alone(
    *,
    session_id: int,
    version: int,
    values: SessionValues,
    actor: User | None,
    now: datetime,
    of_series: bool = False,
) -> ChangedSession:
    """Write new values over the version that the coordinator saw. `of_series`: as those of its
    series, otherwise what is changed is its own from now on.

    Where a role is wanted for fewer people than have a place in it, the last who came go
    (fewer.py). When time, place or ages change, nobody is moved along: who had said yes or was
    asked is asked again (志愿服务条例 art. 25), her place kept until she answers; whom the rules
    bar from what it is now is told so (again.py), and whom an earlier change released is asked once
    nothing bars her any more (released.py). The families follow in `planning.operations`.
    Raises SessionChangedMeanwhile, SessionOver, SessionValueRefused; then nothing is changed.
    """
    session = _lock(session_id)
    require_newest(session, version, now)
    _refuse_values(session, values, now)
    before = Agreed.of(session)
    away = away_from(session)
    session.own = _own_after(session, values, of_series)
    _write(session, values)
    session.version += 1
    session.save()
    let_go = let_some_go(session, {role: high for role, _, high in values.shifts}, before, now)
    grown = _change_shifts(session, values.shifts)
    touched, free = ask_again(session, before, now)
    moved = bool(before.changes(Agreed.of(session)) & {"time", "place"})
    back, told = ask_back(session, away, Lifted(moved, grown), now)
    change = ChangedSession(session, before, [*let_go, *touched, *back], free | told)
    happened = kinds.SessionChanged(session=session_id, rota=session.rota_id)
    record(happened, streams=change.streams, actor=actor, now=now)
    terms = {"before": before.as_json(), "after": Agreed.of(session).as_json()}
    note_act(Act.Verb.CHANGED, session, actor=actor, now=now, was=terms)
    return change


def require_newest(session: Session, version: int, now: datetime) -> None:
    """It can be changed, and is as whoever changes it saw it. Under its lock; reads `session.rota`.
    Raises SessionOver, SessionChangedMeanwhile."""
    if not can_be_changed(session, now):
        raise SessionOver(session=session.pk, state=session.state)
    if session.version != version:
        raise SessionChangedMeanwhile(session=session.pk, version=session.version)


@operation
def cancel_session(
    *,
    session_id: int,
    actor: User | None,
    now: datetime,
    because: str = "",
) -> Session:
    """Call a session off: assignments are released, offers taken back, and everybody concerned has
    a notice with the reason (`because`) until she has seen it. Families' bookings follow in
    `bookings.operations`.

    Cancelling twice cancels once. Raises SessionOver for one that has taken place.
    """
    session = lock_one(Session, session_id)
    if session.state == Session.State.CANCELLED:
        return session
    if session.state == Session.State.DONE or is_over(session, now):
        raise SessionOver(session=session_id, state=session.state)
    lock(Shift, session.shifts.values_list("pk", flat=True))
    session.cancelled_because = because
    tell(words_about(session, Notice.Kind.CANCELLED), now)
    people = _release(session, now)
    Offer.objects.filter(session=session, state=Offer.State.PENDING).update(
        state=Offer.State.WITHDRAWN, answered_at=now
    )
    session.shifts.update(taken=0, held=0)
    session.state = Session.State.CANCELLED
    session.staff = 0
    session.version = session.version + 1
    session.save(update_fields=["state", "staff", "version", "cancelled_because"])
    record(
        kinds.SessionCancelled(session=session_id, rota=session.rota_id),
        streams=_streams(session, people),
        actor=actor,
        now=now,
    )
    note_act(Act.Verb.CANCELLED, session, actor=actor, now=now, because=because)
    return session


def _own_after(session: Session, values: SessionValues, of_series: bool) -> list[str] | None:
    if session.series_id is None:
        return None
    before = values_of(session)
    if values.venue_id is None:  # it stays where it is
        values = replace(values, venue_id=session.venue_id)
    if of_series:
        return without(session.own, different(before, values))
    return own_after(session, before, values)


def _write(session: Session, values: SessionValues) -> None:
    title = line(values.title)
    if not title:
        raise SessionValueRefused(field="title", why="empty", limit=None)
    session.title = title
    if values.venue_id is not None:
        venue = Venue.objects.get(pk=values.venue_id)
        session.venue = venue
        session.latitude = venue.latitude
        session.longitude = venue.longitude
        session.county_code = venue.street_id[:COUNTY]
    session.required = values.required
    session.risk_note = line(values.risk_note)
    session.starts_at = values.starts_at
    session.ends_at = values.ends_at
    session.seats_min, session.seats_max, session.seats_per_volunteer = values.seats or (
        None,
        None,
        None,
    )
    session.months_low, session.months_high = values.months or (None, None)


def _refuse_values(session: Session, values: SessionValues, now: datetime) -> None:
    _refuse_span(session.rota, values, now)
    if is_visit(session):
        _refuse_home_span(session, values, now)
    _refuse_seats(session, values)


def _refuse_span(rota: Rota, values: SessionValues, now: datetime) -> None:
    if values.starts_at is None or values.ends_at is None:
        return
    if values.ends_at <= values.starts_at:
        raise SessionValueRefused(field="ends_at", why="not_after_start", limit=None)
    if not local_midnight(rota.starts_on) <= values.starts_at < local_midnight(rota.ends_on):
        raise SessionValueRefused(field="starts_at", why="outside_rota", limit=rota.starts_on)
    if values.starts_at <= now:
        raise SessionValueRefused(field="starts_at", why="past", limit=None)


def _refuse_home_span(session: Session, values: SessionValues, now: datetime) -> None:
    """Somebody goes to a home: not at night, and from when she may say that she is there they may
    be inside, and are looked for when it should be over."""
    if values.starts_at is None or values.ends_at is None:
        return
    if not is_hour_of_visits(values.starts_at, values.ends_at):
        raise SessionValueRefused(field="starts_at", why="home_hours", limit=None)
    if has_begun(session, now + timedelta(minutes=settings.SIGN_IN_MINUTES)):
        raise SessionValueRefused(field="starts_at", why="home_begun", limit=None)


def _refuse_seats(session: Session, values: SessionValues) -> None:
    if session.seats_taken and (values.seats is None or values.seats[1] < session.seats_taken):
        raise SessionValueRefused(field="seats_max", why="seats_taken", limit=session.seats_taken)


def _change_shifts(session: Session, wanted: Sequence[tuple[int, int, int]]) -> set[int]:
    """One shift a role; those that are wanted for more people than before. The shift of a role that
    is not wanted any more stays while somebody had or was asked for a place in it: what she said
    there counts."""
    grown: set[int] = set()
    there = {
        shift.role_id: shift
        for shift in lock(Shift, session.shifts.values_list("pk", flat=True)).values()
    }
    for role, low, high in wanted:
        shift = there.pop(role, None) or Shift.of(session, Role.objects.get(pk=role), target=0)
        more = high > shift.target
        shift.minimum = low
        shift.target = high
        shift.save()
        if more:
            grown.add(shift.pk)
    for shift in there.values():
        if shift.assignments.exists() or shift.offers.exists():
            shift.minimum = 0
            shift.target = 0
            shift.save()
        else:
            shift.delete()
    return grown


def _release(session: Session, now: datetime) -> list[tuple[int, int]]:
    """End all active assignments; (volunteer, shift) of everyone who had a place or was asked."""
    active = Assignment.objects.filter(session=session, state=Assignment.State.ACTIVE)
    had = list(active.values_list("volunteer_id", "shift_id"))
    active.update(state=Assignment.State.RELEASED, ended_at=now)
    return had + list(
        Offer.objects.filter(session=session, state=Offer.State.PENDING).values_list(
            "volunteer_id", "shift_id"
        )
    )


def _streams(session: Session, people: Sequence[tuple[int, int]] = ()) -> set[str]:
    return {
        f"rota.{session.rota_id}",
        f"plan.{session.rota_id}",
        f"session.{session.pk}",
        *(f"volunteer.{v}" for v, _ in people),
    }
