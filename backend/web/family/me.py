"""我的: the children, what was agreed to, and everything that is kept, to see, to take along or to
erase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from backend import words
from backend.accounts.models import Consent
from backend.accounts.purposes import ConsentPurpose
from backend.bookings.models import Booking
from backend.bookings.queries import coming_bookings_of, would_leave
from backend.common import clock
from backend.common.clock import local_day
from backend.common.fields import LineField
from backend.common.reading import yes_or_no
from backend.common.refusal import Refusal
from backend.families.models import Child, Family
from backend.families.operations import (
    ChildData,
    add_child,
    give_consent,
)
from backend.families.policy import CONSENT_TEXT, YOUNGEST_YEARS
from backend.families.queries import live_consents_for
from backend.rights.operations import erase_child
from backend.rota.policy import is_at_home
from backend.visits.operations import correct_child, withdraw_consent
from backend.visits.queries import wish_ends_with
from backend.web.components import Action
from backend.web.family.cards import age_of
from backend.web.family.confirm import ask, was_asked
from backend.web.family.consents import BY_KEY, PURPOSES
from backend.web.family.guard import for_family, own_children
from backend.web.methods import filled_in
from backend.web.own_fields import chooser
from backend.web.public.again import first_again, has_shown
from backend.web.refusals import refusals_said
from backend.web.see_other import see_other
from backend.words.moments import when


class ChildForm(forms.Form):
    """A nickname and the year and month of birth, and nothing else."""

    nickname = LineField(
        label=gettext_lazy("小名"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    year = forms.TypedChoiceField(label=gettext_lazy("出生的年"), coerce=int)
    month = forms.TypedChoiceField(label=gettext_lazy("出生的月"), coerce=int)

    def __init__(self, *args: Any, today: date, oldest: int = 0, **kwargs: Any) -> None:
        """`oldest`: a year of birth that must be among those to choose from."""
        super().__init__(*args, **kwargs)
        first = min(today.year - YOUNGEST_YEARS, oldest or today.year)
        years = range(today.year, first - 1, -1)
        months = [(month, _("%(n)d 月") % {"n": month}) for month in range(1, 13)]
        # nothing is chosen beforehand: whoever overlooked it would book by a wrong age
        unsaid = [("", _("请选一个"))]
        chooser(self, "month").choices = [*unsaid, *months]
        calendar_years = [(year, _("%(n)d 年") % {"n": year}) for year in years]
        chooser(self, "year").choices = [*unsaid, *calendar_years]

    @property
    def birth_month(self) -> str:
        return f"{self.cleaned_data['year']}-{self.cleaned_data['month']:02d}"


class NewChildForm(ChildForm):
    """With the tick without which nothing about a child is kept."""

    booking = forms.BooleanField(
        label=BY_KEY["booking"].title,  # type: ignore[arg-type]
        required=False,
    )


@for_family
def me(request: HttpRequest, family: Family) -> HttpResponse:
    now = clock.now()
    return render(
        request,
        "family/me.html",
        _about(family, now) | {"form": NewChildForm(today=local_day(now))},
    )


@for_family
def children_fragment(request: HttpRequest, family: Family) -> HttpResponse:
    """The list of children alone, for a page that has been told of a change."""
    return render(request, "family/_children.html", _about(family, clock.now()))


@require_POST
@for_family
def new_child(request: HttpRequest, family: Family) -> HttpResponse:
    now = clock.now()
    form = NewChildForm(request.POST, today=local_day(now))
    if form.is_valid():
        consents = frozenset({"booking"} if form.cleaned_data["booking"] else ())
        child = ChildData(
            nickname=form.cleaned_data["nickname"], birth_month=form.birth_month, consents=consents
        )
        try:
            add_child(family_id=family.pk, child=child, actor=family.user, now=now)
            messages.success(request, _("加好了"))
            return see_other(reverse("family:me") + "#children")
        except Refusal as refusal:
            form.add_error(_field_of(refusal), words.refused(refusal))
    return render(request, "family/me.html", _about(family, now) | {"form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@for_family
def child(request: HttpRequest, family: Family, child_id: int) -> HttpResponse:
    """GET shows what is kept about a child; POST puts it right: what that ends is asked first."""
    row = _child(family, child_id)
    now = clock.now()
    born = {
        "nickname": row.nickname,
        "year": int(row.birth_month[:4]),
        "month": int(row.birth_month[5:]),
    }
    oldest = int(row.birth_month[:4]) - 1
    form = ChildForm(filled_in(request), initial=born, today=local_day(now), oldest=oldest)
    if request.method == "POST" and form.is_valid():
        if asked := _asked_first(request, row, form.birth_month, now):
            return asked
        fields = {"nickname": form.cleaned_data["nickname"], "birth_month": form.birth_month}
        try:
            left = correct_child(
                family_id=family.pk, child_id=row.pk, actor=family.user, now=now, **fields
            )
            messages.success(request, _corrected(left))
            return see_other(reverse("family:me") + "#children")
        except Refusal as refusal:
            form.add_error(_field_of(refusal), words.refused(refusal))
    coming = list(coming_bookings_of(row, now))
    context = {
        "audience": "family",
        "place": "me",
        "child": row,
        "form": form,
        "remove": _remove(row, coming),
        "shown": has_shown(request),
        "consents": _consents(family, row, coming),
    }
    return render(request, "family/child.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_family
def remove_child(request: HttpRequest, family: Family, child_id: int) -> HttpResponse:
    """For who has shown a moment ago that it is she: what is gone does not come back."""
    coming = list(coming_bookings_of(_child(family, child_id), clock.now()))
    if not has_shown(request):
        return first_again(request, reverse("family:child", args=[child_id]))
    if not was_asked(request):
        return ask(
            request,
            question=_what_goes(coming),
            yes=_("删掉这个孩子"),
            back=reverse("family:child", args=[child_id]),
            place="me",
        )
    with refusals_said(request):
        erase_child(family_id=family.pk, child_id=child_id, actor=family.user, now=clock.now())
        messages.success(request, _("删掉了"))
    return see_other(reverse("family:me") + "#children")


@require_POST
@for_family
def consent(request: HttpRequest, family: Family, child_id: int, purpose: str) -> HttpResponse:
    """Field agree: "yes" gives the consent, "no" takes it back."""
    if purpose not in BY_KEY:
        raise Http404(purpose)
    who: dict[str, Any] = {
        "family_id": family.pk,
        "child_id": child_id,
        "purpose": purpose,
        "actor": family.user,
        "now": clock.now(),
    }
    agree = yes_or_no(request.POST.get("agree"))
    if agree is None:
        messages.warning(request, _("请选一样"))
        return see_other("family:child", _child(family, child_id).pk)
    coming = [] if agree else list(coming_bookings_of(_child(family, child_id), who["now"]))
    ending = _standing_on(purpose, coming)
    if ending and not was_asked(request):
        return ask(
            request,
            question=_what_ends(ending, purpose),
            yes=_("撤回同意"),
            back=reverse("family:child", args=[child_id]),
            place="me",
        )
    with refusals_said(request) as tried:
        if agree:
            give_consent(text_version=CONSENT_TEXT, **who)
            messages.success(request, _("记下了，随时可以撤回"))
        else:
            messages.success(request, _withdrawn(withdraw_consent(**who)))
    if tried.refused:
        return see_other("family:me")
    return see_other("family:child", child_id)


def _about(family: Family, now: datetime) -> dict[str, Any]:
    today = local_day(now)
    children = own_children(family)
    listed = [(c, age_of(c, today), reverse("family:child", args=[c.pk])) for c in children]
    return {
        "audience": "family",
        "place": "me",
        "family": family,
        "streams": f"family.{family.pk}",
        "children": listed,
        "purpose": BY_KEY["booking"],
    }


def _child(family: Family, child_id: int) -> Child:
    row: Child | None = family.children.filter(pk=child_id).first()
    if row is None:
        raise Http404(f"child {child_id}")
    return row


def _standing_on(purpose: str, coming: Sequence[Booking]) -> list[Booking]:
    """What ends with this consent."""
    at_home = purpose == ConsentPurpose.VISIT
    return [one for one in coming if not at_home or is_at_home(one.session)]


def _what_ends(bookings: Sequence[Booking], purpose: str) -> str:
    """What a guardian gives up with her consent, said before she does."""
    if purpose == ConsentPurpose.VISIT:
        return _("撤回后，约好的上门马上取消：%(listed)s。") % {"listed": _listed(bookings)}
    said = _("撤回后，孩子不再参加这些活动，位子给别的家庭：%(listed)s。心愿也不再为孩子安排。")
    return said % {"listed": _listed(bookings)} + _beside(bookings)


def _what_goes(bookings: Sequence[Booking]) -> str:
    """What goes with a child's data, said before they are deleted."""
    if not bookings:
        return _("孩子的资料会马上删除，心愿也不再为孩子安排。确定吗？")
    return _(
        "孩子的资料会马上删除。孩子不再参加这些活动，位子给别的家庭：%(listed)s。"
        "%(beside)s心愿也不再为孩子安排。确定吗？"
    ) % {"listed": _listed(bookings), "beside": _beside(bookings)}


def _beside(bookings: Sequence[Booking]) -> str:
    """A brother or a sister who comes to it, too, goes on coming."""
    if any(one.seats > 1 for one in bookings):
        return _("一起去的兄弟姐妹不受影响，位子还在。")
    return ""


def _asked_first(
    request: HttpRequest, child: Child, birth_month: str, now: datetime
) -> HttpResponse | None:
    """The question whether what a correction ends may end; None where it ends nothing, or she has
    said yes."""
    ending = _what_fits_no_more(child, birth_month, now)
    if was_asked(request) or not ending:
        return None
    back = reverse("family:child", args=[child.pk])
    return ask(request, question=ending, yes=_("改出生年月"), back=back, place="me")


def _remove(child: Child, coming: Sequence[Booking]) -> Action:
    return Action(
        label=_("删掉这个孩子"),
        url=reverse("family:remove_child", args=[child.pk]),
        variant="text",
        icon="x",
        confirm=_what_goes(coming),
    )


def _what_fits_no_more(child: Child, birth_month: str, now: datetime) -> str:
    """What a corrected month of birth ends, said before it does; "" where it ends nothing."""
    leaving = would_leave(child, birth_month, now)
    visits = [one for one in leaving if is_at_home(one.session)]
    classes = [one for one in leaving if one not in visits]
    said = []
    if classes:
        said.append(
            _("按这个出生年月，这些活动不适合孩子，孩子不再参加，位子给别的家庭：%(listed)s。")
            % {"listed": _listed(classes)}
            + _beside(classes)
        )
    if visits:
        said.append(_("约好的上门马上取消：%(listed)s。") % {"listed": _listed(visits)})
    elif wish_ends_with(child, birth_month, now):
        said.append(_("孩子过了能上门的年龄，请老师上门的事不再安排。"))
    return "".join(said)


def _corrected(left: Sequence[Booking]) -> str:
    """Brothers and sisters of whoever left keep their seats."""
    if not left:
        return _("改好了")
    return ngettext(
        "改好了，孩子不再参加这 %(n)d 场活动", "改好了，孩子不再参加这 %(n)d 场活动", len(left)
    ) % {"n": len(left)}


def _listed(bookings: Sequence[Booking]) -> str:
    return _("；").join(
        _("%(when)s %(title)s") % {"when": when(b.session.starts_at), "title": b.session.title}
        for b in bookings
        if b.session.starts_at
    )


def _withdrawn(left: Sequence[Booking]) -> str:
    """A booking goes on where a brother or a sister comes to it, too."""
    if not left:
        return _("撤回了")
    return ngettext(
        "撤回了，孩子不再参加这 %(n)d 场活动", "撤回了，孩子不再参加这 %(n)d 场活动", len(left)
    ) % {"n": len(left)}


def _consents(
    family: Family, row: Child, coming: Sequence[Booking]
) -> list[tuple[Any, Consent | None, Action]]:
    """Every purpose with the yes that stands, and the button that gives or takes it back; `coming`
    are the child's bookings that stand on the yes to booking."""
    rows = live_consents_for(row)
    given = {consent.purpose: consent for consent in rows}
    found = []
    for purpose in PURPOSES:
        url = reverse("family:consent", args=[row.pk, purpose.key])
        live = given.get(purpose.key)
        standing = _standing_on(purpose.key, coming)
        ending = _what_ends(standing, purpose.key) if standing else ""
        back = Action(
            label=_("撤回"), url=url, variant="sec", fields={"agree": "no"}, confirm=ending
        )
        found.append(
            (
                purpose,
                live,
                back
                if live
                else Action(
                    label=_("同意"), url=url, variant="soft", icon="check", fields={"agree": "yes"}
                ),
            )
        )
    return found


def _field_of(refusal: Refusal) -> str:
    field = refusal.facts.get("field") or {"booking": "booking"}.get(
        refusal.facts.get("purpose", ""), "nickname"
    )
    if field == "birth_month":
        return "year"
    return str(field)
