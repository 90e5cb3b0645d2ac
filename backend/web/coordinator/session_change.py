"""Put a session into a rota, change it, call it off."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.accounts.models import User
from backend.common import clock
from backend.common.clock import local_day
from backend.common.locking import Busy
from backend.common.reading import key, line, whole_number
from backend.common.refusal import Refusal
from backend.planning.operations import (
    Effect,
    OthersConcerned,
    OthersTouched,
    RotaNotPlannable,
    call_off,
    change_session,
    effect_of_change,
)
from backend.planning.queries import rooms, staffing
from backend.planning.queries.concerned import mark_of_people
from backend.programmes.models import Engagement
from backend.programmes.queries import credential_names
from backend.rota.models import Rota, Session
from backend.rota.operations import (
    SessionChangedMeanwhile,
    SessionOver,
    SessionValueRefused,
    SessionValues,
    add_weekly,
    weekly,
)
from backend.rota.policy import can_be_changed, capacity, rota_is_over
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.session_form import SessionForm, habits, present
from backend.web.methods import filled_in
from backend.web.see_other import see_other
from backend.words import refused
from backend.words.barred import barred
from backend.words.changes import was_and_is
from backend.words.moments import left_out

UNSENT = ("csrfmiddlewaretoken", "idempotency_key", "seen", "version", "again")


@coordinator
def new_session(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """First the kind of session, then the form with its habits."""
    rota = access.rota_to_add_to(request.user, pk)
    if rota_is_over(rota, clock.now()):
        messages.warning(request, refused(RotaNotPlannable(rota=pk, state=rota.state), you=False))
        return see_other("coordinator:rota", pk)
    kinds = (
        Engagement.objects.filter(minutes__isnull=False, programme__active=True)
        .select_related("programme")
        .order_by("programme_id", "pk")
    )
    chosen = key(request.POST.get("engagement") or request.GET.get("engagement"))
    if chosen is None:
        return render(
            request, "coordinator/new_session.html", {"place": "rota", "rota": rota, "kinds": kinds}
        )
    kind = get_object_or_404(kinds, pk=chosen)
    form = _form(request, rota, kind, initial=habits(kind, rota))
    clashes: list[tuple[Session, bool]] = []
    if request.method == "POST" and form.is_valid():
        values = form.values()
        times = form.cleaned_data["times"] or 1
        there = _taken(values, times, rota)
        if there and "seen" not in request.POST:
            clashes = _readable(request, there)
        else:
            try:
                return _add(request, rota, kind, values, times)
            except SessionValueRefused as refusal:
                form.refuse(refusal)
            except Refusal as refusal:
                form.add_error(None, refused(refusal, you=False))
    context = {"place": "rota", "rota": rota, "kind": kind, "form": form, "clashes": clashes}
    return render(
        request, "coordinator/session_form.html", context, status=422 if form.errors else 200
    )


def _taken(values: SessionValues, times: int, rota: Rota) -> list[Session]:
    """What is to be in that room at one of the times; a statement for each week within the rota."""
    found: list[Session] = []
    for one in weekly(values, times):
        if one.starts_at and local_day(one.starts_at) < rota.ends_on:
            found += rooms.taken_by(one.venue_id, one.starts_at, one.ends_at)
    return found


def _add(
    request: CoordinatorRequest, rota: Rota, kind: Engagement, values: SessionValues, times: int
) -> HttpResponse:
    added = add_weekly(
        rota_id=rota.pk,
        engagement_id=kind.pk,
        values=values,
        times=times,
        actor=request.user,
        now=clock.now(),
    )
    first = added.made[0]
    if len(added.made) > 1:
        said = _("加好了 %(n)d 场：%(title)s") % {"n": len(added.made), "title": first.title}
    else:
        said = _("加好了：%(title)s") % {"title": first.title}
    messages.success(request, said)
    if added.left_out:
        messages.warning(request, left_out(added.left_out))
    return see_other("coordinator:session", first.pk)


@coordinator
def edit_session(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Change it over the version that was seen. Whom the change touches is shown first and saved
    when she confirms; a newer version is shown beside what she wrote, and nothing is overwritten
    (409)."""
    row = access.session_to_change(request.user, pk)
    if request.method != "POST" and not can_be_changed(row, clock.now()):
        return _over(request, row)
    form = _form(request, row.rota, row.engagement, initial=present(row), session=row)
    version = _version(request, row)
    status = 200
    theirs: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            return _save(request, row, form, version)
        except SessionValueRefused as refusal:
            form.refuse(refusal)
        except SessionChangedMeanwhile:
            status = 409
            row = access.session_to_change(request.user, pk)
            version = row.version
            theirs = form.beside(present(row))
            messages.warning(
                request,
                _("%(who)s刚改过这一场。你写的还在，请跟最新的对一对再存。") % {"who": _editor(pk)},
            )
        except Refusal as refusal:
            form.add_error(None, refused(refusal, you=False))
    context = {
        "place": "rota",
        "rota": row.rota,
        "session": row,
        "kind": row.engagement,
        "form": form,
        "version": version,
        "theirs": theirs,
    }
    return render(
        request, "coordinator/session_form.html", context, status=422 if form.errors else status
    )


def _over(request: CoordinatorRequest, row: Session) -> HttpResponse:
    """Back to its page, which says what has become of it."""
    refusal = SessionOver(session=row.pk, state=row.state)
    messages.warning(request, refused(refusal, you=False))
    return see_other("coordinator:session", row.pk)


def _save(
    request: CoordinatorRequest, row: Session, form: SessionForm, version: int
) -> HttpResponse:
    """Save it, or show first what that would do to whom."""
    values = form.values()
    change: dict[str, Any] = {
        "session_id": row.pk,
        "version": version,
        "values": values,
        "actor": request.user,
        "now": clock.now(),
    }
    clashes = rooms.taken_by(values.venue_id, values.starts_at, values.ends_at, beside=row.pk)
    seen = request.POST.get("seen")
    if seen is None:
        effect = effect_of_change(**change)
        if effect.touches or clashes:
            return _confirm(request, row, version, effect, clashes)
    try:
        effect = change_session(**change, seen=seen or "")
    except OthersTouched as refusal:
        return _confirm(request, row, version, refusal.facts["effect"], clashes)
    messages.success(request, _done(effect))
    return see_other("coordinator:session", row.pk)


def _done(effect: Effect) -> str:
    """What became of everybody whom she was shown before, nobody left out."""
    people = Counter(one.outcome for one in effect.volunteers)
    asked = sum(family.asked for family in effect.families)
    gone = people["released"] + people["let_go"]
    back = sum(one.back and one.outcome == "restored" for one in effect.volunteers)
    told = people["told"] + people["restored"] - back
    counts = [
        (people["asked"], _("重新问了 %(n)d 位志愿者。")),
        (gone, _("%(n)d 位志愿者不用来了，告诉了她们为什么。")),
        (told, _("告诉了 %(n)d 位志愿者，她们答应的不变。")),
        (back, _("把位子还给了 %(n)d 位志愿者，也告诉了她们。")),
        (asked, _("重新问了 %(n)d 家。")),
        (len(effect.families) - asked, _("告诉了 %(n)d 家。")),
    ]
    return _("改好了。") + "".join(sentence % {"n": n} for n, sentence in counts if n)


def _confirm(
    request: CoordinatorRequest,
    row: Session,
    version: int,
    effect: Effect,
    clashes: list[Session],
) -> HttpResponse:
    """Whom it touches, by name; the form goes along unseen, and is saved or written on."""
    kept = [
        (name, value)
        for name, found in request.POST.lists()
        for value in found
        if name not in UNSENT
    ]
    names = credential_names() if any(one.broken for one in effect.volunteers) else {}
    people = [
        (one, [barred(rule, names=names, you=False) for rule in one.broken])
        for one in effect.volunteers
    ]
    kept_it = [one for one in effect.volunteers if one.outcome in ("told", "restored")]
    context = {
        "place": "rota",
        "session": row,
        "version": version,
        "effect": effect,
        "change": "；".join(was_and_is(effect.before, effect.after)),
        "asked": [one for one, _why in people if one.outcome == "asked"],
        "released": [pair for pair in people if pair[0].outcome == "released"],
        "let_go": [pair for pair in people if pair[0].outcome == "let_go"],
        "seated": effect.session.seats_taken,
        "fits": capacity(effect.session),
        "told": [one for one in kept_it if not one.back],
        "back": [one for one in kept_it if one.back],
        "families_asked": sum(family.asked for family in effect.families),
        "families_told": sum(not family.asked for family in effect.families),
        "hindered": [f for f in effect.families if f.broken],
        "clashes": _readable(request, clashes),
        "kept": kept,
    }
    return render(request, "coordinator/session_confirm.html", context)


def _readable(request: CoordinatorRequest, sessions: list[Session]) -> list[tuple[Session, bool]]:
    """Each with whether she may read what it is. One statement, none for no sessions."""
    if not sessions:
        return []
    rotas = {session.rota_id: session.rota for session in sessions}
    seen = access.sessions_seen(request.user, *rotas.values())
    hers = set(seen.filter(pk__in=[s.pk for s in sessions]).values_list("pk", flat=True))
    return [(session, session.pk in hers) for session in sessions]


@coordinator
def cancel(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Ask once more with what it means for whom, and for the reason, then call it off."""
    rows = staffing.with_attendance(Session.objects.all())
    row = access.session_to_change(request.user, pk, rows)
    if not can_be_changed(row, clock.now()):
        return _over(request, row)
    because = line(request.POST.get("because", ""))[:200]
    status = 200
    if request.method == "POST" and because:
        seen = request.POST.get("seen", "")
        try:
            call_off(session_id=pk, because=because, seen=seen, actor=request.user, now=clock.now())
            messages.success(request, _("取消了。答应过的志愿者和约好的家庭都会看到。"))
            return see_other("coordinator:session", pk)
        except Busy:
            raise  # its page keeps the reason that she wrote
        except OthersConcerned as refusal:
            messages.warning(request, refused(refusal, you=False))
            row = access.session_to_change(request.user, pk, rows)
            status = 409
        except Refusal as refusal:
            messages.warning(request, refused(refusal, you=False))
            return see_other("coordinator:session", pk)
    missing = request.method == "POST" and not because
    context = {
        "place": "rota",
        "session": row,
        "attendance": staffing.attendance(row),
        "people": staffing.people_in(row),
        "lineups": staffing.lineups(row, now=clock.now()),
        "missing": missing,
        "because": because,
        "seen": mark_of_people(pk),
    }
    return render(
        request, "coordinator/cancel_session.html", context, status=422 if missing else status
    )


def _form(
    request: CoordinatorRequest,
    rota: Rota,
    kind: Engagement,
    *,
    initial: dict[str, Any],
    session: Session | None = None,
) -> SessionForm:
    roles = kind.programme.roles.order_by("pk")
    return SessionForm(
        filled_in(request),
        initial=initial,
        roles=list(roles),
        session=session,
        venues=access.venues_to_choose(request.user, rota, session.venue_id if session else None),
    )


def _version(request: CoordinatorRequest, row: Session) -> int:
    seen = whole_number(request.POST.get("version"))
    if seen is None:
        return row.version
    return seen


def _editor(session_id: int) -> str:
    """Her name; the event log knows it for a day."""
    editor = User.objects.filter(pk=staffing.last_editor(session_id) or 0).first()
    if editor:
        return str(editor)
    return _("同事")
