"""等核对的证书: what volunteers handed in, its evidence, the two answers, and ending one early."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend import words
from backend.access import queries as access
from backend.accounts.access import note
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import DayField, LineField
from backend.common.page_headers import ON_A_PAPER
from backend.common.reading import yes_or_no
from backend.common.refusal import Refusal
from backend.organisations.queries import own_lists
from backend.planning.queries import checking
from backend.volunteers.models import HandIn, VettingCheck
from backend.volunteers.operations import (
    AlreadyAnswered,
    accept_hand_in,
    end_credential,
    record_vetting,
    return_hand_in,
)
from backend.volunteers.operations.applying import LONGEST_REASON
from backend.volunteers.operations.credentials import months_after
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.coordinator.paging import turned
from backend.web.methods import filled_in
from backend.web.see_other import see_other

MOST_VETTINGS = 100  # the longest waiting; the next follow as these are answered
LOOK_SECONDS = 600  # an address of a picture opens for so long, and for her alone
SALT = "evidence"


class AcceptForm(forms.Form):
    """What `actor` reads on the certificate itself."""

    valid_from = DayField(label=gettext_lazy("从哪天起有效"))
    valid_until = DayField(label=gettext_lazy("有效到哪天"), required=False)
    number = LineField(label=gettext_lazy("证书编号"), max_length=40, required=False)


class ReturnForm(forms.Form):
    reason = LineField(label=gettext_lazy("为什么（她会看到）"), max_length=LONGEST_REASON)


class VettingForm(forms.Form):
    """The result and when it was asked for: never what the authority wrote."""

    asked_on = DayField(label=gettext_lazy("哪天查的"))
    authority = LineField(label=gettext_lazy("向哪里查的"), max_length=60)
    result = forms.ChoiceField(
        label=gettext_lazy("结果"),
        choices=[
            (VettingCheck.Result.CLEAR, gettext_lazy("通过")),
            (VettingCheck.Result.BLOCKED, gettext_lazy("不通过")),
        ],
        widget=forms.RadioSelect,
    )


class EndForm(forms.Form):
    last_day = DayField(label=gettext_lazy("最后一天"))
    reason = LineField(label=gettext_lazy("为什么（她会看到）"), max_length=LONGEST_REASON)


@coordinator
def credentials(request: CoordinatorRequest) -> HttpResponse:
    return render(request, "coordinator/credentials.html", _waiting(request))


@coordinator
def credentials_fragment(request: CoordinatorRequest) -> HttpResponse:
    """The list alone, for a page that has been told of a change."""
    return render(request, "coordinator/_credentials.html", _waiting(request))


@coordinator
def hand_in(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """One with its evidence. POST: field `answer`: "yes" with what stands on it, "no" with why.

    What a colleague has answered meanwhile is said on the list."""
    row = checking.hand_in_to_answer(request.user, pk)
    yes = yes_or_no(request.POST.get("answer"))
    given = filled_in(request)
    accepting = AcceptForm(given if yes else None, initial=_initial(row))
    returning = ReturnForm(given if yes is False else None)
    if yes is not None:
        answered = _accept(request, row, accepting) if yes else _return(request, row, returning)
        if answered:
            return see_other("coordinator:credentials")
    note(request.user, "read", f"hand_in:{row.pk}")  # a form that was not right shows it, too
    context = {
        "place": "volunteers",
        "row": row,
        "waits": row.state == HandIn.State.WAITING,
        "accepting": accepting,
        "returning": returning,
        "pictures": [(page.position, _address(request, page.pk)) for page in _pages(row)],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "coordinator/hand_in.html", context, status=status)


@coordinator
def evidence(request: CoordinatorRequest, token: str) -> HttpResponse:
    """One picture, by an address that was made for her a moment ago. Each look is written down."""
    try:
        page, user = signing.loads(token, salt=SALT, max_age=LOOK_SECONDS)
    except signing.BadSignature:
        raise Http404("evidence") from None
    if user != request.user.pk:
        raise Http404("evidence")
    row = checking.evidence_page(request.user, page)
    note(request.user, "read", f"evidence:{row.pk}")
    headers = {"Content-Disposition": "inline", **ON_A_PAPER}
    return HttpResponse(row.picture, content_type="image/jpeg", headers=headers)


@coordinator
def vetting(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """GET asks what the authority said; POST writes down the result, and nothing else of it."""
    row = checking.vetting_to_answer(request.user, pk)
    now = clock.now()
    form = VettingForm(filled_in(request), initial={"asked_on": local_day(now)})
    if row.result != VettingCheck.Result.PENDING:
        messages.info(request, _("这次查询已经有结果了"))
        return see_other("coordinator:credentials")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            record_vetting(
                vetting_id=row.pk,
                clear=given["result"] == VettingCheck.Result.CLEAR,
                asked_on=given["asked_on"],
                authority=given["authority"],
                actor=request.user,
                now=now,
            )
            messages.success(request, _("记下了"))
            return see_other("coordinator:credentials")
        except Refusal as refusal:
            form.add_error("asked_on", words.refused(refusal, you=False))
    note(request.user, "read", f"vetting:{row.pk}")
    context = {"place": "volunteers", "row": row, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/vetting.html", context, status=status)


@coordinator
def end(request: CoordinatorRequest, pk: int) -> HttpResponse:
    """GET says what she has promised that wants it; POST ends it."""
    row = checking.credential_to_end(request.user, pk)
    now = clock.now()
    form = EndForm(filled_in(request), initial={"last_day": local_day(now)})
    if request.method == "POST" and form.is_valid():
        try:
            end_credential(credential_id=row.pk, actor=request.user, now=now, **form.cleaned_data)
            messages.success(request, _("结束了，她会看到原因"))
            return see_other("coordinator:volunteer", row.volunteer_id)
        except Refusal as refusal:
            form.add_error("last_day", words.refused(refusal, you=False))
    note(request.user, "read", f"credential:{row.pk}")
    promises = checking.promises_wanting(row, local_day(now), now)
    context = {
        "place": "volunteers",
        "row": row,
        "form": form,
        "promises": promises,
        "readable": access.sessions_readable(request.user, [p.session_id for p in promises]),
    }
    status = 422 if form.is_bound else 200
    return render(request, "coordinator/end_credential.html", context, status=status)


def _accept(request: CoordinatorRequest, row: HandIn, form: AcceptForm) -> bool:
    if not form.is_valid():
        return False
    try:
        accept_hand_in(hand_in_id=row.pk, actor=request.user, now=clock.now(), **form.cleaned_data)
        said = {"who": row.volunteer.name, "what": row.kind.name}
        messages.success(request, _("核对好了：%(who)s有「%(what)s」了") % said)
        return True
    except AlreadyAnswered as refusal:
        messages.warning(request, words.refused(refusal, you=False))
        return True
    except Refusal as refusal:
        form.add_error(None, words.refused(refusal, you=False))
        return False


def _return(request: CoordinatorRequest, row: HandIn, form: ReturnForm) -> bool:
    if not form.is_valid():
        return False
    try:
        return_hand_in(hand_in_id=row.pk, actor=request.user, now=clock.now(), **form.cleaned_data)
        messages.success(request, _("退回了，%(who)s会看到原因") % {"who": row.volunteer.name})
        return True
    except AlreadyAnswered as refusal:
        messages.warning(request, words.refused(refusal, you=False))
        return True
    except Refusal as refusal:
        form.add_error(None, words.refused(refusal, you=False))
        return False


def _initial(row: HandIn) -> dict[str, Any]:
    """As she filled it in; where she left out the end, as long as one of its kind usually holds."""
    return {
        "valid_from": row.valid_from,
        "valid_until": row.valid_until or _usual_end(row),
        "number": row.number,
    }


def _usual_end(row: HandIn) -> date | None:
    if row.kind.valid_months is None:
        return None
    return months_after(row.valid_from, row.kind.valid_months)


def _pages(row: HandIn) -> list[Any]:
    return list(row.pages.order_by("position").only("pk", "position"))


def _address(request: CoordinatorRequest, page: int) -> str:
    token = signing.dumps([page, request.user.pk], salt=SALT, compress=False)
    return reverse("coordinator:evidence", args=[token])


def _waiting(request: CoordinatorRequest) -> dict[str, Any]:
    rows = checking.waiting_hand_ins(request.user)
    total = rows.count()
    page = turned(request, total)
    here = reverse("coordinator:credentials_fragment")
    return {
        "place": "volunteers",
        "rows": page.of(rows),
        "total": total,
        "vettings": checking.waiting_vettings(request.user)[:MOST_VETTINGS],
        "pager": page.pager(),
        "streams": " ".join(own_lists(request.user)),
        "here": f"{here}?page={page.number}" if page.number > 1 else here,
    }
