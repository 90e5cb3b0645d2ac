"""Put a session into a rota, change it, call it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.accounts.models import User
from backend.common import clock
from backend.common.clock import local_day
from backend.common.reading import key, line, whole_number
from backend.common.refusal import Refusal
from backend.organisations.queries import can_coordinate
from backend.planning.operations import (
    OthersConcerned,
    OthersTouched,
    RotaNotPlannable,
    change_series,
    change_session,
    effect_of_change,
    effect_on_series,
)
from backend.planning.queries import rooms, staffing
from backend.planning.queries.concerned import mark_of_people
from backend.planning.queries.series import to_change_after, to_change_with
from backend.programmes.models import Engagement
from backend.programmes.queries import kinds_at_home, kinds_of_session
from backend.rota.models import Rota, Session, SessionTemplate
from backend.rota.operations import (
    SessionChangedMeanwhile,
    SessionOver,
    SessionValueRefused,
    Written,
    add_sessions,
    each_time,
)
from backend.rota.policy import can_be_changed, rota_is_over
from backend.rota.queries.templates import templates_for
from backend.visits.operations import call_off, refuse_under_way
from backend.web.coordinator import own_templates
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.session_confirm import confirm, confirm_series, done_to, readable
from backend.web.coordinator.session_form import SessionForm, habits, present
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words import refused
from backend.words.moments import left_out


@coordinator
def new_session(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """First the kind of session, then the form with its habits."""
    rota = access.rota_to_add_to(request.user, pk)
    if rota_is_over(rota, clock.now()):
        messages.warning(request, refused(RotaNotPlannable(rota=pk, state=rota.state), you=False))
        return see_other("coordinator:rota", pk)
    if _wants_a_visit(request):
        return see_other("coordinator:visits")
    kinds = kinds_of_session()
    templates = list(templates_for(rota.organisation)) if request.method == "GET" else []
    begun = _begun(request, rota, kinds, templates)
    if begun is None:
        return _first(request, rota, kinds, templates)
    kind, begins = begun
    form = _form(request, rota, kind, initial=begins)
    clashes: list[tuple[Session, bool]] = []
    if request.method == "POST" and form.is_valid():
        values = form.values()
        each = each_time(values, form.cleaned_data["times"] or 1, form.cleaned_data["also"])
        there = _taken(each, rota)
        if there and "seen" not in request.POST:
            clashes = readable(request.user, there)
        else:
            try:
                return _add(request, rota, kind, each)
            except SessionValueRefused as refusal:
                form.refuse(refusal)
            except Refusal as refusal:
                form.add_error(None, refused(refusal, you=False))
    context = {"place": "rota", "rota": rota, "kind": kind, "form": form, "clashes": clashes}
    return render(
        request, "coordinator/session_form.html", context, status=422 if form.errors else 200
    )


def _wants_a_visit(request: CoordinatorRequest) -> bool:
    """As an address of before says, or a page that was open since: she is told where it is made."""
    chosen = key(request.POST.get("engagement") or request.GET.get("engagement"))
    if chosen is None or not kinds_at_home().filter(pk=chosen).exists():
        return False
    at_home = SessionValueRefused(field="engagement", why="at_home", limit=None)
    messages.warning(request, refused(at_home, you=False))
    return True


def _begun(
    request: CoordinatorRequest,
    rota: Rota,
    kinds: QuerySet[Engagement],
    templates: list[SessionTemplate],
) -> tuple[Engagement, dict[str, Any]] | None:
    """The kind that was chosen, alone or by a template, and what its form starts with."""
    template = own_templates.named(request, templates)
    if template:
        return template.engagement, own_templates.filled_from(template, rota)
    chosen = key(request.POST.get("engagement") or request.GET.get("engagement"))
    if chosen is None:
        return None
    kind = get_object_or_404(kinds, pk=chosen)
    return kind, habits(kind, rota)


def _first(
    request: CoordinatorRequest,
    rota: Rota,
    kinds: QuerySet[Engagement],
    templates: list[SessionTemplate],
) -> HttpResponse:
    """What it begins from: a kind, or a template of one's own."""
    context = {
        "place": "rota",
        "rota": rota,
        "kinds": kinds,
        "at_home": kinds_at_home(),
        "templates": [(one, can_coordinate(request.user, one.organisation)) for one in templates],
    }
    return render(request, "coordinator/new_session.html", context)


def _taken(each: Sequence[Written], rota: Rota) -> list[Session]:
    """What is to be in that room at one of the times; a statement for each day within the rota."""
    found: list[Session] = []
    for one in (written.values for written in each):
        if one.starts_at and local_day(one.starts_at) < rota.ends_on:
            found += rooms.taken_by(one.venue_id, one.starts_at, one.ends_at)
    return found


def _add(
    request: CoordinatorRequest, rota: Rota, kind: Engagement, each: Sequence[Written]
) -> HttpResponse:
    now = clock.now()
    with transaction.atomic():
        added = add_sessions(
            rota_id=rota.pk, engagement_id=kind.pk, each=each, actor=request.user, now=now
        )
        first = added.made[0]
        own_templates.gives_as_kept(request, rota, added.made, now)
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
    reaches = reaches_of(request.user, row, clock.now())
    about: dict[str, Any] = {"initial": present(row), "session": row, "reaches": reaches}
    form = _form(request, row.rota, row.engagement, **about)
    version = _version(request, row)
    status = 200
    theirs: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid() and "again" not in request.POST:
        try:
            if others := reaches.get(form.cleaned_data.get("scope", "")):
                return _save_series(request, row, form, version, others)
            return _save(request, row, form, version)
        except SessionValueRefused as refusal:
            form.refuse(refusal)
        except SessionChangedMeanwhile:
            status = 409
            row = access.session_to_change(request.user, pk)
            version = row.version
            theirs = form.beside(present(row))
            said = _("%(who)s刚改过这一场。你写的还在，请跟最新的对一对再存。")
            messages.warning(request, said % {"who": _editor(pk)})
        except Refusal as refusal:
            form.add_error(None, refused(refusal, you=False))
    context = {"form": form, "version": version, "theirs": theirs}
    status = 422 if form.errors else status
    return _form_page(request, row, context, status)


def _form_page(
    request: CoordinatorRequest, row: Session, context: dict[str, Any], status: int
) -> HttpResponse:
    about = {"place": "rota", "rota": row.rota, "session": row, "kind": row.engagement}
    return render(request, "coordinator/session_form.html", about | context, status=status)


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
            return confirm(request, row, version, effect, clashes)
    try:
        effect = change_session(**change, seen=seen or "")
    except OthersTouched as refusal:
        return confirm(request, row, version, refusal.facts["effect"], clashes)
    messages.success(request, _("改好了。") + "".join(done_to([effect])))
    return see_other("coordinator:session", row.pk)


def reaches_of(user: User, row: Session, now: datetime) -> dict[str, list[int]]:
    """The others of its series that a change can be made of as well, by the word of the form: those
    that have not begun and that she may change."""
    if row.series_id is None or row.starts_at is None:
        return {}
    others = to_change_with(row, now)
    after = set(to_change_after(row, now).values_list("pk", flat=True))
    hers = access.changed_by(user, others.values_list("pk", flat=True))
    mine = sorted(hers)
    later = [pk for pk in mine if pk in after]
    found = {"later": later, "all": mine if len(mine) > len(later) else []}
    return {word: ids for word, ids in found.items() if ids}


def _save_series(
    request: CoordinatorRequest,
    row: Session,
    form: SessionForm,
    version: int,
    others: list[int],
) -> HttpResponse:
    """Show first what that would do in each of them; then save them all, or none."""
    change: dict[str, Any] = {
        "session_id": row.pk,
        "others": others,
        "version": version,
        "values": form.values(),
        "actor": request.user,
        "now": clock.now(),
    }
    seen = request.POST.get("seen")
    if seen is None:
        return confirm_series(request, row, version, effect_on_series(**change))
    try:
        effect = change_series(**change, seen=seen)
    except OthersTouched as refusal:
        return confirm_series(request, row, version, refusal.facts["effect"])
    said = _("改好了 %(n)d 场。") % {"n": len(effect.effects)}
    messages.success(request, said + "".join(done_to(effect.effects)))
    return see_other("coordinator:session", row.pk)


def _takes_place(request: CoordinatorRequest, row: Session) -> HttpResponse | None:
    """Back to its page, where there is nothing to call off any more."""
    if not can_be_changed(row, clock.now()):
        return _over(request, row)
    with refusals_said(request, you=False) as tried:
        refuse_under_way(row.pk)
    return see_other("coordinator:session", row.pk) if tried.refused else None


@coordinator
def cancel(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Ask once more with what it means for whom, and for the reason, then call it off."""
    rows = staffing.sessions_with_attendance()
    row = access.session_to_change(request.user, pk, rows)
    kept = _takes_place(request, row)
    if kept is not None:
        return kept
    because = line(request.POST.get("because", ""))[:200]
    status = 200
    if request.method == "POST" and because:
        seen = request.POST.get("seen", "")
        moved = False
        with refusals_said(request, you=False, keeps=True):
            try:
                call_off(
                    session_id=pk, because=because, seen=seen, actor=request.user, now=clock.now()
                )
                messages.success(request, _("取消了。答应过的志愿者和约好的家庭都会看到。"))
            except OthersConcerned:
                moved = True
                raise
        if not moved:
            return see_other("coordinator:session", pk)
        row = access.session_to_change(request.user, pk, rows)
        status = 409
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
    reaches: Mapping[str, list[int]] | None = None,
) -> SessionForm:
    roles = kind.programme.roles.order_by("pk")
    return SessionForm(
        filled_in(request),
        initial=initial,
        roles=list(roles),
        session=session,
        first=rota.starts_on,
        reaches={word: len(ids) for word, ids in (reaches or {}).items()},
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
