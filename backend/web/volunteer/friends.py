"""和朋友一起: whom she would like to serve with, and who would like to serve with her."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.accounts import phones
from backend.common import clock
from backend.common.fields import LineField
from backend.common.reading import key
from backend.common.refusal import Refusal
from backend.volunteers.friends import asked_by_her, asks_of, friendships_of, other
from backend.volunteers.models import Volunteer
from backend.volunteers.operations import answer_friend, ask_friend, end_friendship
from backend.web.methods import filled_in
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer


class FriendForm(forms.Form):
    phone = LineField(
        label=gettext_lazy("朋友的手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


DOES = ("yes", "no", "end")


@for_volunteer
def friends(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """POST field `do`: "yes", "no" or "end", of the row `id`; else `phone`: she asks a friend."""
    now = clock.now()
    do = request.POST.get("do", "")
    if do in DOES:
        with refusals_said(request):
            messages.success(request, _done(request, volunteer, do, now))
        return see_other("volunteer:friends")
    form = FriendForm(filled_in(request))
    if request.method == "POST" and form.is_valid():
        try:
            ask_friend(
                volunteer_id=volunteer.pk,
                phone=form.cleaned_data["phone"],
                actor=request.user,
                now=now,
            )
            messages.success(request, _("问了。她在这里登记过、用这个号码登录的话，会看到你的邀请"))
            return see_other("volunteer:friends")
        except Refusal as refusal:
            form.add_error("phone", words.refused(refusal))
    context = {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "form": form,
        "asks": asks_of(volunteer, now),
        "together": [(row.pk, other(row, volunteer.pk)) for row in friendships_of(volunteer.pk)],
        "waiting": [
            (one, phones.masked(str(one.phone))) for one in asked_by_her(volunteer.pk, now)
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "volunteer/friends.html", context, status=status)


def _done(request: VolunteerRequest, volunteer: Volunteer, do: str, now: datetime) -> str:
    """What was done, in words."""
    of = {
        "volunteer_id": volunteer.pk,
        "friendship_id": key(request.POST.get("id")) or 0,
    }
    if do == "end":
        end_friendship(**of, actor=request.user, now=now)
        return _("去掉了")
    answer_friend(**of, yes=do == "yes", actor=request.user, now=now)
    if do == "yes":
        return _("说好了，以后尽量把你们排在一起")
    return _("知道了，不会告诉她")
