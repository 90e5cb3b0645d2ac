"""An organisation to choose: two villages of one name are told apart by their street, and a city's
three thousand are found by name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.common.reading import key
from backend.organisations.models import Organisation

SHORT = 60  # so many are a list; of more the highest are, and the others are found by name
LOOKED_FOR = "?"  # before what she wrote to find one by


class LongSelect(forms.Select):
    """The same list as its parent writes, in one piece: a template for each organisation takes
    seconds. `to_find`: the list is not of all, and a name may be written beside it."""

    to_find = False

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
        select = format_html('<select name="{}"{}>\n{}\n</select>', name, given, options)
        if not self.to_find:
            return select
        words = _("不在上面的，写名字找")
        box = '<input type="search" name="{}_find" maxlength="40" aria-label="{}" placeholder="{}">'
        return format_html("{}\n{}", select, format_html(box, name, words, words))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = str(data.get(f"{name}_find") or "").strip()[:40] if self.to_find else ""
        return f"{LOOKED_FOR}{text}" if text else super().value_from_datadict(data, files, name)


# a field takes no type arguments at run time
class OrganisationField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Of many the list holds the highest and the one that is chosen. A name that one alone has is
    as good as choosing it; of several she is asked once more, with these as the list."""

    widget = LongSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), empty_label=None, **kwargs)

    def among(self, organisations: QuerySet[Organisation]) -> None:
        """Those to choose from, from the top down."""
        rows = organisations.select_related("parent").order_by("level", "path")
        self.queryset = rows.order_by("path")
        first = list(rows[: SHORT + 1])
        if len(first) > SHORT:
            self.widget.to_find = True
            self._list(first[:SHORT])

    def label_from_instance(self, obj: Organisation) -> str:
        if obj.level != Organisation.Level.VILLAGE or obj.parent is None:
            return obj.name
        return f"{obj.name}（{obj.parent.name}）"

    def clean(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(LOOKED_FOR):
            return self._found(value.removeprefix(LOOKED_FOR))
        if self.widget.to_find and (chosen := self._chosen(value)):
            self._list([chosen])
        return super().clean(value)

    def _chosen(self, value: Any) -> Organisation | None:
        pk = key(str(value))
        return self.queryset.filter(pk=pk).first() if pk and self.queryset else None

    def _found(self, text: str) -> Organisation:
        rows = list(self.queryset.filter(_named(text))[: SHORT + 1]) if self.queryset else []
        exact = [row for row in rows if text in (row.name, self.label_from_instance(row))]
        if len(exact) == 1:
            return exact[0]
        if len(rows) == 1:
            return rows[0]
        if not rows:
            raise forms.ValidationError(_("没有找到「%(text)s」，请换个写法") % {"text": text})
        self._list(rows[:SHORT], fresh=True)
        raise forms.ValidationError(_("叫这个的不止一个，请在上面选好再交"))

    def _list(self, rows: list[Organisation], *, fresh: bool = False) -> None:
        """What the list holds; unless `fresh`, what it held, too."""
        old = {} if fresh else self._listed()
        new = {row.pk: self.label_from_instance(row) for row in rows}
        self.widget.choices = list((new | old).items())

    def _listed(self) -> dict[int, str]:
        held = self.widget.choices
        return dict(held) if isinstance(held, list) else {}


def _named(text: str) -> Q:
    """Each word stands in its name, or in that of the organisation above it: 东街 幸福村."""
    condition = Q()
    for word in text.replace("（", " ").replace("）", " ").split():
        condition &= Q(name__icontains=word) | Q(parent__name__icontains=word)
    return condition
