"""强制报告: what the law asks, whom to call, and one form that waits for nobody's leave."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from backend.common import clock
from backend.harm.operations import LONGEST, report_harm
from backend.harm.queries import has_officer, session_of
from backend.volunteers.models import Volunteer
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.harm import SIGNS


@for_volunteer
def harm(request: VolunteerRequest, volunteer: Volunteer, session_id: int) -> HttpResponse:
    """GET says whom to call; POST (`sign`, each; `said`) keeps a report. An empty one counts."""
    session = session_of(request.user, session_id)
    if session is None:
        raise Http404(f"session {session_id}")
    read = has_officer(session.rota.organisation)
    if request.method == "POST":
        report_harm(
            session_id=session.pk,
            signs=request.POST.getlist("sign"),
            said=request.POST.get("said", ""),
            actor=request.user,
            now=clock.now(),
        )
        kept = {
            True: _("记下了，儿童信息负责人马上会看到。还没打 110 的，请现在打"),
            False: _("记下了。这里还没有人能看报告，请现在打 110 或 12345"),
        }
        messages.success(request, kept[read])
        return see_other("volunteer:harm", session.pk)
    context = {
        "audience": "volunteer",
        "place": "check_in",
        "session": session,
        "signs": list(SIGNS.items()),
        "longest": LONGEST,
        "read": read,
    }
    response = render(request, "volunteer/harm.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
