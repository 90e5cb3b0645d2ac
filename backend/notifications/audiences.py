"""Whom an event concerns: the recipients and, for each, the rows that her message is about.

Each function asks a constant number of statements, however many people there are. Rows are named by
their state as it is now: who was asked and has answered since is not told that she is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.bookings.queries import without_minder
from backend.common.bulk import among
from backend.families.models import Guardian
from backend.notifications import facts
from backend.notifications.account_audiences import OF_ACCOUNTS
from backend.notifications.agreement_audiences import OF_AGREEMENTS
from backend.notifications.cover_audiences import OF_COVERS
from backend.notifications.export_audiences import WHO_EXPORTS
from backend.notifications.family_audiences import OF_ONE_FAMILY
from backend.notifications.friend_audiences import OF_FRIENDS
from backend.notifications.hour_audiences import OF_HOURS
from backend.notifications.lasting import TO_LASTING
from backend.notifications.minor_audiences import OF_MINORS
from backend.notifications.recipients import Audience, Happened
from backend.notifications.responsible import coordinators_of, of_responsible, responsible
from backend.notifications.staffing_facts import TOLD_AT_ONCE, children_unminded
from backend.notifications.told import untold
from backend.notifications.visit_audiences import OF_VISITS
from backend.organisations.models import NumberQuestion
from backend.organisations.policy import VETS
from backend.outbox import kinds
from backend.places.queries import printed_by
from backend.planning.models import Proposal, ProposalLine, Run
from backend.rota.models import Notice, Offer, Session, Shift
from backend.rota.policy import had_promised
from backend.volunteers.models import HandIn, VettingCheck, Volunteer, VolunteerCredential

NOTICED = (
    kinds.SessionChanged
    | kinds.SessionCancelled
    | kinds.SessionReopened
    | kinds.OfferWithdrawn
    | kinds.VolunteerTakenOut
    | kinds.ActUndone
)


# --- volunteers -----------------------------------------------------------------------------------
def asked(it: Happened) -> Audience:
    """Who was asked."""
    event = it.event
    assert isinstance(event, kinds.OfferMade | kinds.OfferReopened)
    return _offers(Q(state=Offer.State.PENDING), event.offers)


def asked_by_proposal(it: Happened) -> Audience:
    """Whom the published plan asks."""
    event = it.event
    assert isinstance(event, kinds.ProposalPublished)
    rows = Offer.objects.filter(proposal_id=event.proposal, state=Offer.State.PENDING)
    return Audience.volunteers(rows.order_by("pk").values_list("volunteer_id", "pk"))


def asked_again(it: Happened) -> Audience:
    """Who is asked again, because what she had promised or was asked for has changed."""
    event = it.event
    assert isinstance(event, kinds.SessionChanged)
    rows = Offer.objects.filter(
        session=event.session, state=Offer.State.PENDING, before__isnull=False
    )
    return Audience.volunteers(rows.order_by("pk").values_list("volunteer_id", "pk"))


def asked_after_all(it: Happened) -> Audience:
    """Whom an earlier change had released, and who is asked for what it is now as anybody is."""
    event = it.event
    assert isinstance(event, kinds.SessionChanged)
    rows = Offer.objects.filter(
        session=event.session, state=Offer.State.PENDING, before__isnull=True, made_at=it.at
    )
    return Audience.volunteers(rows.order_by("pk").values_list("volunteer_id", "pk"))


def asked_in_vain(it: Happened) -> Audience:
    """Whose question was taken back, unless she had promised: then she has a notice."""
    event = it.event
    assert isinstance(event, kinds.OfferWithdrawn)
    offer = Offer.objects.filter(pk=event.offer).first()
    rows = [] if offer is None or had_promised(offer) else [(event.volunteer, event.offer)]
    return Audience.volunteers(rows)


def asked_longer(it: Happened) -> Audience:
    """Who has more time to answer."""
    event = it.event
    assert isinstance(event, kinds.OfferProlonged)
    return _offers(Q(state=Offer.State.PENDING), [event.offer])


def silent(it: Happened) -> Audience:
    """Who had not answered in time, unless she had promised: then she has a notice."""
    event = it.event
    assert isinstance(event, kinds.OfferExpired)
    rows = Offer.objects.filter(among("pk", event.offers), state=Offer.State.EXPIRED)
    return Audience.volunteers(
        (offer.volunteer_id, offer.pk)
        for offer in rows.only("volunteer_id", "before").order_by("pk")
        if not had_promised(offer)
    )


def noticed(it: Happened) -> Audience:
    """Who has a notice of what happened to this session just then."""
    event = it.event
    assert isinstance(event, NOTICED)
    return _notices([event.session], it.at)


def noticed_in_sessions(it: Happened) -> Audience:
    event = it.event
    assert isinstance(event, kinds.OfferExpired | kinds.OfferBarred)
    return _notices(event.sessions, it.at)


def placed(it: Happened) -> Audience:
    """The volunteer who has the place now."""
    event = it.event
    assert isinstance(event, kinds.ShiftPlaced)
    return Audience.volunteers([(event.volunteer, event.assignment)])


def holder(it: Happened) -> Audience:
    """Whose certificate it is."""
    event = it.event
    assert isinstance(event, kinds.CredentialAdded | kinds.CredentialEnded)
    rows = VolunteerCredential.objects.filter(pk=event.credential)
    return Audience.volunteers(rows.values_list("volunteer_id", "pk"))


def cleared(it: Happened) -> Audience:
    """Whose vetting came out clear."""
    event = it.event
    assert isinstance(event, kinds.VettingAnswered)
    rows = VettingCheck.objects.filter(pk=event.vetting, result=VettingCheck.Result.CLEAR)
    return Audience.volunteers(rows.values_list("volunteer_id", "pk"))


def whose_hand_in(it: Happened) -> Audience:
    """Who handed it in."""
    event = it.event
    assert isinstance(event, kinds.CredentialReturned)
    rows = HandIn.objects.filter(pk=event.hand_in)
    return Audience.volunteers(rows.values_list("volunteer_id", "pk"))


def herself_if_others_did(it: Happened) -> Audience:
    """The volunteer, unless she did it herself."""
    event = it.event
    assert isinstance(event, kinds.OfVolunteer)
    rows = Volunteer.objects.filter(pk=event.volunteer).values_list("pk", "user_id")
    return Audience.volunteers((pk, pk) for pk, user in rows if user is None or user != it.actor)


def _offers(condition: Q, ids: Collection[int]) -> Audience:
    rows = Offer.objects.filter(condition, among("pk", ids)).order_by("pk")
    return Audience.volunteers(rows.values_list("volunteer_id", "pk"))


def _notices(sessions: Collection[int], at: datetime) -> Audience:
    """A notice is written in the transaction of its event, with the same moment."""
    rows = Notice.objects.filter(among("session", sessions), made_at=at).order_by("pk")
    return Audience.volunteers(rows.values_list("volunteer_id", "pk"))


# --- families -------------------------------------------------------------------------------------
def families(it: Happened) -> Audience:
    """Whose bookings they are."""
    event = it.event
    assert isinstance(event, kinds.OfBookings)
    return _bookings(event.bookings)


def families_offered(it: Happened) -> Audience:
    """For whom seats are kept."""
    event = it.event
    assert isinstance(event, kinds.SeatOffered)
    return _bookings(event.offered)


def families_of_others_doing(it: Happened) -> Audience:
    """Whose bookings ended, unless the family itself ended them."""
    event = it.event
    assert isinstance(event, kinds.BookingCancelled)
    rows = Booking.objects.filter(among("pk", event.bookings)).order_by("pk")
    hers = Guardian.objects.filter(family=OuterRef("family"), user=it.actor)
    found = rows.exclude(Exists(hers)).values_list("family_id", "pk", "family__user_id")
    return Audience.families((family, pk) for family, pk, user in found if user != it.actor)


def seated_by_proposal(it: Happened) -> Audience:
    """For whom the published plan keeps seats."""
    event = it.event
    assert isinstance(event, kinds.ProposalPublished)
    planned = ProposalLine.objects.filter(
        proposal=event.proposal,
        change=ProposalLine.Change.NEW,
        request_id=OuterRef("request_id"),
        session_id=OuterRef("session_id"),
    )
    rows = Booking.objects.filter(Exists(planned), state=Booking.State.OFFERED)
    return Audience.families(rows.order_by("pk").values_list("family_id", "pk"))


def _bookings(ids: Collection[int]) -> Audience:
    rows = Booking.objects.filter(among("pk", ids)).order_by("pk")
    return Audience.families(rows.values_list("family_id", "pk"))


# --- coordinators and accounts --------------------------------------------------------------------
def who_fills_the_hole(it: Happened) -> Audience:
    """The coordinators of the rota, when the shift is short now and begins soon."""
    event = it.event
    assert isinstance(
        event, kinds.AssignmentWithdrawn | kinds.OfferDeclined | kinds.AnswerTakenBack
    )
    return _for_coordinators({event.shift}, it.at)


def who_fills_the_holes(it: Happened) -> Audience:
    """The same for the shifts of several offers that ended."""
    event = it.event
    assert isinstance(event, kinds.OfferExpired | kinds.OfferBarred)
    rows = Offer.objects.filter(among("pk", event.offers))
    return _for_coordinators(set(rows.values_list("shift_id", flat=True)), it.at)


def who_minds_the_children(it: Happened) -> Audience:
    """The coordinators of a rota in which a session has more children now than people for them,
    however far it is."""
    over = children_unminded(_sessions(it), it.at)
    rows = Session.objects.filter(among("pk", over)).order_by("starts_at", "pk")
    by_rota = list(rows.values_list("rota_id", "pk"))
    of = coordinators_of({rota for rota, _ in by_rota})
    pairs = [(user, session) for rota, session in by_rota for user in of[rota]]
    return Audience.users(untold("lead_gone", pairs, it.at))


def families_unminded(it: Happened) -> Audience:
    """Who comes to a class of the next day that has no minder any more."""
    unminded = without_minder(_sessions(it))
    rows = Booking.objects.filter(
        among("session", unminded),
        state=Booking.State.CONFIRMED,
        session__starts_at__range=(it.at, it.at + TOLD_AT_ONCE),
    )
    return Audience.families(rows.order_by("pk").values_list("family_id", "pk"))


def _sessions(it: Happened) -> Collection[int]:
    """In which a place of somebody ended."""
    event = it.event
    if isinstance(event, kinds.OfferExpired | kinds.OfferBarred):
        return event.sessions
    assert isinstance(
        event,
        kinds.AssignmentWithdrawn
        | kinds.VolunteerTakenOut
        | kinds.OfferDeclined
        | kinds.AnswerTakenBack,
    )
    return (event.session,)


def who_confirms(it: Happened) -> Audience:
    """The coordinators where she applies, wants to serve again or took her data back, or the
    nearest above who are there."""
    event = it.event
    assert isinstance(event, kinds.VolunteerApplied | kinds.ResumeAsked | kinds.VolunteerErased)
    rows = Volunteer.objects.filter(pk=event.volunteer)
    return of_responsible(dict(rows.values_list("pk", "organisation__path")))


def who_knows_her(it: Happened) -> Audience:
    """The coordinators where she belongs whose number is in question, or the nearest above who are
    there; she herself, too, where she is one of them: it is her account."""
    event = it.event
    assert isinstance(event, kinds.NumberAsked)
    rows = NumberQuestion.objects.filter(pk=event.question)
    return of_responsible(dict(rows.values_list("pk", "organisation__path")))


def who_checks(it: Happened) -> Audience:
    """The coordinators where she is registered, or the nearest above who are there."""
    event = it.event
    assert isinstance(event, kinds.CredentialHandedIn)
    rows = HandIn.objects.filter(pk=event.hand_in)
    return of_responsible(dict(rows.values_list("pk", "volunteer__organisation__path")))


def who_vets(it: Happened) -> Audience:
    """The coordinators and the officers where she is registered, or the nearest above."""
    event = it.event
    assert isinstance(event, kinds.VettingRequested)
    rows = VettingCheck.objects.filter(pk=event.vetting)
    paths = dict(rows.values_list("pk", "volunteer__organisation__path"))
    found = responsible(paths, VETS)
    return Audience.users((user, pk) for pk, users in found.items() for user in users)


def who_planned(it: Happened) -> Audience:
    """Who asked for the run, about its proposal."""
    event = it.event
    assert isinstance(event, kinds.RunFinished)
    rows = Run.objects.filter(pk=event.run).values_list("requested_by_id", flat=True)
    return Audience.users((user, event.proposal) for user in rows)


def whose_run(it: Happened) -> Audience:
    """Who asked for the run."""
    event = it.event
    assert isinstance(event, kinds.RunFailed)
    rows = Run.objects.filter(pk=event.run).values_list("requested_by_id", "pk")
    return Audience.users(rows)


def who_published(it: Happened) -> Audience:
    """Who wanted the proposal published."""
    event = it.event
    assert isinstance(event, kinds.ProposalRefused)
    rows = Proposal.objects.filter(pk=event.proposal).values_list("publisher_id", "pk")
    return Audience.users(rows)


def who_printed(it: Happened) -> Audience:
    """Who had the sheet before her that opens nothing any more, unless she renewed it herself."""
    event = it.event
    assert isinstance(event, kinds.WallRenewed)
    printed = set(printed_by(event.venue, event.number - 1)) - {it.actor}
    there = User.objects.filter(pk__in=printed, is_active=True).order_by("pk")
    return Audience.users((pk, event.venue) for pk in there.values_list("pk", flat=True))


def _for_coordinators(shifts: set[int], now: datetime) -> Audience:
    short = facts.shift_short(shifts, now)
    if not short:
        return Audience()
    rows = Shift.objects.filter(among("pk", short)).order_by("session__starts_at", "pk")
    by_rota = list(rows.values_list("session__rota_id", "pk"))
    of = coordinators_of({rota for rota, _ in by_rota})
    pairs = [(user, shift) for rota, shift in by_rota for user in of[rota]]
    return Audience.users(untold("hole_near", pairs, now))


AUDIENCES: dict[str, Callable[[Happened], Audience]] = {
    audience.__name__: audience
    for audience in (
        *OF_ACCOUNTS,
        *OF_ONE_FAMILY,
        *WHO_EXPORTS,
        *OF_VISITS,
        *TO_LASTING,
        *OF_MINORS,
        *OF_AGREEMENTS,
        *OF_COVERS,
        *OF_FRIENDS,
        *OF_HOURS,
        asked,
        asked_by_proposal,
        asked_again,
        asked_after_all,
        asked_in_vain,
        asked_longer,
        silent,
        noticed,
        noticed_in_sessions,
        placed,
        holder,
        whose_hand_in,
        cleared,
        herself_if_others_did,
        families,
        families_offered,
        families_of_others_doing,
        seated_by_proposal,
        who_fills_the_hole,
        who_fills_the_holes,
        who_minds_the_children,
        families_unminded,
        who_confirms,
        who_knows_her,
        who_checks,
        who_vets,
        who_planned,
        whose_run,
        who_published,
        who_printed,
    )
}
