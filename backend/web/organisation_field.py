"""An organisation to choose: two villages of one name are told apart by their street."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from backend.organisations.models import Organisation


class LongSelect(forms.Select):
    """The same list as its parent writes, in one piece: a city has three thousand villages, and a
    template for each of them takes seconds."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, flatatt({"selected": str(key) == chosen}), label)
                for key, label in self.choices
            ),
        )
        given = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>\n{}\n</select>', name, given, options)


# a field takes no type arguments at run time
class OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    widget = LongSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), empty_label=None, **kwargs)

    def among(self, organisations: QuerySet[Organisation]) -> None:
        """Those to choose from, from the top down."""
        self.queryset = organisations.select_related("parent").order_by("path")

    def label_from_instance(self, obj: Organisation) -> str:
        if obj.level != Organisation.Level.VILLAGE or obj.parent is None:
            return obj.name
        return f"{obj.name}（{obj.parent.name}）"
