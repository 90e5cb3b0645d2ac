"""Bring somebody over from another session to one that nobody else can take."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.access import queries as access
from backend.common import clock
from backend.common.reading import key
from backend.planning.queries.bringing import part_named
from backend.rota.models import Assignment, Offer, Session
from backend.rota.operations import bring_over as bring
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.undo import done
from backend.words.moments import when


@coordinator
@require_POST
def bring_over(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """She agreed by telephone, or had only been asked elsewhere; both sessions are the reader's to
    change."""
    session = access.session_to_change(request.user, pk)
    shift = session.shifts.filter(pk=key(request.POST.get("shift")) or 0).first()
    part = _part(request, session)
    if shift is None or part is None:
        messages.warning(request, _("刚刚有变化，什么都没有动，请看最新的"))
        return see_other("coordinator:ask", pk)
    because = _("请你改去%(title)s") % {"title": session.title}
    if session.starts_at:
        because = _("请你改去 %(when)s 的%(title)s") % {
            "when": when(session.starts_at),
            "title": session.title,
        }
    with refusals_said(request, you=False) as tried:
        act = bring(
            part=part, shift_id=shift.pk, because=because, actor=request.user, now=clock.now()
        )
    if tried.refused:
        return see_other("coordinator:ask", pk)
    said = _("%(who)s改到这一场了，一分钟后告诉她")
    if isinstance(part, Offer):
        said = _("改问%(who)s这一场了，一分钟后告诉她")
    undo = reverse("coordinator:undo_act", args=[act.pk])
    done(request, said % {"who": part.volunteer.name}, undo)
    return see_other("coordinator:session", pk)


def _part(request: CoordinatorRequest, session: Session) -> Assignment | Offer | None:
    """The part that the form names, of somebody whom she may name, in a session that is hers."""
    part = part_named(request.POST.get("part", ""))
    if part is None or not access.changed_by(request.user, [part.session_id]):
        return None
    named = access.volunteers_named(request.user, session)
    return part if named.filter(pk=part.volunteer_id).exists() else None
