"""Volunteers are asked: many at once when a plan is published, one by one from a coordinator's
page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.accounts.models import User
from backend.common.bulk import among, create, write_back
from backend.common.locking import hold, operation
from backend.common.refusal import Refusal
from backend.outbox.kinds import OfferMade, OfferWithdrawn
from backend.outbox.record import record, record_all
from backend.programmes.models import Role
from backend.rota.models import Act, Assignment, Notice, Offer, Session, Shift
from backend.rota.operations.answering import OfferGone
from backend.rota.operations.notices import Word, known_to, tell
from backend.rota.operations.places import about, count, lock_places, settle, streams_of
from backend.rota.policy import can_be_asked_for, deadline, had_promised
from backend.rota.snapshot.excerpt import Excerpt, excerpts_of
from backend.rota.snapshot.sessions import with_requirements
from backend.rota.states import SessionState
from backend.volunteers.models import Volunteer
from matching import Violation


@dataclass(frozen=True)
class RefusedPair:
    """One that cannot be offered.

    `code` as a Refusal's: session_not_open, too_late_to_ask, shift_full, volunteer_not_active,
    alternative_taken or rules.
    """

    volunteer_id: int
    shift_id: int
    code: str
    violations: tuple[Violation, ...] = ()


class OffersRefused(Refusal):
    """Not one offer was made. Facts: pairs (RefusedPair, every pair that cannot be offered)."""

    code = "offers_refused"


class MoreThanPlaces(Refusal):
    """More people were named for a shift than it has places left; nobody was asked.

    Facts: shift, free (at least 1), named.
    """

    code = "more_than_places"


@dataclass(frozen=True)
class Asked:
    """What came of asking: the offers that were made, those that waited for an answer before, and
    the pairs that cannot be asked."""

    made: tuple[Offer, ...] = ()
    before: tuple[Offer, ...] = ()
    refused: tuple[RefusedPair, ...] = ()


@operation
def make_offers(
    *,
    pairs: Sequence[tuple[int, int]],
    answer_by: datetime | None = None,
    actor: User | None,
    now: datetime,
    beside: Act | None = None,
) -> list[Offer]:
    """Ask each volunteer of `pairs` (volunteer id, shift id) for that shift, all or nothing; a
    place is held for each until she has answered or her deadline (`rota.policy.deadline`, or
    `answer_by` where that is given) has passed.

    A pair that is asked already, or assigned already, is left as it is. One event for all of them,
    and a line each in the session's log, which are undone as one (`beside`: with another act).
    Raises OffersRefused naming every pair that the rules, the places or the state of things forbid,
    MoreThanPlaces when it would be for whoever asks to choose among them.
    """
    if not pairs:
        return []
    batch = _Batch(pairs, now)
    batch.refuse_more_than_places()
    refused = batch.judge_all()
    if refused:
        raise OffersRefused(pairs=refused)
    made = batch.write(answer_by, None)
    if made:
        record(
            OfferMade(
                offers=tuple(offer.pk for offer in made),
                sessions=tuple(sorted({offer.session_id for offer in made})),
            ),
            streams=batch.streams(made),
            actor=actor,
            now=now,
        )
        _note(made, batch, actor, now, beside)
    return [*batch.asked_already, *made]


def _note(
    made: Sequence[Offer], batch: _Batch, actor: User | None, now: datetime, beside: Act | None
) -> None:
    roles = {shift.role_id for shift in batch.shifts.values()}
    names = dict(Role.objects.filter(pk__in=roles).values_list("pk", "name"))
    acts = [
        Act(
            verb=Act.Verb.ASKED,
            session_id=offer.session_id,
            at=now,
            actor=actor,
            volunteer_id=offer.volunteer_id,
            role=names[batch.shifts[offer.shift_id].role_id],
            offer=offer,
        )
        for offer in made
    ]
    if beside is None:
        first = acts.pop(0)
        first.save()
        beside = first
    for act in acts:
        act.beside = beside
    Act.objects.bulk_create(acts)


@operation
def make_offers_that_fit(
    *, pairs: Sequence[tuple[int, int]], proposal_id: int | None, now: datetime
) -> Asked:
    """As make_offers, for the pairs of a proposal: those that can be asked are, and the others are
    named in the answer.

    Records no event: whoever publishes the proposal tells everybody at once.
    """
    if not pairs:
        return Asked()
    batch = _Batch(pairs, now)
    refused = batch.judge_all()
    made = batch.write(None, proposal_id)
    return Asked(tuple(made), tuple(batch.asked_already), refused)


class _Batch:
    """The pairs of one call with everything that they touch, locked; `judge` books a pair in
    memory, `write` stores the offers and the counters."""

    def __init__(self, pairs: Sequence[tuple[int, int]], now: datetime) -> None:
        self.now = now
        people = {volunteer for volunteer, _ in pairs}
        places = {shift for _, shift in pairs}
        ids = _locked(people, places)
        rows = Session.objects.filter(among("pk", ids)).select_related("rota", "programme")
        self.sessions = {session.pk: session for session in rows}
        shifts = with_requirements(Shift.objects.filter(among("session", ids))).order_by("pk")
        self.shifts = {shift.pk: shift for shift in shifts}
        self.groups: defaultdict[tuple[int, str], list[Session]] = defaultdict(list)
        for session in self.sessions.values():
            if session.group:
                self.groups[session.rota_id, session.group].append(session)
        self.asked_already = _pending(set(pairs), people, places)
        done = {(offer.volunteer_id, offer.shift_id) for offer in self.asked_already}
        done |= _assigned(people, places)
        self.wanted = [pair for pair in dict.fromkeys(pairs) if pair not in done]
        self.excerpts = self._excerpts()
        # sessions in which somebody is assigned or asked, whatever her role
        self.peopled = {h.session_id for h in self.shifts.values() if h.taken or h.held}
        self.touched: set[int] = set()
        self.deadlines: dict[int, datetime] = {}  # session → until when those may answer
        # streams of sessions that begin or cease to be open, as one of several alternatives
        self.turned: set[str] = set()

    def _excerpts(self) -> dict[tuple[int, int], Excerpt]:
        """(volunteer, rota) → her excerpt round the sessions that she is to be asked for."""
        wanted: defaultdict[int, list[Session]] = defaultdict(list)
        for volunteer, shift in self.wanted:
            wanted[volunteer].append(self.sessions[self.shifts[shift].session_id])
        return excerpts_of(wanted, now=self.now, shifts=self.shifts.values(), asking=True)

    def refuse_more_than_places(self) -> None:
        named = Counter(shift for _, shift in self.wanted)
        for shift, n in named.items():
            if n > self.shifts[shift].free > 0:
                raise MoreThanPlaces(shift=shift, free=self.shifts[shift].free, named=n)

    def judge(self, volunteer: int, shift_id: int) -> RefusedPair | None:
        """Why she cannot be asked for it; None when she can, and the place is held for her then."""
        shift = self.shifts[shift_id]
        session = self.sessions[shift.session_id]
        excerpt = self.excerpts.get((volunteer, session.rota_id))
        if excerpt is None or excerpt.facts["state"] != Volunteer.State.ACTIVE:
            return RefusedPair(volunteer, shift_id, "volunteer_not_active")
        if not can_be_asked_for(session, self.now):
            return RefusedPair(volunteer, shift_id, "session_not_open")
        by = deadline(session, self.now)
        if by is None:
            return RefusedPair(volunteer, shift_id, "too_late_to_ask")
        others = [
            s for s in self.groups.get((session.rota_id, session.group), ()) if s.pk != session.pk
        ]
        if any(
            s.state == Session.State.OPEN and (s.pk in self.peopled or s.seats_taken)
            for s in others
        ):
            return RefusedPair(volunteer, shift_id, "alternative_taken")
        if shift.free <= 0:
            return RefusedPair(volunteer, shift_id, "shift_full")
        violations = excerpt.against(shift_id)
        if violations:
            return RefusedPair(volunteer, shift_id, "rules", violations)
        self.deadlines[session.pk] = by
        self._hold(excerpt, session, shift, others)
        return None

    def _hold(
        self, excerpt: Excerpt, session: Session, shift: Shift, others: Sequence[Session]
    ) -> None:
        shift.held += 1
        session.staff += shift.carries_seats
        self.peopled.add(session.pk)
        self._turn(session, Session.State.OPEN)
        for other in others:
            if other.state == Session.State.OPEN:
                self._turn(other, Session.State.PLANNED)
        self.touched |= {session.pk, *(s.pk for s in others)}
        self.excerpts[excerpt.volunteer_pk, session.rota_id] = excerpt.with_promise(shift.pk)

    def _turn(self, session: Session, state: SessionState) -> None:
        if session.state != state:
            session.state = state
            self.turned |= {f"plan.{session.rota_id}", *streams_of(session)}

    def judge_all(self) -> tuple[RefusedPair, ...]:
        """The pairs that cannot be asked, which are wanted no more then."""
        judged = [(pair, self.judge(*pair)) for pair in self.wanted]
        self.wanted = [pair for pair, refused in judged if refused is None]
        return tuple(refused for _, refused in judged if refused is not None)

    def write(self, answer_by: datetime | None, proposal_id: int | None) -> list[Offer]:
        """Store an offer for each pair that is wanted, and the counters."""
        offers = [
            Offer(
                shift_id=shift,
                session_id=self.shifts[shift].session_id,
                volunteer_id=volunteer,
                answer_by=answer_by or self.deadlines[self.shifts[shift].session_id],
                made_at=self.now,
                proposal_id=proposal_id,
            )
            for volunteer, shift in self.wanted
        ]
        create(offers)
        write_back(list({h: self.shifts[h] for _, h in self.wanted}.values()), ["held"])
        write_back([self.sessions[pk] for pk in self.touched], ["staff", "state"])
        return offers

    def streams(self, offers: Iterable[Offer]) -> set[str]:
        """Of whoever is asked, of their sessions, and of those that open or close by it."""
        asked = {
            stream
            for offer in offers
            for stream in streams_of(self.sessions[offer.session_id], offer.volunteer_id)
        }
        return asked | self.turned


def _locked(people: set[int], places: set[int]) -> set[int]:
    """Locks these people and shifts, and the sessions of the shifts with their alternatives, whose
    keys it answers."""
    hold(Volunteer, people)
    ids = set(Shift.objects.filter(among("pk", places)).values_list("session_id", flat=True))
    ids |= alternatives_of(ids)
    hold(Session, ids)
    hold(Shift, places)
    return ids


def _pending(pairs: set[tuple[int, int]], people: set[int], places: set[int]) -> list[Offer]:
    """The offers of these (volunteer, shift) that wait for an answer."""
    rows = Offer.objects.filter(
        among("shift", places), among("volunteer", people), state=Offer.State.PENDING
    )
    return [offer for offer in rows if (offer.volunteer_id, offer.shift_id) in pairs]


def _assigned(people: set[int], places: set[int]) -> set[tuple[int, int]]:
    """(volunteer, shift) of those who have one of these shifts."""
    rows = Assignment.objects.filter(
        among("shift", places), among("volunteer", people), state=Assignment.State.ACTIVE
    )
    return set(rows.values_list("volunteer_id", "shift_id"))


def alternatives_of(session_ids: Iterable[int]) -> set[int]:
    """The other sessions of their groups: at most one of a group takes place, so they are locked
    with them."""
    groups = set(
        Session.objects.filter(among("pk", session_ids))
        .exclude(group="")
        .values_list("rota_id", "group")
    )
    if not groups:
        return set()
    rows = Session.objects.filter(
        rota__in={r for r, _ in groups}, group__in={g for _, g in groups}
    ).values_list("pk", "rota_id", "group")
    return {pk for pk, rota, group in rows if (rota, group) in groups}


@operation
def withdraw_offer(*, offer_id: int, actor: User | None, now: datetime) -> Offer:
    """The coordinator takes back an offer that has not been answered.

    Repeating changes nothing. Raises OfferGone; Offer.DoesNotExist.
    """
    found = Offer.objects.get(pk=offer_id)
    session, shifts = lock_places(found.session_id, [found.shift_id])
    offer = Offer.objects.select_related("session__venue", "shift__role").get(pk=offer_id)
    if offer.state == Offer.State.WITHDRAWN:
        return offer
    if offer.state != Offer.State.PENDING:
        raise OfferGone(offer=offer_id, state=offer.state)
    settle(offer, Offer.State.WITHDRAWN, now)
    count(session, shifts[offer.shift_id], held=-1)
    _tell_promised([offer], now)
    record(
        OfferWithdrawn(**about(session, offer), offer=offer.pk),
        streams=streams_of(session, offer.volunteer_id),
        actor=actor,
        now=now,
    )
    return offer


@operation
def withdraw_offers(*, offers: Collection[int], actor: User | None, now: datetime) -> list[Offer]:
    """As withdraw_offer(), many at once, in as many statements as for two. What has been answered
    meanwhile stays as it is; those that were taken back."""
    rows = Offer.objects.filter(among("pk", set(offers)), state=Offer.State.PENDING)
    hold(Session, set(rows.values_list("session_id", flat=True)))
    hold(Shift, set(rows.values_list("shift_id", flat=True)))
    gone = list(rows.select_related("session__venue", "shift__role").order_by("pk"))
    sessions = Session.objects.in_bulk({offer.session_id for offer in gone})
    shifts = Shift.objects.in_bulk({offer.shift_id for offer in gone})
    for offer in gone:
        shift = shifts[offer.shift_id]
        shift.held -= 1
        sessions[offer.session_id].staff -= shift.carries_seats
        offer.state, offer.answered_at = Offer.State.WITHDRAWN, now
    write_back(gone, ["state", "answered_at"])
    write_back(shifts.values(), ["held"])
    write_back(sessions.values(), ["staff"])
    _tell_promised(gone, now)
    record_all(
        [
            (
                OfferWithdrawn(**about(offer.session, offer), offer=offer.pk),
                streams_of(offer.session, offer.volunteer_id),
            )
            for offer in gone
        ],
        actor=actor,
        now=now,
    )
    return gone


def _tell_promised(offers: Iterable[Offer], now: datetime) -> None:
    """Who had said yes before the session changed hears that she is asked no more."""
    gone = Notice.Kind.WITHDRAWN
    tell(
        [
            Word(o.volunteer_id, o.session_id, gone, known_to(o), o.shift.role.name, True)
            for o in offers
            if had_promised(o)
        ],
        now,
    )
