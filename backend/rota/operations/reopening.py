"""A session that was called off takes place after all: whoever was to come is asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.accounts.models import User
from backend.common.locking import hold, lock_one, operation
from backend.common.refusal import Refusal, told
from backend.outbox.kinds import OfferMade, SessionReopened
from backend.outbox.record import record
from backend.rota.models import Act, Notice, Offer, Rota, Session, Shift
from backend.rota.operations.acts import note_act
from backend.rota.operations.asking import RefusedPair, alternatives_of, make_offers_that_fit
from backend.rota.operations.notices import Word, tell
from backend.rota.operations.places import streams_of
from backend.rota.operations.sessions import SessionOver
from backend.rota.policy import has_begun, is_at_home, rota_is_over
from backend.volunteers.models import Volunteer


class SessionNotCancelled(Refusal):
    """It takes place already. Facts: session."""

    code = "session_not_cancelled"


class HomeNotReopened(Refusal):
    """It was a time for one family at its home: what the family wishes lives on without it, and may
    have another time, or none, by now. Facts: session."""

    code = "home_not_reopened"


@dataclass(frozen=True)
class Reopened:
    """The session, the questions that were asked, and who cannot be asked and why."""

    session: Session
    asked: Sequence[Offer] = ()
    barred: Sequence[RefusedPair] = ()


def called_off_for(session_id: int) -> list[Notice]:
    """The newest notice of each volunteer that it is called off: who had said yes first, then who
    was asked. Each with her name."""
    rows = Notice.objects.filter(session=session_id, kind=Notice.Kind.CANCELLED)
    newest = rows.select_related("volunteer").order_by("volunteer", "-made_at", "-pk")
    return sorted(newest.distinct("volunteer"), key=lambda n: (not n.promised, n.pk))


@operation
def reopen_session_alone(*, session_id: int, actor: User | None, now: datetime) -> Reopened:
    """It takes place after all. Nobody is moved along: each volunteer who was to come, or had been
    asked, is asked anew, where no rule bars her by now and there is time; the others are told, if
    they have not read yet that it was called off. The families follow in `bookings.operations`.

    Raises SessionNotCancelled, HomeNotReopened, SessionOver (it would have begun, or its rota is
    over).
    """
    notices = called_off_for(session_id)
    hold(Volunteer, {notice.volunteer_id for notice in notices})
    rota = lock_one(Rota, Session.objects.values_list("rota_id", flat=True).get(pk=session_id))
    hold(Session, {session_id} | alternatives_of([session_id]))
    session = lock_one(Session, session_id)
    session.rota = rota
    if session.state != Session.State.CANCELLED:
        raise SessionNotCancelled(session=session_id)
    if is_at_home(session):
        raise HomeNotReopened(session=session_id)
    if has_begun(session, now) or rota_is_over(rota, now):
        raise SessionOver(session=session_id, state=session.state)
    # one of several alternatives opens by being asked for
    is_open = rota.state == Rota.State.PUBLISHED and not session.group
    session.state = Session.State.OPEN if is_open else Session.State.PLANNED
    session.cancelled_because = ""
    session.version += 1
    session.save(update_fields=["state", "cancelled_because", "version"])
    reopened = _ask(session, notices, now)
    _record(reopened, notices, actor, now)
    note_act(Act.Verb.REOPENED, session, actor=actor, now=now)
    return reopened


def _ask(session: Session, notices: Sequence[Notice], now: datetime) -> Reopened:
    shifts = {
        shift.role.name: shift.pk
        for shift in Shift.objects.filter(session=session, target__gt=0).select_related("role")
    }
    pairs = [(n.volunteer_id, shifts[n.role]) for n in notices if n.role in shifts]
    asked = make_offers_that_fit(pairs=pairs, proposal_id=None, now=now)
    _say_that_it_comes_back(asked.made, notices)
    session.refresh_from_db(fields=["state", "staff"])
    unread = {notice.volunteer_id: notice for notice in notices if notice.seen_at is None}
    Notice.objects.filter(session=session, kind=Notice.Kind.CANCELLED, seen_at=None).delete()
    tell(
        (
            _cannot(unread[pair.volunteer_id], pair)
            for pair in asked.refused
            if pair.volunteer_id in unread
        ),
        now,
    )
    return Reopened(session, asked.made, asked.refused)


def _say_that_it_comes_back(offers: Sequence[Offer], notices: Sequence[Notice]) -> None:
    """Her question is not a new one: she reads that the session was called off, and what she had
    said of it. Two statements."""
    promised = {notice.volunteer_id for notice in notices if notice.promised}
    for what, hers in (
        (Offer.Reopened.PROMISED, [o.pk for o in offers if o.volunteer_id in promised]),
        (Offer.Reopened.ASKED, [o.pk for o in offers if o.volunteer_id not in promised]),
    ):
        Offer.objects.filter(pk__in=hers).update(reopened=what)


def _cannot(notice: Notice, pair: RefusedPair) -> Word:
    """She has not read that it was called off, and cannot come to it now that it takes place."""
    broken: list[Mapping[str, object]] = [told(violation) for violation in pair.violations]
    code = "place_taken" if pair.code == "shift_full" else pair.code
    return Word(
        notice.volunteer_id,
        notice.session_id,
        Notice.Kind.BARRED,
        notice.before,
        notice.role,
        notice.promised,
        broken or [{"rule": code}],
    )


def _record(
    reopened: Reopened, notices: Sequence[Notice], actor: User | None, now: datetime
) -> None:
    session = reopened.session
    people = [notice.volunteer_id for notice in notices]
    streams = [*streams_of(session, *people), f"plan.{session.rota_id}"]
    record(
        SessionReopened(rota=session.rota_id, session=session.pk),
        streams=streams,
        actor=actor,
        now=now,
    )
    if reopened.asked:
        offers = tuple(offer.pk for offer in reopened.asked)
        record(
            OfferMade(offers=offers, sessions=(session.pk,)),
            streams=streams,
            actor=actor,
            now=now,
        )
