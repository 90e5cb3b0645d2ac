"""本单位: whom volunteers phone, who answers for papers, whether these may be called 证明, and in
which group its coordinators are told."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from backend import words
from backend.access.refusals import NotHers, NotSeen
from backend.common import clock
from backend.common.fields import LineField
from backend.common.refusal import Refusal
from backend.notifications.channels import on
from backend.notifications.models import GroupRobot
from backend.notifications.operations import keep_robot, remove_robot
from backend.notifications.robots import of_organisation
from backend.notifications.trying import OFF, try_robot
from backend.organisations.models import Organisation
from backend.organisations.operations import describe_organisation
from backend.organisations.queries import can_coordinate, scope_paths, within
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.methods import filled_in
from backend.web.see_other import see_other
from backend.words.robots import robot_answer


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no arguments at run time
    contact_phone = LineField(label=gettext_lazy("联系电话"), max_length=30, required=False)
    responsible = LineField(label=gettext_lazy("负责人"), max_length=40, required=False)

    class Meta:
        model = Organisation
        fields = ("contact_phone", "responsible", "lawful_issuer", "stars_on_reported")
        labels = {
            "lawful_issuer": gettext_lazy("可以依法开志愿服务记录证明"),
            "stars_on_reported": gettext_lazy("星级只算已上报的时长"),
        }


GROUPS = [("wecom", gettext_lazy("企业微信群")), ("dingtalk", gettext_lazy("钉钉群"))]


class RobotForm(forms.Form):
    channel = forms.ChoiceField(
        label=gettext_lazy("哪一种群"),
        choices=GROUPS,
    )
    webhook = LineField(label=gettext_lazy("机器人的 Webhook 地址"), max_length=300)
    secret = LineField(label=gettext_lazy("加签密钥（只有钉钉要）"), max_length=130, required=False)


@coordinator
def organisation(request: CoordinatorRequest, pk: int) -> HttpResponse:
    row = _hers(request, pk)
    form = DetailsForm(filled_in(request), instance=row)
    if form.is_bound and form.is_valid():
        describe_organisation(
            organisation=row, actor=request.user, now=clock.now(), **form.cleaned_data
        )
        messages.success(request, _("记下了"))
        return see_other("coordinator:organisation", pk)
    return _page(request, row, form, RobotForm())


@coordinator
@require_POST
def keep(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Another robot for the group of this organisation."""
    row = _hers(request, pk)
    form = RobotForm(request.POST)
    if form.is_valid():
        try:
            keep_robot(organisation=row, actor=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, _("接上了，以后要调度员知道的事也发到群里"))
            return see_other("coordinator:organisation", pk)
        except Refusal as refusal:
            form.add_error(None, words.refused(refusal))
    return _page(request, row, DetailsForm(instance=row), form)


@coordinator
@require_POST
def remove(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `channel`: in that group nothing is told any more."""
    row = _hers(request, pk)
    channel = request.POST.get("channel", "")
    remove_robot(organisation=row, channel=channel, actor=request.user, now=clock.now())
    messages.success(request, _("不再发到那个群"))
    return see_other("coordinator:organisation", pk)


@coordinator
@require_POST
def try_one(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """Field `channel`: its robot says one line there, and what came back is said in words."""
    row = _hers(request, pk)
    channel = request.POST.get("channel", "")
    robot = next((one for one in of_organisation(row.pk) if one.channel == channel), None)
    if robot is None:
        messages.warning(request, robot_answer("robot_gone"))
    else:
        trouble = try_robot(robot, now=clock.now())
        say = messages.warning if trouble else messages.success
        say(request, robot_answer(trouble))
    return see_other("coordinator:organisation", pk)


def _page(
    request: CoordinatorRequest, row: Organisation, form: DetailsForm, robot: RobotForm
) -> HttpResponse:
    called = dict(GROUPS)
    context = {
        "place": "hours",
        "row": row,
        "form": form,
        "robot": robot,
        "robots": [(one, called[one.channel], *_standing(one)) for one in of_organisation(row.pk)],
    }
    status = 422 if form.is_bound or robot.is_bound else 200
    return render(request, "coordinator/organisation.html", context, status=status)


def _standing(robot: GroupRobot) -> tuple[bool, str]:
    """Whether messages to such groups are on, and what is wrong with this one, "" for nothing."""
    if robot.channel not in on():
        return False, robot_answer(OFF)
    return True, robot_answer(robot.trouble) if robot.trouble else ""


def _hers(request: CoordinatorRequest, pk: int) -> Organisation:
    """Raises NotSeen, and NotHers when she only watches it."""
    row = Organisation.objects.filter(within(scope_paths(request.user)), pk=pk).first()
    if row is None:
        raise NotSeen
    if not can_coordinate(request.user, row):
        raise NotHers
    return row
