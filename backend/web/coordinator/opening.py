"""Begin a rota."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backend.common import clock
from backend.common.clock import local_day, monday_of
from backend.common.fields import DayField, LineField
from backend.common.refusal import Refusal
from backend.organisations.models import Organisation
from backend.organisations.policy import ACTS
from backend.organisations.queries import organisations_within
from backend.planning.queries import rooms
from backend.planning.queries.rooms import mark_of_rooms
from backend.records.operations import carry_trainings
from backend.rota.models import Rota, Session
from backend.rota.operations import Copied, copy_sessions, open_rota
from backend.rota.queries.templates import newest_rota, rotas_of
from backend.web.coordinator.door import CoordinatorRequest, coordinator
from backend.web.found_field import FoundField
from backend.web.methods import filled_in
from backend.web.organisation_field import OrganisationField
from backend.web.own_fields import own
from backend.web.see_other import see_other
from backend.words import refused
from backend.words.moments import left_out, when

NAMED = 5  # rooms that are taken; of more the number is said
SHOWN = 30  # on the page that asks first


class RotaForm(forms.Form):
    organisation = OrganisationField(label=gettext_lazy("哪个妇联的"))
    name = LineField(label=gettext_lazy("叫什么"), max_length=60)
    starts_on = DayField(label=gettext_lazy("从哪个周一开始"))
    weeks = forms.IntegerField(
        label=gettext_lazy("几周"),
        min_value=1,
        max_value=12,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    source = forms.ModelChoiceField(
        label=gettext_lazy("照哪张排班表的场次（可不选）"),
        queryset=Rota.objects.none(),
        required=False,
        empty_label=gettext_lazy("不照，从空的开始"),
    )

    def __init__(self, *args: Any, hers: Any, rotas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own(self, "organisation", FoundField).among(hers)
        own(self, "source", forms.ModelChoiceField).queryset = rotas


@dataclass(frozen=True)
class Begun:
    """A rota, what was copied into it, and what of that has no room."""

    rota: Rota
    copied: Copied | None = None
    taken: Sequence[Session] = ()

    @property
    def elsewhere(self) -> list[Session]:
        """Whose rooms another rota has."""
        return [one for one in self.taken if one.elsewhere]  # type: ignore[attr-defined]

    @property
    def beside(self) -> list[Session]:
        """Whose rooms others have that were copied with them: in any weeks."""
        return [one for one in self.taken if one not in self.elsewhere]

    @property
    def mark(self) -> str:
        """Of the rooms that are taken, as she saw them; "" of none."""
        return mark_of_rooms(self.taken)


@coordinator
def new_rota(request: CoordinatorRequest) -> HttpResponse:
    """GET asks for the weeks; POST begins a draft and leads to it. Where sessions of another one
    would come into rooms that are taken, it is shown first which."""
    hers = organisations_within(request.user, ACTS)
    rotas = rotas_of(hers)
    form = RotaForm(filled_in(request), hers=hers, rotas=rotas, initial=_next(hers.first()))
    context: dict[str, Any] = {"place": "rota", "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            begun = _begin(request, seen=request.POST.get("seen", ""), **form.cleaned_data)
            if begun.rota.pk:
                _say(request, begun)
                return see_other("coordinator:rota", begun.rota.pk)
            context |= {
                "taken": _named(begun.elsewhere[:SHOWN]),
                "many": len(begun.elsewhere),
                "beside": _named(begun.beside[:SHOWN]),
                "many_beside": len(begun.beside),
                "mark": begun.mark,
            }
        except Refusal as refusal:
            form.add_error(refusal.facts["field"], refused(refusal, you=False))
    status = 422 if form.errors else 200
    return render(request, "coordinator/new_rota.html", context, status=status)


def _begin(request: CoordinatorRequest, *, seen: str, source: Rota | None, **values: Any) -> Begun:
    """The rota, with the sessions of the one that she chose; nothing, and a rota without a key,
    where these have no room and she has not seen so (`seen`: Begun.mark)."""
    now = clock.now()
    with transaction.atomic():
        rota = open_rota(actor=request.user, now=now, **values)
        if source is None:
            return Begun(rota)
        copied = copy_sessions(rota_id=rota.pk, source_id=source.pk, actor=request.user, now=now)
        carry_trainings(of=copied.of, actor=request.user, now=now)
        begun = Begun(rota, copied, rooms.without_a_room(copied.made))
        if begun.mark in ("", seen):
            return begun
        transaction.set_rollback(True)
    return replace(begun, rota=Rota())


def _say(request: CoordinatorRequest, begun: Begun) -> None:
    if begun.copied is None:
        messages.success(request, _("建好了，现在加场次吧"))
        return
    said = _("建好了，照着排了 %(n)d 场，还没有排人") % {"n": len(begun.copied.made)}
    messages.success(request, said)
    if begun.copied.left_out:
        messages.warning(request, left_out(begun.copied.left_out))
    if begun.taken:
        messages.warning(request, _rooms_taken(begun.taken))


def _rooms_taken(sessions: Sequence[Session]) -> str:
    """有 2 场的地方同一时间已经有别的场次，请去改一改：12 月 7 日 周一 9:30 乌山亲子园；…"""
    named = _named(sessions[:NAMED])
    said = ngettext(
        "有 %(n)d 场的地方同一时间已经有别的场次，请去改一改：%(which)s",
        "有 %(n)d 场的地方同一时间已经有别的场次，请去改一改：%(which)s",
        len(sessions),
    )
    more = _("……") if len(sessions) > NAMED else ""
    return said % {"n": len(sessions), "which": _("；").join(named) + more}


def _named(sessions: Sequence[Session]) -> list[str]:
    return [f"{when(one.starts_at)} {one.venue}" for one in sessions if one.starts_at]


def _next(organisation: Organisation | None) -> dict[str, object]:
    """Four weeks from the next Monday that no rota of hers has yet, named after its day."""
    monday: date = monday_of(local_day(clock.now())) + timedelta(weeks=1)
    newest = newest_rota(organisation)
    if newest is not None:
        monday = max(monday, newest.ends_on)
    name = _("%(month)d 月 %(day)d 日起四周") % {"month": monday.month, "day": monday.day}
    return {"organisation": organisation, "name": name, "starts_on": monday, "weeks": 4}
