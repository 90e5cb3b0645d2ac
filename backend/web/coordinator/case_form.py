"""The form with which a case is opened: what it is about, and who is on each side."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from backend.cases.operations import CaseWords, PartyWords
from backend.cases.operations.opening import ABOUT, NAME
from backend.common.fields import LineField
from backend.organisations.models import Organisation
from backend.organisations.policy import area_of
from backend.places.queries import villages_of_streets
from backend.web.own_fields import chooser
from backend.web.village_field import VillageField
from backend.words.cases import KINDS

ONE_OR_TWO = ((1, gettext_lazy("一位")), (2, gettext_lazy("两位")))


class CaseForm(forms.Form):
    organisation = forms.TypedChoiceField(label=gettext_lazy("哪个组织"), coerce=int)
    kind = forms.ChoiceField(label=gettext_lazy("哪一类"), choices=list(KINDS.items()))
    name_1 = LineField(label=gettext_lazy("来的人，姓名"), max_length=NAME)
    phone_1 = LineField(label=gettext_lazy("电话"), max_length=20, required=False)
    village_1 = VillageField(label=gettext_lazy("住哪个村（社区）"), required=False)
    name_2 = LineField(label=gettext_lazy("另一方，姓名"), max_length=NAME, required=False)
    phone_2 = LineField(label=gettext_lazy("电话"), max_length=20, required=False)
    village_2 = VillageField(label=gettext_lazy("住哪个村（社区）"), required=False)
    helpers_wanted = forms.TypedChoiceField(
        label=gettext_lazy("要几位来办"), coerce=int, choices=ONE_OR_TWO
    )
    about = forms.CharField(
        label=gettext_lazy("什么事"),
        max_length=ABOUT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {row.pk: row for row in organisations}
        chosen = [(row.pk, row.name) for row in organisations]
        chooser(self, "organisation").choices = chosen
        areas = [area_of(row.division_id, row.level) for row in organisations]
        # a village looks after its neighbours' cases, too
        within = min((area for area in areas if area is not None), key=len, default="")[:6]
        for name in ("village_1", "village_2"):
            field = self.fields[name]
            assert isinstance(field, VillageField)
            field.among(villages_of_streets(within), self.data.get(name))

    @property
    def keeper(self) -> Organisation:
        return self.known[self.cleaned_data["organisation"]]

    def said(self) -> CaseWords:
        given = self.cleaned_data
        return CaseWords(
            kind=given["kind"],
            helpers_wanted=given["helpers_wanted"],
            about=given["about"],
            parties=tuple(
                PartyWords(
                    name=given[f"name_{side}"],
                    phone=given[f"phone_{side}"],
                    village=given[f"village_{side}"].pk if given[f"village_{side}"] else "",
                )
                for side in (1, 2)
            ),
        )
