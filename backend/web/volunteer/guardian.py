"""监护人同意: what a guardian agrees to, by a code on the guardian's telephone, and takes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from backend.accounts import phones
from backend.accounts.operations import try_code
from backend.common import clock
from backend.common.client import client_ip
from backend.common.fields import LineField
from backend.rights.operations import withdraw_guardian_consent
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import guardian_agrees, send_guardian_code
from backend.volunteers.policy import is_minor
from backend.volunteers.queries import guardian_of, is_on_its_way
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer

ASKED = "guardian_asked"  # in the session: the code that is on its way


class GuardianCodeForm(forms.Form):
    code = LineField(
        label=gettext_lazy("监护人短信里的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


@for_volunteer
def guardian(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """GET shows the text and how it stands. POST field `do`: "send" a code to the guardian, "back"
    takes the consent back; else `code`: the guardian says yes."""
    now = clock.now()
    do = request.POST.get("do", "")
    form = GuardianCodeForm(filled_in(request) if not do else None)
    done = ""
    if do in ("send", "back") or form.is_valid():
        with refusals_said(request) as tried:
            done = _done(request, volunteer, do, form, now)
        if tried.refused:
            return see_other("volunteer:guardian")
    if done:
        messages.success(request, done)
        return see_other("volunteer:guardian")
    status = 422 if form.is_bound else 200
    context = _about(request, volunteer) | {"form": form}
    return render(request, "volunteer/guardian.html", context, status=status)


def _done(
    request: VolunteerRequest, volunteer: Volunteer, do: str, form: GuardianCodeForm, now: datetime
) -> str:
    """What was done, in words; "": nothing, and the form says why."""
    if do == "send":
        code = send_guardian_code(
            volunteer_id=volunteer.pk,
            address=client_ip(request),
            language=get_language() or "",
            now=now,
        )
        request.session[ASKED] = code.pk
        return _("验证码发到监护人手机上了")
    if do == "back":
        n = withdraw_guardian_consent(volunteer_id=volunteer.pk, actor=request.user, now=now)
        request.session.pop(ASKED, None)
        if n:
            return _("撤回了，答应过的 %(n)d 场已经退了") % {"n": n}
        return _("撤回了")
    if _agreed(request, volunteer, form):
        return _("监护人同意了，等妇联确认")
    return ""


def _about(request: VolunteerRequest, volunteer: Volunteer) -> dict[str, Any]:
    consent = guardian_of(volunteer)
    now = clock.now()
    return {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "volunteer": volunteer,
        "consent": consent,
        "minor": is_minor(volunteer, now) and consent is not None,
        "masked": phones.masked(str(consent.phone)) if consent else "",
        "sent": is_on_its_way(request.session.get(ASKED, 0), volunteer.pk, now),
    }


def _agreed(request: VolunteerRequest, volunteer: Volunteer, form: GuardianCodeForm) -> bool:
    typed = form.cleaned_data["code"]
    asked = request.session.get(ASKED, 0)
    tried = try_code(code_id=asked, typed=typed, now=clock.now())
    if tried.number is None:
        form.add_error("code", _("验证码不对，请看监护人手机上的短信"))
        return False
    guardian_agrees(volunteer_id=volunteer.pk, code_id=asked, actor=request.user, now=clock.now())
    request.session.pop(ASKED, None)
    return True
