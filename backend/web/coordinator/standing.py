"""A volunteer rests, serves again or serves no more; and what colleagues note about her."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access.refusals import NotHers, NotSeen
from backend.common import clock
from backend.organisations.queries import can_coordinate
from backend.planning.queries import register
from backend.rights.operations import withdraw_guardian_consent
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import change_state, keep_paused, note_of_age, write_remark
from backend.volunteers.queries import pause_of
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.undo import done

SERVES = (Volunteer.State.ACTIVE, Volunteer.State.PAUSED, Volunteer.State.LEFT)


def _hers(request: CoordinatorRequest, pk: int) -> Volunteer:
    """Raises NotSeen, and NotHers when she only sees her."""
    rows = register.volunteers_found(request.user).select_related("organisation")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotSeen
    if not can_coordinate(request.user, row.organisation):
        raise NotHers
    return row


@coordinator
@require_POST
def change_standing(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `to`, of the form or of the address: the state that she shall have."""
    row = _hers(request, pk)
    to = request.POST.get("to") or request.GET.get("to") or ""
    if to not in SERVES or row.state not in SERVES:
        raise Http404
    before = row.state
    held = pause_of(pk)
    why = request.POST.get("why") or request.GET.get("why") or ""
    with refusals_said(request, you=False) as tried:
        change_state(volunteer_id=pk, state=to, actor=request.user, now=clock.now(), why=why)
    if tried.refused:
        return see_other("coordinator:volunteer", pk)
    said = {
        Volunteer.State.ACTIVE: _("%(who)s又可以接班了，告诉了她"),
        Volunteer.State.PAUSED: _("%(who)s先休息，不再排新的班，告诉了她"),
        Volunteer.State.LEFT: _("%(who)s退出了，不再排新的班，告诉了她"),
    }[Volunteer.State(to)]
    back = {"to": before} | ({"why": held.why} if held else {})
    if before == Volunteer.State.PAUSED and held is None:
        # her own pause, which a coordinator cannot make anew
        messages.success(request, said % {"who": row.name})
    else:
        address = reverse("coordinator:change_standing", args=[pk])
        done(request, said % {"who": row.name}, f"{address}?{urlencode(back)}")
    return see_other("coordinator:volunteer", pk)


@coordinator
@require_POST
def stay_paused(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `why`, which she reads."""
    row = _hers(request, pk)
    why = request.POST.get("why", "")
    with refusals_said(request, you=False):
        keep_paused(volunteer_id=pk, why=why, actor=request.user, now=clock.now())
        messages.success(request, _("告诉%(who)s了，先不恢复") % {"who": row.name})
    return see_other("coordinator:volunteer", pk)


@coordinator
@require_POST
def remark(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `text`."""
    row = _hers(request, pk)
    with refusals_said(request, you=False):
        text = request.POST.get("text", "")
        write_remark(volunteer_id=row.pk, text=text, actor=request.user, now=clock.now())
        messages.success(request, _("记下了"))
    return see_other("coordinator:volunteer", pk)


@coordinator
@require_POST
def guardian_withdraws(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Her guardian told the coordinator that the consent is taken back."""
    row = _hers(request, pk)
    with refusals_said(request, you=False):
        n = withdraw_guardian_consent(volunteer_id=row.pk, actor=request.user, now=clock.now())
        said = _("记下了：监护人撤回")
        if n:
            said = _("记下了：监护人撤回，答应过的 %(n)d 场已经退了")
        messages.success(request, said % {"n": n})
    return see_other("coordinator:volunteer", pk)


@coordinator
@require_POST
def of_age(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """She has seen the volunteer's papers."""
    row = _hers(request, pk)
    with refusals_said(request, you=False):
        note_of_age(volunteer_id=row.pk, actor=request.user, now=clock.now())
        messages.success(request, _("记下了：年满 18 周岁，可以上门"))
    return see_other("coordinator:volunteer", pk)
