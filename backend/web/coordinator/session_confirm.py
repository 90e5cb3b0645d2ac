"""Whom a change touches, as the page shows it before it is saved: of one session, or of several of
a weekly series."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.accounts.models import User
from backend.common.clock import local_day
from backend.places.models import CalendarDay
from backend.planning.operations import Effect, SeriesEffect
from backend.planning.queries import rooms
from backend.programmes.queries import credential_names
from backend.rota.models import Session
from backend.rota.policy import capacity
from backend.web.coordinator.door import CoordinatorRequest
from backend.words import refused
from backend.words.barred import barred
from backend.words.changes import parts_in_words, was_and_is

UNSENT = ("csrfmiddlewaretoken", "idempotency_key", "seen", "version", "again")


def confirm(
    request: CoordinatorRequest,
    row: Session,
    version: int,
    effect: Effect,
    clashes: Sequence[Session],
) -> HttpResponse:
    """Whom it touches, by name; the form goes along unseen, and is saved or written on."""
    context = {
        "place": "rota",
        "session": row,
        "version": version,
        "mark": effect.mark,
        "it": shown(effect, _names([effect])),
        "clashes": readable(request.user, clashes),
        "kept": _kept(request),
    }
    return render(request, "coordinator/session_confirm.html", context)


def confirm_series(
    request: CoordinatorRequest, row: Session, version: int, effect: SeriesEffect
) -> HttpResponse:
    """The same of each session of a series, under how many people that are in all."""
    names = _names(effect.effects)
    clashes = [
        other
        for one in effect.effects
        for other in taken_by(one, beside={each.session.pk for each in effect.effects})
    ]
    context = {
        "place": "rota",
        "session": row,
        "version": version,
        "mark": effect.mark,
        "parts": parts_in_words(effect.parts),
        "each": [shown(one, names) for one in effect.effects],
        "totals": done_to(effect.effects, done=False),
        "single": [(one, parts_in_words(parts)) for one, parts in effect.single],
        "left": [(one, refused(why, you=False)) for one, why in effect.left],
        "days": _days(effect.effects, effect.days),
        "clashes": readable(request.user, clashes),
        "kept": _kept(request),
    }
    return render(request, "coordinator/series_confirm.html", context)


def shown(effect: Effect, names: Mapping[str, str]) -> dict[str, Any]:
    """An effect in lists and words; `names`: what people call a credential."""
    people = [
        (one, [barred(rule, names=names, you=False) for rule in one.broken])
        for one in effect.volunteers
    ]
    kept_it = [one for one in effect.volunteers if one.outcome in ("told", "restored")]
    return {
        "session": effect.session,
        "touches": effect.touches,
        "change": _("；").join(was_and_is(effect.before, effect.after)),
        "asked": [one for one, _why in people if one.outcome == "asked"],
        "released": [pair for pair in people if pair[0].outcome == "released"],
        "let_go": [pair for pair in people if pair[0].outcome == "let_go"],
        "seated": effect.session.seats_taken,
        "fits": capacity(effect.session),
        "told": [one for one in kept_it if not one.back],
        "back": [one for one in kept_it if one.back],
        "hear": effect.hear,
        "families_asked": sum(family.asked for family in effect.families),
        "families_told": sum(not family.asked for family in effect.families),
        "hindered": [one for one in effect.families if one.broken and not one.could_come],
        "partly": [one for one in effect.families if one.could_come],
    }


def done_to(effects: Sequence[Effect], *, done: bool = True) -> list[str]:
    """What becomes of everybody, nobody left out: a sentence for each kind, counted in people."""
    people = [(one.volunteer, one.outcome, one.back) for e in effects for one in e.volunteers]
    families = [(one.number, one.asked) for e in effects for one in e.families]
    asked = {who for who, outcome, _back in people if outcome == "asked"}
    gone = {who for who, outcome, _back in people if outcome in ("released", "let_go")}
    back = {who for who, outcome, back in people if back and outcome == "restored"}
    told = {
        who
        for who, outcome, is_back in people
        if outcome in ("told", "restored") and not (is_back and outcome == "restored")
    }
    families_asked = {number for number, is_asked in families if is_asked}
    families_told = {number for number, is_asked in families if not is_asked}
    sizes = [len(found) for found in (asked, gone, told, back, families_asked, families_told)]
    said = _was_done() if done else _will_be_done()
    return [sentence % {"n": n} for n, sentence in zip(sizes, said, strict=True) if n]


def _was_done() -> list[str]:
    return [
        _("重新问了 %(n)d 位志愿者。"),
        _("%(n)d 位志愿者不用来了，告诉了她们为什么。"),
        _("告诉了 %(n)d 位志愿者，她们答应的不变。"),
        _("把位子还给了 %(n)d 位志愿者，也告诉了她们。"),
        _("重新问了 %(n)d 家。"),
        _("告诉了 %(n)d 家。"),
    ]


def _will_be_done() -> list[str]:
    return [
        _("要重新问 %(n)d 位志愿者。"),
        _("%(n)d 位志愿者不用来了，会告诉她们为什么。"),
        _("%(n)d 位志愿者会看到改动，她们答应的不变。"),
        _("会把位子还给 %(n)d 位志愿者，也告诉她们。"),
        _("要重新问 %(n)d 家。"),
        _("%(n)d 家会看到改动，不用回复。"),
    ]


def readable(user: User, sessions: Sequence[Session]) -> list[tuple[Session, bool]]:
    """Each with whether she may read what it is. Two statements, none for no sessions."""
    hers = access.sessions_readable(user, [session.pk for session in sessions])
    return [(session, session.pk in hers) for session in sessions]


def taken_by(effect: Effect, beside: Collection[int]) -> list[Session]:
    """Who else has the room that the session goes to; none where it stays in its room at its
    hour."""
    if not effect.before.changes(effect.after) & {"time", "place", "room"}:
        return []
    now = effect.session
    there = rooms.taken_by(now.venue_id, now.starts_at, now.ends_at, beside=now.pk)
    return [other for other in there if other.pk not in beside]


def _days(effects: Sequence[Effect], named: Mapping[date, CalendarDay]) -> list[CalendarDay]:
    """The days on which one of them takes place then that differ from their weekday."""
    held = {local_day(e.session.starts_at) for e in effects if e.session.starts_at}
    return [named[day] for day in sorted(held & named.keys())]


def _names(effects: Sequence[Effect]) -> Mapping[str, str]:
    if any(one.broken for effect in effects for one in effect.volunteers):
        return credential_names()
    return {}


def _kept(request: CoordinatorRequest) -> list[tuple[str, str]]:
    return [
        (name, str(value))
        for name, found in request.POST.lists()
        for value in found
        if name not in UNSENT
    ]
