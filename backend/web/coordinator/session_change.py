"""Put a session into a rota, change it, call it off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from backend.access import queries as access
from backend.accounts.models import User
from backend.common.clock import now
from backend.common.refusal import Refusal
from backend.places.models import Venue
from backend.planning.queries import staffing
from backend.programmes.models import Engagement
from backend.rota.models import Rota, Session
from backend.rota.operations import (
    SessionChanged,
    SessionValueRefused,
    add_session,
    cancel_session,
    change_session,
)
from backend.web.coordinator.door import CoordinatorRequest, coordinator, see_other
from backend.web.coordinator.session_form import SessionForm, habits, present
from backend.words import refused


@coordinator
def new_session(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """First the kind of session, then the form with its habits."""
    rota = access.rota_to_change(request.user, pk)
    kinds = (
        Engagement.objects.filter(minutes__isnull=False, programme__active=True)
        .select_related("programme")
        .order_by("programme_id", "pk")
    )
    chosen = request.POST.get("engagement") or request.GET.get("engagement") or ""
    if not chosen.isdigit():
        return render(
            request, "coordinator/new_session.html", {"place": "rota", "rota": rota, "kinds": kinds}
        )
    kind = get_object_or_404(kinds, pk=int(chosen))
    form = _form(request, rota, kind, initial=habits(kind, rota))
    if request.method == "POST" and form.is_valid():
        try:
            row = add_session(
                rota_id=rota.pk,
                engagement_id=kind.pk,
                values=form.values(),
                actor=request.user,
                now=now(),
            )
            messages.success(request, _("加好了：%(title)s") % {"title": row.title})
            return see_other("coordinator:session", row.pk)
        except SessionValueRefused as refusal:
            form.refuse(refusal)
        except Refusal as refusal:
            form.add_error(None, refused(refusal, you=False))
    context = {"place": "rota", "rota": rota, "kind": kind, "form": form}
    return render(
        request, "coordinator/session_form.html", context, status=422 if form.errors else 200
    )


@coordinator
def edit_session(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Change it over the version that was seen; a newer one is shown with who made it, and nothing
    is overwritten (409)."""
    row = access.session_to_change(request.user, pk)
    form = _form(request, row.rota, row.engagement, initial=present(row), venue=row.venue_id)
    version, status = _version(request, row), 200
    if request.method == "POST" and form.is_valid():
        try:
            change_session(
                session_id=pk, version=version, values=form.values(), actor=request.user, now=now()
            )
            messages.success(request, _("改好了。时间变了的话，答应过的人会重新收到邀请。"))
            return see_other("coordinator:session", pk)
        except SessionValueRefused as refusal:
            form.refuse(refusal)
        except SessionChanged:
            status = 409
            form = SessionForm(
                initial=present(row),
                roles=form.roles,
                venues=_venues(request.user, row.rota, row.venue_id),
            )
            version = row.version
            messages.warning(
                request,
                _("%(who)s刚改过这一场，下面是最新的。请看一看再改。") % {"who": _editor(pk)},
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
    }
    return render(
        request, "coordinator/session_form.html", context, status=422 if form.errors else status
    )


@coordinator
def cancel(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Ask once more with what it means for whom, then call it off."""
    rows = staffing.with_attendance(Session.objects.all())
    row = access.session_to_change(request.user, pk, rows)
    if request.method != "POST":
        context = {
            "place": "rota",
            "session": row,
            "people": staffing.people_in(row),
            "attendance": staffing.attendance(row),
        }
        return render(request, "coordinator/cancel_session.html", context)
    try:
        cancel_session(session_id=pk, actor=request.user, now=now())
        messages.success(request, _("取消了。答应过的志愿者和约好的家庭都会看到。"))
    except Refusal as refusal:
        messages.warning(request, refused(refusal, you=False))
    return see_other("coordinator:session", pk)


def _form(
    request: CoordinatorRequest,
    rota: Rota,
    kind: Engagement,
    *,
    initial: dict[str, Any],
    venue: int | None = None,
) -> SessionForm:
    roles = kind.programme.roles.order_by("pk")
    return SessionForm(
        request.POST or None,
        initial=initial,
        roles=list(roles),
        venues=_venues(request.user, rota, venue),
    )


def _venues(user: Any, rota: Rota, now_at: int | None) -> Any:
    """Venues of her area, and the one where it is now."""
    here = Q(pk=now_at) if now_at else Q(pk__in=[])
    codes = (
        [rota.organisation.division_id]
        if rota.organisation.division_id
        else access.area_codes(user)
    )
    for code in codes:
        here |= Q(street__code__startswith=(code or "")[:9])
    return (
        Venue.objects.filter(here, active=True)
        .select_related("street")
        .order_by("street_id", "name")
    )


def _version(request: CoordinatorRequest, row: Session) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 10 else row.version


def _editor(session_id: int) -> str:
    """Her name; the event log knows it for a day."""
    editor = User.objects.filter(pk=staffing.last_editor(session_id) or 0).first()
    return str(editor) if editor else _("同事")
