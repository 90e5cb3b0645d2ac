"""The form of a child that is to be looked after: as little as a mentor needs, and who agreed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.common.fields import DayField, LineField
from backend.organisations.models import Organisation
from backend.pairs.operations import ChildWords
from backend.pairs.operations.children import CALLED, NICKNAME
from backend.pairs.policy import CHILD
from backend.web.own_fields import chooser
from backend.words.pairs import BY, HOW


class PairedChildForm(forms.Form):
    organisation = forms.TypedChoiceField(label=gettext_lazy("哪个组织"), coerce=int)
    nickname = LineField(label=gettext_lazy("小名"), max_length=NICKNAME)
    year = forms.TypedChoiceField(label=gettext_lazy("出生的年"), coerce=int)
    month = forms.TypedChoiceField(label=gettext_lazy("出生的月"), coerce=int)
    guardian = LineField(label=gettext_lazy("监护人怎么称呼"), max_length=CALLED)
    agreed_by = forms.ChoiceField(label=gettext_lazy("谁同意的"), choices=list(BY.items()))
    agreed_how = forms.ChoiceField(label=gettext_lazy("怎么同意的"), choices=list(HOW.items()))
    agreed_on = DayField(label=gettext_lazy("哪天同意的"))

    def __init__(
        self, *args: Any, organisations: list[Organisation], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {row.pk: row for row in organisations}
        choices: dict[str, list[tuple[int, object]]] = {
            "organisation": [(row.pk, row.name) for row in organisations],
            "year": [(year, year) for year in range(today.year, today.year - CHILD.stop - 1, -1)],
            "month": [(month, _("%(n)d 月") % {"n": month}) for month in range(1, 13)],
        }
        for name, chosen in choices.items():
            chooser(self, name).choices = chosen

    @property
    def keeper(self) -> Organisation:
        return self.known[self.cleaned_data["organisation"]]

    def said(self) -> ChildWords:
        given = self.cleaned_data
        return ChildWords(
            nickname=given["nickname"],
            birth_month=f"{given['year']}-{given['month']:02d}",
            guardian=given["guardian"],
            agreed_by=given["agreed_by"],
            agreed_how=given["agreed_how"],
            agreed_on=given["agreed_on"],
        )
