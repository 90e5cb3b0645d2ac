"""A mentor's pair on her phone: the question, her next visit, and how the last one was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.accounts.access import note_again
from backend.common import clock
from backend.common.clock import LOCAL, local_day
from backend.common.fields import DayField, LineField
from backend.common.reading import key
from backend.common.refusal import Refusal
from backend.organisations.queries import contact_of
from backend.pairs import operations as act
from backend.pairs import queries
from backend.pairs.events import subject_of
from backend.pairs.models import Pair, PairMeeting
from backend.pairs.operations.ending import SAID
from backend.pairs.operations.meeting import WORDS
from backend.pairs.policy import is_hers, is_overdue
from backend.volunteers.models import Volunteer
from backend.web.methods import filled_in
from backend.web.own_fields import chooser
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words import pairs as said

MINUTES = (
    (30, gettext_lazy("半小时")),
    (60, gettext_lazy("1 小时")),
    (90, gettext_lazy("1 个半小时")),
    (120, gettext_lazy("2 小时")),
    (180, gettext_lazy("3 小时")),
)


class WhenForm(forms.Form):
    day = DayField(label=gettext_lazy("哪天"))
    at = forms.TimeField(
        label=gettext_lazy("几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    @property
    def moment(self) -> datetime:
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"], LOCAL)


class ToldForm(WhenForm):
    """Two taps and a sentence."""

    minutes = forms.TypedChoiceField(
        label=gettext_lazy("陪了多久"), coerce=int, choices=MINUTES, widget=forms.RadioSelect
    )
    felt = forms.ChoiceField(
        label=gettext_lazy("这次怎么样"), choices=list(said.FELT.items()), widget=forms.RadioSelect
    )
    words = LineField(
        label=gettext_lazy("一句话"),
        max_length=WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, corrects: PairMeeting | None = None, **kwargs: Any) -> None:
        """`corrects`: a visit whose minutes may be none of those that are offered."""
        super().__init__(*args, **kwargs)
        if corrects is not None and corrects.minutes not in dict(MINUTES):
            hers = (corrects.minutes, _("%(n)d 分钟") % {"n": corrects.minutes})
            chooser(self, "minutes").choices = [hers, *MINUTES]


@for_volunteer
def pair(request: VolunteerRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    """A POST with `what`: yes, no (with `said`), next, told (of a `meeting`: anew) or leave;
    ?meeting= shows what she told of that one, to be put right."""
    row = _hers(volunteer, pk)
    now = clock.now()
    what = request.POST.get("what", "")
    asked = request.POST if request.method == "POST" else request.GET
    corrects = _own_meeting(row, volunteer, asked)
    sent = _sent(request, what, corrects)
    if sent is not None and sent.is_valid():
        try:
            return _written(request, volunteer, row, sent, corrects, now)
        except Refusal as refusal:
            field = refusal.facts.get("field", "day")
            sent.add_error(field if field in sent.fields else "day", words.refused(refusal))
    if sent is None and request.method == "POST":
        with refusals_said(request):
            return _answered(request, volunteer, row, what, now)
        return see_other("volunteer:mine")
    context = _page(request, volunteer, row, now) | _forms(row, now) | _put_right(row, corrects)
    if sent is not None:
        context |= {"told" if what == "told" else "next": sent}
    status = 422 if sent is not None else 200
    return render(request, "volunteer/pair.html", context, status=status)


@for_volunteer
def pair_fragment(request: VolunteerRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    """How it stands, for a page that has been told of a change."""
    row = _hers(volunteer, pk)
    now = clock.now()
    corrects = _own_meeting(row, volunteer, request.GET)
    context = _page(request, volunteer, row, now) | _forms(row, now) | _put_right(row, corrects)
    return render(request, "volunteer/_pair.html", context)


def _answered(
    request: VolunteerRequest, volunteer: Volunteer, row: Pair, what: str, now: datetime
) -> HttpResponse:
    """Whatever is sent without a form of days."""
    hers: dict[str, Any] = {"pair_id": row.pk, "actor": request.user, "now": now}
    if what == "yes":
        found = act.agree_to_pair(volunteer_id=volunteer.pk, **hers)
        if found.is_standing and found.mentor_id == volunteer.pk:
            messages.success(request, _("谢谢你，你们结对了。选一个时间去看看吧"))
            return see_other("volunteer:pair", row.pk)
        messages.success(request, _("记下了，等另一位也说好"))
    elif what == "no":
        act.turn_down_pair(volunteer_id=volunteer.pk, said=request.POST.get("said", ""), **hers)
        messages.info(request, _("好的，谢谢你告诉我们"))
    elif what == "leave":
        act.leave_pair(volunteer_id=volunteer.pk, said=request.POST.get("said", ""), **hers)
        messages.info(request, _("好的，结束了。谢谢你陪过这个孩子"))
    return see_other("volunteer:mine")


def _written(
    request: VolunteerRequest,
    volunteer: Volunteer,
    row: Pair,
    sent: WhenForm,
    corrects: PairMeeting | None,
    now: datetime,
) -> HttpResponse:
    hers: dict[str, Any] = {"volunteer_id": volunteer.pk, "actor": request.user, "now": now}
    if isinstance(sent, ToldForm):
        given = sent.cleaned_data
        told = act.MeetingWords(
            began_at=sent.moment,
            minutes=given["minutes"],
            felt=given["felt"],
            words=given["words"],
        )
        if corrects is not None:
            changed = act.correct_visit(meeting_id=corrects.pk, said=told, **hers)
            done = _("没有要改的，跟原来一样") if changed is None else _("改好了")
            messages.success(request, done)
        else:
            act.tell_visit(pair_id=row.pk, said=told, **hers)
            messages.success(request, _("记下了，辛苦了。时长等调度员核对"))
    else:
        act.set_next_visit(pair_id=row.pk, at=sent.moment, **hers)
        messages.success(request, _("记下了"))
    return see_other("volunteer:pair", row.pk)


def _sent(request: VolunteerRequest, what: str, corrects: PairMeeting | None) -> WhenForm | None:
    """The form that was sent; None: something else was, or nothing."""
    if what == "next":
        return WhenForm(filled_in(request), prefix=what)
    if what == "told":
        return ToldForm(filled_in(request), prefix=what, corrects=corrects)
    return None


def _own_meeting(row: Pair, volunteer: Volunteer, asked: Mapping[str, Any]) -> PairMeeting | None:
    """`meeting`: one that she told of this pair, to be put right while it is hers."""
    chosen = key(asked.get("meeting"))
    if chosen is None or not is_hers(row, volunteer.pk):
        return None
    return queries.meeting_told(row, volunteer.pk, chosen)


def _put_right(row: Pair, corrects: PairMeeting | None) -> dict[str, Any]:
    """The form of the visit that is to be put right, with what she said of it; {}: of none."""
    if corrects is None:
        return {}
    here = corrects.began_at.astimezone(LOCAL)
    said_then = {"day": here.date(), "at": here.time(), "minutes": corrects.minutes}
    said_then |= {"felt": corrects.felt, "words": corrects.words or ""}
    address = reverse("volunteer:pair_fragment", args=[row.pk])
    return {
        "told": ToldForm(initial=said_then, prefix="told", corrects=corrects),
        "corrects": corrects,
        "here": f"{address}?meeting={corrects.pk}",
    }


def _hers(volunteer: Volunteer, pk: int) -> Pair:
    row = queries.own_pair(volunteer.pk, pk)
    if row is None:
        raise Http404(f"pair {pk}")
    return row


def _forms(row: Pair, now: datetime) -> dict[str, Any]:
    """What the boxes begin with: the day that was chosen, today."""
    here = now.astimezone(LOCAL)
    due = row.due_on or here.date()
    ahead = {"day": max(due, here.date()), "at": time(15, 0)}
    if row.next_at is not None:
        ahead = {"day": local_day(row.next_at), "at": row.next_at.astimezone(LOCAL).time()}
    chosen = row.next_at is not None and row.next_at <= now
    lately = ahead if chosen else {"day": here.date(), "at": ""}
    return {
        "next": WhenForm(initial=ahead, prefix="next"),
        "told": ToldForm(initial=lately, prefix="told"),
        "longest": SAID,
    }


def _page(
    request: VolunteerRequest, volunteer: Volunteer, row: Pair, now: datetime
) -> dict[str, Any]:
    """What she reads about the child, which the log has: its age once she is asked, its nickname
    while they are a pair; nothing of what is over."""
    child = row.child
    together = is_hers(row, volunteer.pk)
    if together or row.is_asked:
        note_again(request.user, subject_of(child.pk))
    found = queries.meetings_told(row) if together else []
    return {
        "audience": "volunteer",
        "place": "mine",
        "pair": row,
        "gives": row.is_asked and row.mentor_id != volunteer.pk,
        "answered": row.given_at if row.mentor_id != volunteer.pk else row.agreed_at,
        "together": together,
        "over": "" if together or row.is_asked else _over(row),
        "name": child.nickname if together else "",
        "age": said.age_in_words(child.birth_month, local_day(now)) if child.birth_month else "",
        "rhythm": said.every(row.weeks),
        "overdue": is_overdue(row, local_day(now)),
        "meetings": [(one, str(said.FELT[one.felt])) for one in found],
        "harm": reverse("volunteer:harm", args=[found[0].place.session_id]) if found else "",
        "contact": contact_of(child.organisation),
        "streams": f"volunteer.{volunteer.pk}",
        "here": reverse("volunteer:pair_fragment", args=[row.pk]),
    }


def _over(row: Pair) -> str:
    if row.is_together:
        return _("交接好了，谢谢你陪过这个孩子")
    return str(said.ENDS.get(row.end_reason, ""))
