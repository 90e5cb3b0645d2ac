"""What messages are about, read as it is now: for each condition of `table.MessageKind.while_` the
subjects of which it still holds, with what the words are made of.

Each reads all its subjects in a constant number of statements. A subject that is left out is moot:
nobody is told what is true no more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.bookings.models import ANSWERABLE, Booking
from backend.bookings.queries import fit_again, hindrances, instead_of, minders_missing
from backend.common.bulk import among
from backend.common.clock import local_day
from backend.notifications.agreement_facts import OF_AGREEMENTS
from backend.notifications.cover_facts import OF_COVERS
from backend.notifications.export_facts import OF_EXPORTS
from backend.notifications.family_facts import OF_FAMILIES
from backend.notifications.friend_facts import OF_FRIENDS
from backend.notifications.hour_facts import OF_HOURS
from backend.notifications.lasting import OF_LASTING
from backend.notifications.minor_facts import OF_MINORS
from backend.notifications.people_facts import OF_PEOPLE
from backend.notifications.staffing_facts import OF_STAFFING
from backend.notifications.statement_facts import OF_STATEMENTS
from backend.notifications.titles import OF_SESSION, title_of
from backend.notifications.visit_facts import OF_VISITS
from backend.places.models import Venue
from backend.planning.models import Proposal, Run
from backend.planning.states import ProposalState
from backend.programmes.queries import credential_names
from backend.rota.agreed import Agreed
from backend.rota.models import Assignment, Offer, Session, Shift
from backend.rota.policy import TAKES_PLACE, is_at_home, not_begun, not_over
from backend.rota.queries import unread_notices
from backend.rota.states import TO_COME
from backend.volunteers.models import HandIn, VettingCheck, VolunteerCredential
from backend.volunteers.queries import LAPSES_SOON, answers_that_count
from backend.words.saying import About

Ids = Collection[int]
Found = dict[int, About]

NEAR = timedelta(hours=72)  # a hole in what begins sooner is somebody's business today


# --- offers and places ----------------------------------------------------------------------------
def offer_waits(ids: Ids, now: datetime) -> Found:
    """The question waits for her answer."""
    return _offers(Q(state=Offer.State.PENDING, answer_by__gt=now), ids)


def offer_withdrawn(ids: Ids, now: datetime) -> Found:
    """It was taken back, of a session that still takes place and in which she was asked for no
    other role instead; where she had promised to come she has a notice instead, and of a session
    that was called off, too."""
    instead = Offer.objects.filter(
        session=OuterRef("session"), volunteer=OuterRef("volunteer"), state=Offer.State.PENDING
    )
    only_asked = Q(before__isnull=True) | Q(before__promised=False)
    taken_back = Q(~Exists(instead), state=Offer.State.WITHDRAWN, session__state__in=TO_COME)
    return _offers(taken_back & only_asked, ids)


def offer_expired(ids: Ids, now: datetime) -> Found:
    """Her time ran out, and the session, one without a beginning included, is still to come."""
    ran_out = Q(state=Offer.State.EXPIRED, session__state__in=TO_COME)
    return _offers(not_begun(now, "session__") & ran_out, ids)


def _offers(condition: Q, ids: Ids) -> Found:
    rows = Offer.objects.filter(condition, among("pk", ids)).select_related(
        *OF_SESSION, "shift__role"
    )
    return {
        offer.pk: About(
            key=offer.session_id,
            title=title_of(offer.session),
            role=offer.shift.role.name,
            agreed=Agreed.of(offer.session),
            was=Agreed.from_json(offer.before) if offer.before else None,
            answer_by=offer.answer_by,
            state=offer.state,
            reopened=offer.reopened,
        )
        for offer in rows.order_by("session__starts_at", "pk")
    }


def notice_unseen(ids: Ids, now: datetime) -> Found:
    """She has not said that she has seen it, and it is still so."""
    rows = unread_notices(now).filter(among("pk", ids)).select_related(*OF_SESSION)
    names = credential_names()
    return {
        one.pk: About(
            key=one.session_id,
            title=title_of(one.session),
            agreed=Agreed.of(one.session),
            notice=one,
            names=names,
        )
        for one in rows.order_by("pk")
    }


def assignment_active(ids: Ids, now: datetime) -> Found:
    """She has the place, and it has not begun."""
    rows = Assignment.objects.filter(
        not_begun(now, "session__"),
        among("pk", ids),
        state=Assignment.State.ACTIVE,
    ).select_related(*OF_SESSION, "shift__role")
    return {
        one.pk: About(
            key=one.session_id,
            title=title_of(one.session),
            role=one.shift.role.name,
            agreed=Agreed.of(one.session),
        )
        for one in rows.order_by("session__starts_at", "pk")
    }


def shift_short(ids: Ids, now: datetime) -> Found:
    """The shift has fewer people, those who are asked included, than it needs, and it begins soon
    and takes place (rota.policy.takes_place)."""
    rows = Shift.objects.filter(
        not_begun(now, "session__"),
        among("pk", ids),
        session__in=Session.objects.filter(TAKES_PLACE, state__in=TO_COME),
        session__starts_at__lte=now + NEAR,
    ).select_related(*OF_SESSION, "role")
    return {
        shift.pk: About(
            key=shift.session_id,
            title=title_of(shift.session),
            role=shift.role.name,
            agreed=Agreed.of(shift.session),
            number=shift.minimum - shift.taken - shift.held,
        )
        for shift in rows.order_by("session__starts_at", "pk")
        if shift.taken + shift.held < shift.minimum
    }


# --- bookings -------------------------------------------------------------------------------------
def seat_waits(ids: Ids, now: datetime) -> Found:
    """Seats are kept for the family until it answers."""
    return _with_hindrances(_bookings(Q(state__in=ANSWERABLE, answer_by__gt=now), ids))


def booking_confirmed(ids: Ids, now: datetime) -> Found:
    """The family comes, and it has not begun; each with whether nobody minds the children yet."""
    to_come = Q(not_begun(now, "session__"), session__state=Session.State.OPEN)
    found = _bookings(Q(to_come, state=Booking.State.CONFIRMED), ids)
    sessions = dict(Booking.objects.filter(among("pk", found)).values_list("pk", "session_id"))
    missing = minders_missing(sessions.values())
    return {
        pk: replace(
            one,
            unminded=sessions[pk] in missing,
            asked_again=missing.get(sessions[pk], False),
        )
        for pk, one in found.items()
    }


def booking_changed(ids: Ids, now: datetime) -> Found:
    """It has a part in the session still, and if it is asked, it may still answer."""
    live = Q(state__in=(Booking.State.WAITING, Booking.State.CONFIRMED))
    rows = _bookings(live | Q(state__in=ANSWERABLE, answer_by__gt=now), ids)
    again = fit_again(list(Booking.objects.filter(among("pk", rows))))
    return {
        pk: replace(one, fit_again=len(again.get(pk, ())))
        for pk, one in _with_hindrances(rows).items()
    }


def booking_waits(ids: Ids, now: datetime) -> Found:
    """It stands in the line of a session that is to come, or a seat there is kept for it."""
    ahead = Q(not_begun(now, "session__"), session__state__in=TO_COME)
    asked = Q(state=Booking.State.OFFERED, answer_by__gt=now)
    return _bookings(Q(ahead, asked | Q(state=Booking.State.WAITING)), ids)


def booking_called_off(ids: Ids, now: datetime) -> Found:
    """The session does not take place, and would not be over yet: who waits at home or stands at
    the door hears of it too; who only waited, or had not answered yet, included. Of one that takes
    place after all nobody hears that it does not."""
    called_off = Q(
        not_over(now, "session__"),
        end_reason__in=CALLED_OFF,
        session__state=Session.State.CANCELLED,
    )
    return _with_others(_bookings(called_off, ids), now)


CALLED_OFF = (Booking.EndReason.CALLED_OFF, Booking.EndReason.OFF_WAITING)


def booking_over(ids: Ids, now: datetime) -> Found:
    """Its seats were taken back, and the session has not begun."""
    taken_back = Q(not_begun(now, "session__"), state=Booking.State.CANCELLED)
    return _with_others(_bookings(taken_back, ids), now)


def booking_expired(ids: Ids, now: datetime) -> Found:
    """It has no seat: its time to answer ran out, or none came free."""
    return _with_others(_bookings(Q(state=Booking.State.EXPIRED), ids), now)


def _bookings(condition: Q, ids: Ids) -> Found:
    rows = Booking.objects.filter(condition, among("pk", ids)).select_related(*OF_SESSION)
    return {
        booking.pk: About(
            key=booking.pk,
            title=title_of(booking.session),
            agreed=Agreed.of(booking.session),
            was=Agreed.from_json(booking.changed_from) if booking.changed_from else None,
            answer_by=booking.answer_by,
            state=booking.end_reason or booking.state,
            why=booking.session.cancelled_because,
            at_home=is_at_home(booking.session),
        )
        for booking in rows.order_by("session__starts_at", "pk")
    }


def _with_hindrances(found: Found) -> Found:
    """The same, each of those who are asked or wait with whether the rules would refuse her yes:
    the session meets another one of hers, or is for other ages, of some of her children or all."""
    open_yet = [
        pk for pk, one in found.items() if one.answer_by or one.state == Booking.State.WAITING
    ]
    rows = Booking.objects.filter(among("pk", open_yet)).select_related("session")
    hindered = hindrances(list(rows)) if open_yet else {}
    able = {pk: len(hindrance.could_come) for pk, hindrance in hindered.items()}
    return {
        pk: replace(one, hindered=pk in hindered, could_come=able.get(pk, 0))
        for pk, one in found.items()
    }


def booking_absent(ids: Ids, now: datetime) -> Found:
    """It is noted that it had seats and did not come."""
    return _bookings(Q(state=Booking.State.ABSENT), ids)


def _with_others(found: Found, now: datetime) -> Found:
    """The same with what else fits those families."""
    bookings = Booking.objects.filter(among("pk", found)).select_related("session").order_by("pk")
    others = instead_of(list(bookings), now)
    return {
        pk: replace(one, others=tuple(Agreed.of(session) for session in others[pk]))
        for pk, one in found.items()
    }


# --- plans ----------------------------------------------------------------------------------------
def proposal_open(ids: Ids, now: datetime) -> Found:
    """It waits for somebody to look at it and to publish it."""
    rows = _proposals().filter(among("pk", ids), state=ProposalState.OPEN)
    return {one.pk: About(key=one.pk, name=one.rota.name) for one in rows}


def _proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related("rota").only("rota__name").order_by("pk")


def run_over(ids: Ids, now: datetime) -> Found:
    """It ended without a plan. Of a what-if only its own page speaks."""
    ended = Run.objects.filter(among("pk", ids), state=Run.State.FAILED, what_if__isnull=True)
    rows = ended.select_related("rota")
    return {
        run.pk: About(key=run.rota_id, name=run.rota.name, why=run.trouble)
        for run in rows.only("rota__name", "trouble", "rota_id").order_by("pk")
    }


# --- people ---------------------------------------------------------------------------------------
def always(ids: Ids, now: datetime) -> Found:
    """It stays true."""
    return {pk: About(key=pk) for pk in ids}


def sheet_valid(ids: Ids, now: datetime) -> Found:
    """The place is used still; with the number of the sheet that belongs on its wall."""
    rows = Venue.objects.filter(among("pk", ids), active=True)
    return {one.pk: About(key=one.pk, name=one.name, number=one.wall_number) for one in rows}


def credential_there(ids: Ids, now: datetime) -> Found:
    """It is in the register."""
    rows = VolunteerCredential.objects.filter(among("pk", ids)).select_related("kind")
    return {one.pk: About(key=one.pk, name=one.kind.name) for one in rows.order_by("pk")}


def credential_over(ids: Ids, now: datetime) -> Found:
    """It was ended early, and no newer one has taken its place."""
    rows = VolunteerCredential.objects.filter(among("pk", ids)).exclude(ended_because="")
    return {
        one.pk: About(
            key=one.pk,
            name=one.kind.name,
            day=one.valid_until,
            why=one.ended_because,
            state=one.how_it_ended,
        )
        for one in rows.select_related("kind").order_by("pk")
    }


def hand_in_waits(ids: Ids, now: datetime) -> Found:
    """Nobody has looked at it yet."""
    rows = HandIn.objects.filter(among("pk", ids), state=HandIn.State.WAITING)
    return {one.pk: About(key=one.pk) for one in rows.order_by("made_at", "pk")}


def hand_in_returned(ids: Ids, now: datetime) -> Found:
    """It came back, and she has shown no other since."""
    newer = HandIn.objects.filter(
        volunteer=OuterRef("volunteer"), kind=OuterRef("kind"), pk__gt=OuterRef("pk")
    )
    rows = HandIn.objects.filter(~Exists(newer), among("pk", ids), state=HandIn.State.RETURNED)
    return {
        one.pk: About(key=one.pk, name=one.kind.name, why=one.reason)
        for one in rows.select_related("kind").order_by("pk")
    }


def vetting_waits(ids: Ids, now: datetime) -> Found:
    """She has consented, and nobody has written down an answer."""
    rows = VettingCheck.objects.filter(among("pk", ids), result=VettingCheck.Result.PENDING)
    return {pk: About(key=pk) for pk in rows.order_by("pk").values_list("pk", flat=True)}


def vetting_holds(ids: Ids, now: datetime) -> Found:
    """It is clear and no newer answer has come."""
    rows = _clear(ids).filter(valid_until__gte=local_day(now))
    return {one.pk: About(key=one.pk, day=one.valid_until) for one in rows.order_by("pk")}


def vetting_lapses(ids: Ids, now: datetime) -> Found:
    """It lapses soon, and she has not consented to the next one."""
    asked = VettingCheck.objects.filter(
        volunteer=OuterRef("volunteer"), result=VettingCheck.Result.PENDING
    )
    soon = (local_day(now), local_day(now + LAPSES_SOON))
    rows = _clear(ids).filter(~Exists(asked), valid_until__range=soon)
    return {one.pk: About(key=one.pk, day=one.valid_until) for one in rows.order_by("pk")}


def _clear(ids: Ids) -> QuerySet[VettingCheck]:
    """Those of them that are the answer that counts, and clear."""
    these = VettingCheck.objects.filter(among("pk", ids))
    about = VettingCheck.objects.filter(volunteer__in=these.values("volunteer"))
    counts = answers_that_count(about)
    return these.filter(pk__in=counts.values("pk"), result=VettingCheck.Result.CLEAR)


def credential_lapses(ids: Ids, now: datetime) -> Found:
    """It lapses soon, and no newer one has taken its place."""
    rows = VolunteerCredential.objects.filter(
        among("pk", ids), valid_until__range=(local_day(now), local_day(now + LAPSES_SOON))
    ).select_related("kind")
    return {one.pk: About(key=one.pk, name=one.kind.name, day=one.valid_until) for one in rows}


FACTS: dict[str, Callable[[Ids, datetime], Found]] = {
    read.__name__: read
    for read in (
        *OF_HOURS,
        *OF_EXPORTS,
        *OF_FAMILIES,
        *OF_VISITS,
        *OF_LASTING,
        offer_waits,
        offer_withdrawn,
        offer_expired,
        notice_unseen,
        assignment_active,
        shift_short,
        seat_waits,
        booking_confirmed,
        booking_changed,
        booking_waits,
        booking_called_off,
        booking_over,
        booking_expired,
        booking_absent,
        *OF_STAFFING,
        *OF_MINORS,
        *OF_STATEMENTS,
        *OF_AGREEMENTS,
        *OF_COVERS,
        *OF_FRIENDS,
        proposal_open,
        run_over,
        always,
        *OF_PEOPLE,
        sheet_valid,
        credential_there,
        credential_lapses,
        credential_over,
        hand_in_waits,
        hand_in_returned,
        vetting_waits,
        vetting_holds,
        vetting_lapses,
    )
}
