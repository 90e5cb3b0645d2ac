"""Whom an earlier change released: a change that takes away what barred her asks her again, or
gives her promise back where she has not even read that it had ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from backend.rota.agreed import ASKS, Agreed
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.operations.again import Part, Touched, ask, count_anew, have_again, touched_by
from backend.rota.operations.barred import what_bars
from backend.rota.operations.notices import Word, tell
from backend.rota.policy import deadline, had_promised
from backend.rota.snapshot.excerpt import excerpts_of

ENDED_FOR_HER = (Notice.Kind.RELEASED, Notice.Kind.BARRED, Notice.Kind.LET_GO)
SAID_NO = (Offer.State.DECLINED, Offer.State.EXPIRED, Offer.State.LAPSED)
FEWER = frozenset({"fewer_places", "role_gone"})
TAKEN = "place_taken"


@dataclass(frozen=True)
class Lifted:
    """What the change may have taken away: the time or the place that barred people (`moved`), and
    the want of places in the shifts that grew."""

    moved: bool
    grown: Collection[int] = ()

    def concerns(self, notice: Notice, shift: Shift) -> bool:
        reasons = {rule["rule"] for rule in notice.broken}
        if shift.pk in self.grown and reasons <= FEWER | {TAKEN}:
            return True
        return self.moved and not reasons & FEWER


def released_from(session: Session) -> list[Notice]:
    """The newest notice of everybody whose part in the session ended without her word, and who has
    had none since; in the order in which they come back. Under the session's lock, before what
    people said to the old terms has lapsed."""
    hers = {"session": session, "volunteer": OuterRef("volunteer")}
    since = Q(made_at__gt=OuterRef("made_at"))
    asked = Q(state__in=(Offer.State.PENDING, Offer.State.DECLINED))
    placed = Q(state__in=(Assignment.State.ACTIVE, Assignment.State.WITHDRAWN))
    offers = Offer.objects.filter(since | asked | Q(answered_at__gt=OuterRef("made_at")), **hers)
    places = Assignment.objects.filter(since | placed | Q(ended_at__gt=OuterRef("made_at")), **hers)
    newest = (
        Notice.objects.filter(session=session)
        .annotate(part_since=Exists(offers) | Exists(places))
        .select_related("volunteer")
        .order_by("volunteer", "-made_at", "-pk")
        .distinct("volunteer")
    )
    found = [n for n in newest if n.kind in ENDED_FOR_HER and not n.part_since]
    return sorted(found, key=_rank)


def said_no_to_a_change(session: Session) -> list[Offer]:
    """The newest question of everybody who had promised, was asked again because the session was
    changed, and said no or nothing; who has had another part since is left out. Under the session's
    lock, before what people said has lapsed."""
    parts = Assignment.objects.filter(
        session=session,
        volunteer=OuterRef("volunteer"),
        state__in=(Assignment.State.ACTIVE, Assignment.State.WITHDRAWN),
    )
    asked = Offer.objects.filter(
        session=session, volunteer=OuterRef("volunteer"), state=Offer.State.PENDING
    )
    newest = (
        Offer.objects.filter(~Exists(parts), ~Exists(asked), session=session)
        .select_related("volunteer", "shift__role")
        .order_by("volunteer", "-pk")
        .distinct("volunteer")
    )
    return [one for one in newest if one.state in SAID_NO and had_promised(one)]


@dataclass(frozen=True)
class Gone:
    """Whose part ended by an earlier change: `released` without their word, `refused` by their no
    to it."""

    released: Sequence[Notice]
    refused: Sequence[Offer]


def away_from(session: Session) -> Gone:
    """Under the session's lock, before the change is written."""
    return Gone(released_from(session), said_no_to_a_change(session))


def ask_back(
    session: Session, away: Gone, lifted: Lifted, now: datetime
) -> tuple[list[Touched], frozenset[int]]:
    """As ask_released(), and whoever said no to what it is no more, after them."""
    back, told = ask_released(session, away.released, lifted, now)
    anew = ask_refusers(session, away.refused, now) if lifted.moved else []
    return [*back, *anew], told


def whom_a_change_touches(*session_ids: int) -> set[int]:
    """Volunteers with a part in one of the sessions, and those whom an earlier change released or
    who said no to it: whoever changes it holds them first."""
    there = {"session__in": session_ids}
    active = Assignment.objects.filter(**there, state=Assignment.State.ACTIVE)
    asked = Offer.objects.filter(**there, state=Offer.State.PENDING)
    released = Notice.objects.filter(**there, kind__in=ENDED_FOR_HER)
    refused = Offer.objects.filter(**there, state__in=SAID_NO, before__promised=True)
    each = (active, asked, released, refused)
    rows = (rows.values_list("volunteer", flat=True) for rows in each)
    return {pk for found in rows for pk in found}


def _rank(notice: Notice) -> tuple[bool, bool, datetime, int]:
    """Who had promised and does not know yet that it ended, then who had promised."""
    return not _stands(notice), not notice.promised, notice.made_at, notice.pk


def _stands(notice: Notice) -> bool:
    """She had promised, and has not read that it ended: to her, it stands."""
    return notice.promised and notice.seen_at is None


def ask_released(
    session: Session, notices: Sequence[Notice], lifted: Lifted, now: datetime
) -> tuple[list[Touched], frozenset[int]]:
    """Under the session's lock, after the change was written and everybody with a part was asked.

    Who is asked again or has her place back, and whose unread notice says something else now.
    """
    desk = _Returning(session, now)
    shifts = {shift.role.name: shift for shift in session.shifts.select_related("role")}
    for notice in notices:
        shift = shifts.get(notice.role)
        if shift and session.state == Session.State.OPEN and lifted.concerns(notice, shift):
            desk.decide(notice, shift)
    if desk.touched:
        count_anew(session)
    tell(desk.words, now)
    return desk.touched, frozenset(word.volunteer for word in desk.words)


def ask_refusers(session: Session, refused: Sequence[Offer], now: datetime) -> list[Touched]:
    """Whose no was to what the session is no more: it is what she had promised again, so she is
    asked for it as anybody is, where a place is free and nothing bars her. After ask_released()."""
    desk = _Returning(session, now)
    by = deadline(session, now)
    shifts = {shift.pk: shift for shift in session.shifts.select_related("role")}
    for offer in sorted(refused, key=lambda one: one.pk):
        shift = shifts.get(offer.shift_id)
        was = Agreed.from_json(offer.before or {})
        if shift is None or by is None or was.changes(Agreed.of(session)) & ASKS:
            continue
        part = Part(offer.volunteer_id, offer.volunteer.name, shift, was, promised=False)
        if session.state == Session.State.OPEN and not desk.bars(part):
            desk.ask(part, by)
    if desk.touched:
        count_anew(session)
    return desk.touched


@dataclass
class _Returning:
    """Decides for each of them, one after the other, because who is back may bar the next."""

    session: Session
    now: datetime
    touched: list[Touched] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    def decide(self, notice: Notice, shift: Shift) -> None:
        part = Part(
            notice.volunteer_id,
            notice.volunteer.name,
            shift,
            Agreed.from_json(notice.before),
            _stands(notice),
        )
        broken = self.bars(part)
        by = deadline(self.session, self.now)
        if not broken and part.promised and not part.was.changes(Agreed.of(self.session)) & ASKS:
            self._give_back(notice, part)
        elif not broken and by is not None:
            self.ask(part, by)
        elif notice.seen_at is None:
            self._tell(notice, Notice.Kind.RELEASED, broken or ({"rule": "too_late_to_ask"},))

    def bars(self, part: Part) -> tuple[Mapping[str, object], ...]:
        excerpt = excerpts_of({part.volunteer: [self.session]}, now=self.now)
        broken = what_bars(excerpt[part.volunteer, self.session.rota_id], part.shift.pk)
        if not broken and part.shift.free <= 0:
            return ({"rule": TAKEN},)
        return broken

    def _give_back(self, notice: Notice, part: Part) -> None:
        have_again(self.session, part)
        part.shift.taken += 1
        self.touched.append(touched_by(part, "restored", back=True))
        self._tell(notice, Notice.Kind.RESTORED)

    def ask(self, part: Part, by: datetime) -> None:
        ask(self.session, part, by, self.now)
        part.shift.held += 1
        self.touched.append(touched_by(part, "asked", by=by, back=True))

    def _tell(self, notice: Notice, kind: str, broken: Sequence[Mapping[str, object]] = ()) -> None:
        """The terms that she knew stay the same."""
        word = Word(
            notice.volunteer_id,
            self.session.pk,
            kind,
            notice.before,
            notice.role,
            notice.promised,
            broken,
        )
        self.words.append(word)
