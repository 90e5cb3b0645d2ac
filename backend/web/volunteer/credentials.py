"""证书: what her programmes' roles want, what she holds of it, and handing one in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.common import clock
from backend.common.clock import local_day
from backend.common.evidence import MOST_BYTES, MOST_PAGES, pages_of
from backend.common.fields import DayField, LineField
from backend.common.reading import key
from backend.common.refusal import Refusal
from backend.organisations.queries import contact_of
from backend.outbox.kinds import CITY
from backend.programmes.models import ADULT, CredentialKind, Engagement, Role
from backend.volunteers.models import VettingCheck, Volunteer
from backend.volunteers.operations import (
    hand_in,
    request_vetting,
    take_back_hand_in,
    withdraw_vetting,
)
from backend.volunteers.queries import (
    LAPSES_SOON,
    Holding,
    engagements_for,
    holdings,
    roles_for,
)
from backend.web.components import Action, Button, Tag
from backend.web.methods import filled_in
from backend.web.see_other import see_other
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.web.volunteer.standing_tags import tag_of
from backend.words.credential_messages import why_it_ended


class HandInForm(forms.Form):
    """Of which kind stands in the address of the page."""

    number = LineField(label=gettext_lazy("证书编号"), max_length=40, required=False)
    issuer = LineField(label=gettext_lazy("哪里发的"), max_length=60, required=False)
    valid_from = DayField(label=gettext_lazy("从哪天起有效"))
    valid_until = DayField(label=gettext_lazy("有效到哪天"), required=False)
    evidence = forms.FileField(
        label=gettext_lazy("证书的照片或 PDF"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
        error_messages={"empty": gettext_lazy("这个文件是空的，请重新拍一张再交")},
    )


@dataclass(frozen=True)
class KindLine:
    """One kind of credential: how she stands with it, and what she can do about it."""

    name: str
    wanted_by: str
    tag: Tag
    note: str
    action: Action | Button | None
    second: Action | Button | None


@dataclass(frozen=True)
class RoleLine:
    """One role, and what she lacks for it."""

    name: str
    tag: Tag


@for_volunteer
def credentials(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    return render(request, "volunteer/credentials.html", _about(volunteer))


@for_volunteer
def credentials_fragment(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The lists alone, for a page that has been told of an answer."""
    return render(request, "volunteer/_credentials.html", _about(volunteer))


@for_volunteer
def hand_in_one(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """?kind= names the kind. GET shows the form; POST hands it in."""
    kind = _kind(request.GET.get("kind"))
    form = HandInForm(filled_in(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        evidence = given.pop("evidence")
        assert isinstance(evidence, UploadedFile)
        try:
            hand_in(
                volunteer_id=volunteer.pk,
                kind=kind,
                pages=pages_of(evidence.read()),
                actor=request.user,
                now=clock.now(),
                **given,
            )
            messages.success(request, _("交上去了，核对好了会告诉你"))
            return see_other("volunteer:credentials")
        except Refusal as refusal:
            form.add_error(_field(refusal), words.refused(refusal))
    context = {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "form": form,
        "kind": kind,
        "most_megabytes": MOST_BYTES // 2**20,
        "most_pages": MOST_PAGES,
    }
    return render(request, "volunteer/hand_in.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_volunteer
def consent_to_vetting(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """同意查询: the federation may ask the authority about her, this once; where there is nothing
    to consent to, how she stands is said instead."""
    now = clock.now()
    today = local_day(now)
    kinds = [one for one in holdings(volunteer).values() if one.kind.is_vetting]
    if kinds and not any(_consent(one, today) for one in kinds):
        messages.info(request, tag_of(kinds[0], today).label)
        return see_other("volunteer:credentials")
    request_vetting(
        volunteer_id=volunteer.pk, consent_at=now, authority="", actor=request.user, now=now
    )
    messages.success(request, _("记下了，妇联会去查，有结果会告诉你"))
    return see_other("volunteer:credentials")


@require_POST
@for_volunteer
def withdraw_consent(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """撤回同意: while no answer is written down."""
    if withdraw_vetting(volunteer_id=volunteer.pk, actor=request.user, now=clock.now()):
        messages.success(request, _("撤回了，不会去查；要它的岗位暂时接不了"))
    else:
        messages.info(request, _("已经有结果了，请看一看"))
    return see_other("volunteer:credentials")


@require_POST
@for_volunteer
def take_back(request: VolunteerRequest, volunteer: Volunteer, hand_in_id: int) -> HttpResponse:
    """收回: nobody has looked at it yet."""
    if not volunteer.hand_ins.filter(pk=hand_in_id).exists():
        raise Http404(f"hand-in {hand_in_id}")
    try:
        take_back_hand_in(hand_in_id=hand_in_id, actor=request.user, now=clock.now())
        messages.success(request, _("收回了"))
    except Refusal:
        messages.info(request, _("已经有人核对过了，请看结果"))
    return see_other("volunteer:credentials")


def _kind(asked: str | None) -> CredentialKind:
    kind = CredentialKind.objects.filter(pk=key(asked) or 0).first()
    if kind is None or kind.is_vetting:
        raise Http404(f"kind {asked}")
    return kind


def _field(refusal: Refusal) -> str | None:
    if refusal.code == "evidence_refused":
        return "evidence"
    return "valid_until" if refusal.facts.get("why") in ("dates", "over") else None


def _about(volunteer: Volunteer) -> dict[str, Any]:
    """Eleven statements, however many roles and kinds there are."""
    today = local_day(clock.now())
    standing = holdings(volunteer)
    roles = roles_for(volunteer)
    return {
        "audience": "volunteer",
        "place": "me",
        "organisation_name": volunteer.organisation.name,
        "streams": f"volunteer.{volunteer.pk} {CITY}",
        "contact": contact_of(volunteer.organisation),
        "programmes": _by_programme(roles, standing, today),
        "kinds": _kinds(_wanted(volunteer, roles), standing, today),
    }


def _by_programme(
    roles: Iterable[Role], standing: dict[int, Holding], today: date
) -> list[tuple[str, list[RoleLine]]]:
    """The programmes by name, each with its roles."""
    return [
        (name, [RoleLine(role.name, _role_tag(role, standing, today)) for role in group])
        for name, group in groupby(roles, key=lambda role: role.programme.name)
    ]


def _role_tag(role: Role, standing: dict[int, Holding], today: date) -> Tag:
    lacks = [kind.name for kind in role.requires.all() if not standing[kind.pk].holds(today)]
    if lacks:
        return Tag(label=_("还差：%(what)s") % {"what": _("、").join(lacks)})
    return Tag(label=_("可以接"), tone="ok", icon="check")


def _wanted(volunteer: Volunteer, roles: Sequence[Role]) -> dict[int, list[str]]:
    """Kind of credential → the roles and the kinds of session that ask for it."""
    wanted: dict[int, list[str]] = defaultdict(list)
    asking: list[Role | Engagement] = [*roles, *engagements_for(volunteer)]
    for asks in asking:
        for kind in asks.requires.all():
            wanted[kind.pk].append(f"{asks.programme.name} {asks.name}")
    return wanted


def _kinds(
    wanted: dict[int, list[str]], standing: dict[int, Holding], today: date
) -> list[KindLine]:
    """What is wanted and what she has or has shown, those that she lacks first."""
    shown = [one for pk, one in standing.items() if pk in wanted or one.is_known]
    shown.sort(key=lambda one: one.holds(today))
    return [_line(one, wanted.get(one.kind.pk, []), today) for one in shown]


def _line(one: Holding, wanted: Sequence[str], today: date) -> KindLine:
    by = _("%(roles)s要它") % {"roles": _("、").join(wanted)} if wanted else ""
    note = ""
    if one.kind.is_vetting:
        note = _(
            "接触孩子的岗位，法律要求每年向公安机关查一次，看有没有伤害孩子的记录。"
            "只记通过没通过和到哪天，只有调度员和儿童信息负责人看得到。"
        )
    elif one.kind.code == ADULT:
        note = _("上门的两位都要成年。带证件给调度员当面看一眼，由她登记，不用交号码和照片。")
    elif one.returned:
        note = _("上次交的没有通过：%(why)s") % {"why": one.returned.reason}
    elif one.held:
        note = why_it_ended(one.held.how_it_ended, one.held.ended_because)
    return KindLine(one.kind.name, by, tag_of(one, today), note, *_actions(one, today))


def _consent(one: Holding, today: date) -> Action | None:
    """What she can do about the vetting: consent, from two months before the last one lapses."""
    until = one.until
    lasts = one.holds(today) and (until is None or until - today > LAPSES_SOON)
    blocked = one.answered and one.answered.result == VettingCheck.Result.BLOCKED
    if one.asked or lasts or blocked:
        return None
    return Action(label=_("同意查询"), url=reverse("volunteer:consent_to_vetting"))


def _withdrawing(one: Holding) -> Action | None:
    """Her consent back, as easily as it was given."""
    if not one.asked:
        return None
    url = reverse("volunteer:withdraw_consent")
    return Action(label=_("撤回同意"), url=url, variant="text", icon="undo-2")


def _actions(one: Holding, today: date) -> tuple[Action | Button | None, Action | Button | None]:
    if one.kind.is_vetting:
        return _consent(one, today), _withdrawing(one)
    if one.kind.code == ADULT and not one.waiting:
        return None, None
    to_form = f"{reverse('volunteer:hand_in')}?kind={one.kind.pk}"
    if one.waiting:
        back = Action(
            label=_("收回"),
            url=reverse("volunteer:take_back_hand_in", args=[one.waiting.pk]),
            variant="text",
            icon="undo-2",
        )
        return Button(label=_("换一份"), href=to_form), back
    if one.holds(today):
        return Button(label=_("交一份新的"), href=to_form, variant="text"), None
    return Button(label=_("交这个证书"), href=to_form, variant="pri"), None
