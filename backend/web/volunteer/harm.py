"""强制报告: what the law asks, whom to call, and one form that waits for nobody's leave."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.common import clock
from backend.harm.operations import LONGEST, report_harm
from backend.harm.queries import officers_over, session_of, who_appoints
from backend.volunteers.models import Volunteer
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.harm import SIGNS


@for_volunteer
def harm(request: VolunteerRequest, volunteer: Volunteer, session_id: int) -> HttpResponse:
    """GET says whom to call; POST (`sign`, each; `said`) keeps a report. An empty one counts."""
    session = session_of(request.user, session_id)
    if session is None:
        raise Http404(f"session {session_id}")
    there = session.rota.organisation
    read = bool(officers_over(there))
    known = bool(not read and who_appoints(there))
    status = 200
    if request.method == "POST":
        with refusals_said(request):
            report_harm(
                session_id=session.pk,
                signs=request.POST.getlist("sign"),
                said=request.POST.get("said", ""),
                actor=request.user,
                now=clock.now(),
            )
            messages.success(request, _kept(read, known))
            return see_other("volunteer:harm", session.pk)
        status = 422
    context = {
        "audience": "volunteer",
        "place": "check_in",
        "session": session,
        "signs": list(SIGNS.items()),
        "longest": LONGEST,
        "read": read,
        "known": known,
        "said": request.POST.get("said", ""),
        "chosen": request.POST.getlist("sign"),
    }
    response = render(request, "volunteer/harm.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _kept(read: bool, known: bool) -> str:
    """What becomes of it now, as it is."""
    if read:
        return _("记下了，儿童信息负责人马上会看到。还没打 110 的，请现在打")
    if known:
        return _("记下了。上级妇联知道有一份报告，会找人来看。请现在打 110 或 12345")
    return _("记下了。这里还没有人能看报告，请现在打 110 或 12345")
