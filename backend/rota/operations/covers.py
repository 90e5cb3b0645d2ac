"""换班: a volunteer asks others to take her place. Who says yes first has it; until then it is
hers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.common.bulk import among
from backend.common.locking import hold, lock_one, operation
from backend.common.pieces import GoOn, to_the_end, work_off
from backend.common.refusal import Refusal
from backend.outbox.kinds import CoverAsked, CoverDeclined, CoverEnded, CoverTaken
from backend.outbox.record import record
from backend.rota.models import Assignment, Cover, CoverAsk, Session
from backend.rota.operations.places import (
    Wanted,
    about,
    assign,
    count,
    excerpt_of,
    obey,
    others_asked,
    require_open,
    require_seen,
    streams_of,
)
from backend.rota.operations.places import hold as hold_places
from backend.rota.operations.taking import settle_asked
from backend.rota.policy import begun, can_be_passed_on, deadline, waits_for_cover
from backend.rota.snapshot.excerpt import Excerpt, excerpts_of
from backend.rota.states import CoverState
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import require_agreed

MOST_ASKED = 12  # of one question: the best few by the engine's ranking, not a whole town


class CoverRefused(Refusal):
    """Nobody was asked. Facts: why ("place": she has it no more, or it is none that is passed on;
    "late": nobody could answer in time; "nobody": none of these could take it)."""

    code = "cover_refused"


class CoverGone(Refusal):
    """There is nothing to say yes or no to any more. Facts: cover, state."""

    code = "cover_gone"


@operation
def ask_cover(
    *,
    assignment_id: int,
    volunteer_ids: Collection[int],
    named: bool,
    actor: User | None,
    now: datetime,
) -> Cover:
    """Ask those of these volunteers, best first, who could be asked for her shift by every rule,
    and were not asked by this question before. `named`: she picked them by name.

    Raises CoverRefused; Assignment.DoesNotExist.
    """
    found = Assignment.objects.get(pk=assignment_id)
    hold(Volunteer, [found.volunteer_id])
    session = lock_one(Session, found.session_id)
    place = Assignment.objects.get(pk=assignment_id)
    if not can_be_passed_on(place, session, now):
        raise CoverRefused(why="place")
    cover = _open_question(place, session, now)
    fits = _who_fits(place, volunteer_ids, cover, now)
    if not fits:
        raise CoverRefused(why="nobody")
    if cover.pk is None:
        cover.save()
    made = CoverAsk.objects.bulk_create(
        CoverAsk(cover=cover, volunteer_id=pk, named=named, made_at=now) for pk in fits
    )
    record(
        CoverAsked(**_about(cover), asks=tuple(ask.pk for ask in made)),
        streams=streams_of(session, place.volunteer_id, *fits),
        actor=actor,
        now=now,
    )
    return cover


def _open_question(place: Assignment, session: Session, now: datetime) -> Cover:
    """The one that is asked already, or a new one, not saved yet."""
    cover = Cover.objects.filter(place=place, state=Cover.State.OPEN).first()
    if cover is not None and waits_for_cover(cover, now):
        return cover
    by = deadline(session, now)
    if cover is not None or by is None:  # what ran out a moment ago is told first
        raise CoverRefused(why="late")
    return Cover(session=session, shift_id=place.shift_id, place=place, answer_by=by, made_at=now)


def _who_fits(
    place: Assignment, volunteer_ids: Collection[int], cover: Cover, now: datetime
) -> list[int]:
    before = set() if cover.pk is None else set(cover.asks.values_list("volunteer", flat=True))
    session = Session.objects.select_related("rota", "programme").get(pk=place.session_id)
    wanted = [pk for pk in dict.fromkeys(volunteer_ids) if pk not in before]
    found = excerpts_of({pk: [session] for pk in wanted}, now=now, asking=True)
    fits = []
    for pk in wanted:
        excerpt = found.get((pk, session.rota_id))
        active = excerpt is not None and excerpt.facts["state"] == Volunteer.State.ACTIVE
        if excerpt and active and not excerpt.against(place.shift_id):
            fits.append(pk)
    return fits[: max(0, MOST_ASKED - len(before))]


@operation
def take_cover(*, ask_id: int, actor: User | None, now: datetime, seen: str = "") -> Assignment:
    """She takes the place over: it passes from whoever had it in one transaction, every rule asked
    at that moment. Saying it twice returns the same place. `seen`: as require_seen().

    Raises CoverGone, AgreementNeeded, SessionNotOpen, TermsChanged, NotActive, AgainstTheRules;
    CoverAsk.DoesNotExist.
    """
    found = CoverAsk.objects.select_related("cover__place").get(pk=ask_id)
    require_agreed(found.volunteer_id, now)
    hold(Volunteer, [found.volunteer_id, found.cover.place.volunteer_id])
    held = hold_places(found.cover.shift_id)
    session = held.session
    ask = CoverAsk.objects.select_related("cover__place").get(pk=ask_id)
    taken = _taken_before(ask)
    if taken is not None:
        return taken
    cover = ask.cover
    _require_waiting(cover, now)
    require_open(session, now)
    require_seen(session, seen)
    _leave(cover.place, now)
    count(session, held.shift, taken=-1)
    excerpt = excerpt_of(ask.volunteer_id, held, now)
    obey(excerpt, cover.shift_id)
    place = _pass_to(excerpt, held, now)
    CoverAsk.objects.filter(pk=ask.pk).update(state=CoverAsk.State.YES, answered_at=now)
    spared = _end(cover, CoverState.TAKEN, now)
    happened = CoverTaken(
        **about(session, place),
        assignment=place.pk,
        questions=others_asked(excerpt, session),
        cover=cover.pk,
        giver=cover.place.volunteer_id,
        asks=tuple(spared),
    )
    people = (ask.volunteer_id, happened.giver, *spared.values())
    record(happened, streams=streams_of(session, *people), actor=actor, now=now)
    return place


def _require_waiting(cover: Cover, now: datetime) -> None:
    if not waits_for_cover(cover, now) or cover.place.state != Assignment.State.ACTIVE:
        raise CoverGone(cover=cover.pk, state=_why_gone(cover))


def _taken_before(ask: CoverAsk) -> Assignment | None:
    """Her place, where it was she who took it and she has it still."""
    if ask.state != CoverAsk.State.YES:
        return None
    hers = Assignment.objects.filter(volunteer=ask.volunteer_id, shift=ask.cover.shift_id)
    return hers.filter(state=Assignment.State.ACTIVE).first()


def _pass_to(excerpt: Excerpt, held: Wanted, now: datetime) -> Assignment:
    """What she was asked for in that session herself is answered by it."""
    asked = [offer for offer in excerpt.facts["asked"] if offer["session"] == held.session.pk]
    mine = any(offer["shift"] == held.shift.pk for offer in asked)
    settle_asked(asked, held, now)
    origin = Assignment.Origin.COVERED
    return assign(excerpt.volunteer_pk, held, origin, now, offered=mine)


def _leave(place: Assignment, now: datetime) -> None:
    place.state = Assignment.State.WITHDRAWN
    place.ended_at = now
    place.save(update_fields=["state", "ended_at"])


def _why_gone(cover: Cover) -> str:
    if cover.is_open:  # nobody has ended it yet
        active = cover.place.state == Assignment.State.ACTIVE
        return Cover.State.EXPIRED if active else Cover.State.OVER
    return cover.state


@operation
def decline_cover(*, ask_id: int, actor: User | None, now: datetime) -> CoverAsk:
    """She cannot take it over. When nobody is left to answer, whoever asked hears that the place
    is hers still. Repeating changes nothing.

    Raises CoverGone; CoverAsk.DoesNotExist.
    """
    found = CoverAsk.objects.select_related("cover").get(pk=ask_id)
    session = lock_one(Session, found.cover.session_id)
    ask = CoverAsk.objects.select_related("cover__place").get(pk=ask_id)
    cover = ask.cover
    if ask.state == CoverAsk.State.NO:
        return ask
    if not waits_for_cover(cover, now):
        raise CoverGone(cover=cover.pk, state=_why_gone(cover))
    ask.state = CoverAsk.State.NO
    ask.answered_at = now
    ask.save(update_fields=["state", "answered_at"])
    if cover.asks.filter(state=CoverAsk.State.PENDING).exists():
        told: CoverDeclined | CoverEnded = CoverDeclined(**_about(cover), ask=ask.pk)
    else:
        _end(cover, CoverState.EXPIRED, now)
        told = CoverEnded(**_about(cover), asks=())
    people = (cover.place.volunteer_id, ask.volunteer_id)
    record(told, streams=streams_of(session, *people), actor=actor, now=now)
    return ask


@operation
def stop_cover(*, cover_id: int, actor: User | None, now: datetime) -> Cover:
    """She goes herself: nobody is asked any more. What has ended is left as it is. Raises
    Cover.DoesNotExist."""
    return _over(cover_id, CoverState.STOPPED, actor, now)


def end_covers(*, now: datetime, go_on: GoOn = to_the_end) -> int:
    """End every question whose time ran out, and every one about a place that nobody could take
    over any more; how many there were."""
    return work_off(_ended_one_by_one(now), go_on)


def _ended_one_by_one(now: datetime) -> Iterator[int]:
    for pk in list(_nothing_to_ask(now).order_by("pk").values_list("pk", flat=True)):
        yield _end_one(cover_id=pk, now=now)


@operation
def _end_one(*, cover_id: int, now: datetime) -> int:
    cover = Cover.objects.select_related("place").get(pk=cover_id)
    lock_one(Session, cover.session_id)
    if not _nothing_to_ask(now).filter(pk=cover_id).exists():
        return 0
    ran_out = not _without_place(now).filter(pk=cover_id).exists()
    _over(cover_id, CoverState.EXPIRED if ran_out else CoverState.OVER, None, now)
    return 1


def _without_place(now: datetime) -> QuerySet[Cover]:
    gone = ~Q(place__state=Assignment.State.ACTIVE) | ~Q(session__state=Session.State.OPEN)
    return Cover.objects.filter(gone | begun(now, "session__"), state=Cover.State.OPEN)


def _nothing_to_ask(now: datetime) -> QuerySet[Cover]:
    late = Cover.objects.filter(state=Cover.State.OPEN, answer_by__lte=now)
    return late | _without_place(now)


def _over(cover_id: int, state: CoverState, actor: User | None, now: datetime) -> Cover:
    found = Cover.objects.get(pk=cover_id)
    session = lock_one(Session, found.session_id)
    cover = Cover.objects.select_related("place").get(pk=cover_id)
    if not cover.is_open:
        return cover
    spared = _end(cover, state, now)
    record(
        CoverEnded(**_about(cover), asks=tuple(spared)),
        streams=streams_of(session, cover.place.volunteer_id, *spared.values()),
        actor=actor,
        now=now,
    )
    return cover


def _end(cover: Cover, state: CoverState, now: datetime) -> dict[int, int]:
    """Question → who need not answer it any more."""
    cover.state = state
    cover.ended_at = now
    cover.save(update_fields=["state", "ended_at"])
    waiting = cover.asks.filter(state=CoverAsk.State.PENDING).order_by("pk")
    spared = dict(waiting.values_list("pk", "volunteer_id"))
    CoverAsk.objects.filter(among("pk", spared)).update(
        state=CoverAsk.State.SPARED, answered_at=now
    )
    return spared


def _about(cover: Cover) -> dict[str, int]:
    return {
        "rota": cover.session.rota_id,
        "session": cover.session_id,
        "cover": cover.pk,
        "volunteer": cover.place.volunteer_id,
    }
