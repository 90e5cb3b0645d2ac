"""What a volunteer says: 报名, 我能去, 去不了."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend import words
from backend.common import clock
from backend.common.refusal import Refusal
from backend.organisations.queries import contact_of
from backend.programmes.queries import credential_names
from backend.rota.models import Assignment, Offer, Shift
from backend.rota.operations import (
    accept_offer,
    claim_shift,
    decline_offer,
    undo_accept,
    undo_claim,
    undo_decline,
    withdraw_assignment,
)
from backend.rota.policy import can_be_given_back, can_be_passed_on
from backend.rota.queries import with_what_followed
from backend.volunteers.models import Volunteer
from backend.web.components import Action, Toast
from backend.web.see_other import here, see_other
from backend.web.volunteer.cards import assignment_card, why_ended
from backend.web.volunteer.find import card_context
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.web.volunteer.mine import offers_context
from backend.words.moments import when

ASKED_SINCE = (Offer.State.PENDING, Offer.State.ACCEPTED)
NEAR = timedelta(days=1)  # before the start: a word to a person is needed as well


@require_POST
@for_volunteer
def claim(request: VolunteerRequest, volunteer: Volunteer, shift_id: int) -> HttpResponse:
    now = clock.now()

    taken: list[Assignment] = []

    def take() -> str:
        try:
            taken.append(
                claim_shift(
                    volunteer_id=volunteer.pk,
                    shift_id=shift_id,
                    actor=request.user,
                    now=now,
                    seen=request.POST.get("seen", ""),
                )
            )
        except Shift.DoesNotExist:
            raise Http404(f"shift {shift_id}") from None
        return _("报好名了，到时见")

    done, said = _try(take)
    undo = _undo(taken[0]) if taken else None
    return _card_or_page(request, volunteer, shift_id, now, done, said, undo)


@require_POST
@for_volunteer
def accept(request: VolunteerRequest, volunteer: Volunteer, offer_id: int) -> HttpResponse:
    offer = _own_offer(volunteer, offer_id)

    def say_yes() -> str:
        seen = request.POST.get("seen", "")
        accept_offer(offer_id=offer_id, actor=request.user, now=clock.now(), seen=seen)
        starts_at = offer.session.starts_at
        if starts_at:
            return _("说好了，%(when)s 见") % {"when": when(starts_at)}
        return _("说好了，谢谢你")

    done, said = _try(say_yes)
    undo = _undo_answer("undo_accept", request, offer) if done else None
    return _answered(request, volunteer, offer, done, said, undo)


@require_POST
@for_volunteer
def decline(request: VolunteerRequest, volunteer: Volunteer, offer_id: int) -> HttpResponse:
    offer = _own_offer(volunteer, offer_id)

    def say_no() -> str:
        decline_offer(offer_id=offer_id, actor=request.user, now=clock.now())
        return _("知道了，没关系，我们再找别人")

    done, said = _try(say_no)
    undo = _undo_answer("undo_decline", request, offer) if done else None
    return _answered(request, volunteer, offer, done, said, undo)


@require_POST
@for_volunteer
def undo_yes(request: VolunteerRequest, volunteer: Volunteer, offer_id: int) -> HttpResponse:
    """我能去 by mistake: the question stands again."""
    return _undone(request, volunteer, offer_id, undo_accept)


@require_POST
@for_volunteer
def undo_no(request: VolunteerRequest, volunteer: Volunteer, offer_id: int) -> HttpResponse:
    """去不了 by mistake, or she can come after all."""
    return _undone(request, volunteer, offer_id, undo_decline)


def _undone(
    request: VolunteerRequest,
    volunteer: Volunteer,
    offer_id: int,
    undo: Callable[..., Offer],
) -> HttpResponse:
    offer = _own_offer(volunteer, offer_id)

    def back() -> str:
        undo(offer_id=offer_id, actor=request.user, now=clock.now())
        return _("好，请再回复一次")

    return _answered(request, volunteer, offer, *_try(back))


@require_POST
@for_volunteer
def undo_taking(
    request: VolunteerRequest, volunteer: Volunteer, assignment_id: int
) -> HttpResponse:
    """报名 by mistake."""
    rows = Assignment.objects.filter(pk=assignment_id, volunteer=volunteer)
    assignment = rows.first()
    if assignment is None:
        raise Http404(f"assignment {assignment_id}")
    now = clock.now()

    def back() -> str:
        undo_claim(assignment_id=assignment_id, actor=request.user, now=now)
        return _("撤销了，当作没有报过名")

    return _card_or_page(request, volunteer, assignment.shift_id, now, *_try(back))


@for_volunteer
def withdraw(request: VolunteerRequest, volunteer: Volunteer, assignment_id: int) -> HttpResponse:
    """GET asks kindly, POST gives the place back."""
    rows = volunteer.assignments.select_related(
        "session__venue", "session__programme", "shift__role"
    )
    assignment = with_what_followed(rows).filter(pk=assignment_id).first()
    if assignment is None:
        raise Http404(f"assignment {assignment_id}")
    now = clock.now()
    why_not = _why_not(assignment)
    possible = can_be_given_back(assignment, assignment.session, now)
    starts_at = assignment.session.starts_at
    near = starts_at is not None and starts_at - now < NEAR
    phones = assignment.state == Assignment.State.ACTIVE and (near or not possible)
    if request.method == "POST":
        done, said = _try(lambda: _give_back(request, assignment_id, now))
        if _on_a_card(request):
            return _card_or_page(request, volunteer, assignment.shift_id, now, done, said)
        messages.info(request, said)
        return see_other("volunteer:mine")
    context = {
        "card": assignment_card(assignment, now, closing=True),
        "possible": possible,
        "assignment_id": assignment_id,
        "contact": contact_of(volunteer.organisation) if phones else None,
        "title": why_not[0],
        "why_not": why_not[1],
        "yes": Action(
            label=_("这场去不了"),
            url=reverse("volunteer:withdraw", args=[assignment_id]),
            wide=True,
        ),
        "swap": can_be_passed_on(assignment, assignment.session, now),
        "audience": "volunteer",
        "place": "mine",
        "organisation_name": volunteer.organisation.name,
    }
    return render(request, "volunteer/withdraw.html", context)


def _give_back(request: VolunteerRequest, assignment_id: int, now: datetime) -> str:
    left = withdraw_assignment(assignment_id=assignment_id, actor=request.user, now=now)
    if left.state in (Assignment.State.TAKEN_OUT, Assignment.State.RELEASED):
        return _why_not(left)[0]
    return _("知道了，谢谢你告诉我们，位子放出来了")


def _why_not(assignment: Assignment) -> tuple[str, str]:
    """What is so when a place cannot be given back, or need not be: a title, and what to do."""
    if assignment.state in (Assignment.State.WITHDRAWN, Assignment.State.LAPSED):
        return _("这一场你已经退了"), _(
            "我们已经知道你去不了，不用再说。改主意了可以到「找班次」再报名。"
        )
    if assignment.state == Assignment.State.TAKEN_OUT:
        return _("这一场不用你来了"), _("已经替你放下了。有疑问，请联系调度员。")
    answer = getattr(assignment, "answer", None)  # of queries.with_what_followed
    if assignment.state == Assignment.State.MOVED and answer in ASKED_SINCE:
        return _("这一场改过"), _("改过以后又问了你，去不去，看「我的班表」里的这一场。")
    if assignment.state in (Assignment.State.RELEASED, Assignment.State.MOVED):
        return why_ended(assignment), _("不用你来了，也不用再说。")
    return _("这一场不能再退了"), _("它已经开始或结束了。有急事请直接联系：")


def _own_offer(volunteer: Volunteer, offer_id: int) -> Offer:
    offer = Offer.objects.select_related("session").filter(pk=offer_id, volunteer=volunteer).first()
    if offer is None:
        raise Http404(f"offer {offer_id}")
    return offer


def _try(act: Callable[[], str]) -> tuple[bool, str]:
    """Whether it was done, and what to say."""
    try:
        return True, act()
    except Refusal as refusal:
        names = credential_names() if refusal.code == "rules" else {}
        return False, words.refused(refusal, names=names)


def _undo(assignment: Assignment) -> Action:
    card = f"#card-{assignment.shift_id}"
    url = reverse("volunteer:undo_claim", args=[assignment.pk])
    return Action(label=_("撤销"), url=url, variant="text", target=card, fields={"at": card})


def _undo_answer(name: str, request: VolunteerRequest, offer: Offer) -> Action:
    at = request.POST.get("at", "") if _on_a_card(request) else "#offers"
    url = reverse(f"volunteer:{name}", args=[offer.pk])
    return Action(label=_("撤销"), url=url, variant="text", target=at, fields={"at": at})


def answered(
    request: VolunteerRequest, volunteer: Volunteer, act: Callable[[], str]
) -> HttpResponse:
    """The answer to a question that stands among the offers."""
    done, said = _try(act)
    if not request.htmx:
        return _back_with(request, done, said)
    context = offers_context(volunteer, clock.now()) | {"toast": _toast(done, said)}
    return render(request, "volunteer/_offers_answer.html", context, status=_status(done))


def _on_a_card(request: VolunteerRequest) -> bool:
    """The form stands on one card of a list, which is all that has to be drawn again."""
    return request.POST.get("at", "").startswith("#card-")


def _card_or_page(
    request: VolunteerRequest,
    volunteer: Volunteer,
    shift_id: int,
    now: datetime,
    done: bool,
    said: str,
    undo: Action | None = None,
) -> HttpResponse:
    if not request.htmx:
        return _back_with(request, done, said)
    context = card_context(volunteer, shift_id, now) | {"toast": _toast(done, said, undo)}
    return render(request, "volunteer/_card_answer.html", context, status=_status(done))


def _answered(
    request: VolunteerRequest,
    volunteer: Volunteer,
    offer: Offer,
    done: bool,
    said: str,
    undo: Action | None = None,
) -> HttpResponse:
    if _on_a_card(request):
        return _card_or_page(request, volunteer, offer.shift_id, clock.now(), done, said, undo)
    if not request.htmx:
        return _back_with(request, done, said)
    context = offers_context(volunteer, clock.now()) | {"toast": _toast(done, said, undo)}
    return render(request, "volunteer/_offers_answer.html", context, status=_status(done))


def _back_with(request: VolunteerRequest, done: bool, said: str) -> HttpResponse:
    level = messages.SUCCESS
    if not done:
        level = messages.WARNING
    messages.add_message(request, level, said)
    return see_other(_back(request))


def _status(done: bool) -> int:
    if done:
        return 200
    return 409


def _toast(done: bool, said: str, undo: Action | None = None) -> Toast:
    return Toast(text=said, icon="circle-check" if done else "triangle-alert", undo=undo)


def _back(request: VolunteerRequest) -> str:
    """The volunteer's page that the form stood on."""
    home = reverse("volunteer:find")
    came_from = here(request)
    return came_from if came_from.startswith(home) else home
