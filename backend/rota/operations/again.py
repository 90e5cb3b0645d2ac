"""A session has changed: everybody whom that touches is asked again, and nobody is asked what she
may not accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, Q

from backend.common.clock import minute_or_none
from backend.rota.agreed import ASKS, Agreed
from backend.rota.models import Assignment, Notice, Offer, Session, Shift
from backend.rota.operations.barred import what_bars
from backend.rota.operations.notices import Word, tell
from backend.rota.operations.places import settle
from backend.rota.policy import deadline, had_promised
from backend.rota.snapshot.excerpt import excerpts_of

OF_HER_PLACE = (Notice.Kind.TOLD, Notice.Kind.RESTORED)  # what changed, and that she keeps it
Outcome = Literal["asked", "released", "told", "restored", "let_go"]


@dataclass(frozen=True)
class Touched:
    """What the change meant for one volunteer.

    asked: her place is kept until she answers. released: she may not accept what it is now, for the
    rules in `broken`. told: she keeps her place. restored: it is again what she had said yes to.
    let_go: there are fewer places, for the reason in `broken`.
    """

    volunteer: int
    name: str
    role: str
    outcome: Outcome
    promised: bool
    broken: tuple[Mapping[str, object], ...] = ()
    answer_by: datetime | None = None
    back: bool = False


@dataclass(frozen=True)
class Part:
    """Her part in the session before it was decided: `assignment` or `offer` is set."""

    volunteer: int
    name: str
    shift: Shift
    was: Agreed
    promised: bool
    assignment: Assignment | None = None
    offer: Offer | None = None


def ask_again(
    session: Session, before: Agreed, now: datetime
) -> tuple[list[Touched], frozenset[int]]:
    """Under the session's lock, after it was written. `before`: its terms until now.

    Whom that touches, and the volunteers whose old no binds no more: they may be asked again, and
    their open pages say so.
    """
    changes = before.changes(Agreed.of(session))
    if not changes:
        return [], frozenset()
    parts = parts_of(session, before)
    if not changes & ASKS:
        after = Agreed.of(session)
        touched = [
            touched_by(part, "told" if part.was.changes(after) else "restored") for part in parts
        ]
    else:
        touched = _Asking(session, parts, now).decide()
    moved = bool(changes & {"time", "place"})
    free = _let_old_answers_lapse(session) if moved else frozenset[int]()
    count_anew(session)
    tell(_words(session, parts, touched), now)
    return touched, free


class _Asking:
    """Decides for each part, and writes what was decided."""

    def __init__(self, session: Session, parts: Sequence[Part], now: datetime) -> None:
        self.session = session
        self.parts = parts
        self.now = now
        self.after = Agreed.of(session)
        self.by = deadline(session, now)
        Assignment.objects.filter(session=session, state=Assignment.State.ACTIVE).update(
            state=Assignment.State.MOVED, ended_at=now
        )
        # without the places that she has here, so that the rules are asked as for a new one
        self.excerpts = excerpts_of({part.volunteer: [session] for part in parts}, now=now)

    def decide(self) -> list[Touched]:
        return [self._decide(part) for part in self.parts]

    def _decide(self, part: Part) -> Touched:
        changes = part.was.changes(self.after)
        broken = self._broken(part)
        if part.promised and not changes & ASKS and not broken:
            self._have(part)
            return touched_by(part, "restored")
        if changes & {"time", "place"} and not broken and self.by is None:
            broken = ({"rule": "too_late_to_ask"},)
        if broken and changes & {"time", "place"}:
            self._release(part)
            return touched_by(part, "released", broken)
        if broken or self.by is None:  # the ages alone: no rule of hers is newly broken
            self._keep(part)
            return touched_by(part, "told")
        ask(self.session, part, self.by, self.now)
        return touched_by(part, "asked", by=self.by)

    def _broken(self, part: Part) -> tuple[Mapping[str, object], ...]:
        return what_bars(self.excerpts[part.volunteer, self.session.rota_id], part.shift.pk)

    def _keep(self, part: Part) -> None:
        if part.assignment:
            self._have(part)

    def _release(self, part: Part) -> None:
        if part.offer:
            settle(part.offer, Offer.State.WITHDRAWN, self.now)

    def _have(self, part: Part) -> None:
        if part.offer:
            settle(part.offer, Offer.State.ACCEPTED, None)  # she has not answered
        have_again(self.session, part)


def have_again(session: Session, part: Part) -> None:
    """The promise that a change ended is hers again, at the time that the session has now."""
    ended = Assignment.objects.filter(
        session=session,
        volunteer=part.volunteer,
        shift=part.shift,
        # lapsed: her yes to other terms, which she undid within the seconds that there are for it
        state__in=(
            Assignment.State.MOVED,
            Assignment.State.RELEASED,
            Assignment.State.LAPSED,
        ),
    )
    again = ended.order_by("-pk").first()
    assert again is not None, "who had promised has the assignment that was ended"
    again.state = Assignment.State.ACTIVE
    again.ended_at = None
    again.start_minute = minute_or_none(session.starts_at)
    again.end_minute = minute_or_none(session.ends_at)
    again.save(update_fields=["state", "ended_at", "start_minute", "end_minute"])


def ask(session: Session, part: Part, by: datetime, now: datetime) -> None:
    """Ask her for what the session is now, beside what it was to her. What she has not read of it
    yet the question says better."""
    hers = {"session": session, "volunteer": part.volunteer}
    Notice.objects.filter(**hers, seen_at=None).delete()
    Offer.objects.filter(**hers, state=Offer.State.DECLINED).update(
        state=Offer.State.LAPSED
    )  # she took a place after that no
    offer = part.offer or Offer(
        shift=part.shift, session=session, volunteer_id=part.volunteer, made_at=now
    )
    offer.answer_by = by
    asks = part.was.changes(Agreed.of(session)) & ASKS
    offer.before = part.was.as_json() | {"promised": part.promised} if asks else None
    offer.save()


def parts_of(session: Session, before: Agreed) -> list[Part]:
    """Who has a place, then who waits to answer; each with the terms that she knows of. To whom has
    not read of another change yet, those are the terms before that one."""
    active = Assignment.objects.filter(session=session, state=Assignment.State.ACTIVE)
    pending = Offer.objects.filter(session=session, state=Offer.State.PENDING)
    with_names = ("volunteer", "shift__role")
    unread = Notice.objects.filter(session=session, kind__in=OF_HER_PLACE, seen_at=None)
    known = {n.volunteer_id: Agreed.from_json(n.before) for n in unread}
    parts = [
        Part(
            a.volunteer_id,
            a.volunteer.name,
            a.shift,
            known.get(a.volunteer_id, before),
            True,
            assignment=a,
        )
        for a in active.select_related(*with_names).order_by("pk")
    ]
    for offer in pending.select_related(*with_names).order_by("pk"):
        was = Agreed.from_json(offer.before) if offer.before else before
        parts.append(
            Part(
                offer.volunteer_id,
                offer.volunteer.name,
                offer.shift,
                was,
                had_promised(offer),
                offer=offer,
            )
        )
    return parts


def touched_by(
    part: Part,
    outcome: Outcome,
    broken: tuple[Mapping[str, object], ...] = (),
    by: datetime | None = None,
    *,
    back: bool = False,
) -> Touched:
    """What the change meant for whoever has, or had, this part."""
    role = part.shift.role.name
    return Touched(part.volunteer, part.name, role, outcome, part.promised, broken, by, back)


def _let_old_answers_lapse(session: Session) -> frozenset[int]:
    """A no to the old time or place does not bind for the new one; whose no that was."""
    offers = Offer.objects.filter(
        session=session, state__in=(Offer.State.DECLINED, Offer.State.EXPIRED)
    )
    assignments = Assignment.objects.filter(session=session, state=Assignment.State.WITHDRAWN)
    whose = {
        *offers.values_list("volunteer_id", flat=True),
        *assignments.values_list("volunteer_id", flat=True),
    }
    offers.update(state=Offer.State.LAPSED)
    assignments.update(state=Assignment.State.LAPSED)
    return frozenset(whose)


def count_anew(session: Session) -> None:
    """Write the counters anew from the rows."""
    shifts = session.shifts.annotate(
        has=Count(
            "assignments", filter=Q(assignments__state=Assignment.State.ACTIVE), distinct=True
        ),
        asks=Count("offers", filter=Q(offers__state=Offer.State.PENDING), distinct=True),
    )
    session.staff = 0
    for shift in shifts:
        Shift.objects.filter(pk=shift.pk).update(taken=shift.has, held=shift.asks)
        session.staff += (shift.has + shift.asks) * shift.carries_seats
    session.save(update_fields=["staff"])


def _words(session: Session, parts: Sequence[Part], touched: Sequence[Touched]) -> list[Word]:
    """Who was asked has her question; the others get a notice."""
    return [
        Word(
            part.volunteer,
            session.pk,
            one.outcome,
            part.was.as_json(),
            one.role,
            one.promised,
            one.broken,
        )
        for part, one in zip(parts, touched, strict=True)
        if one.outcome != "asked"
    ]
