"""One row to choose of many: a short list, and what is not in it is found by name. Both are plain
fields of a form, so it is the same with and without a script; however many there are, it is two
statements and one piece of text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, Model, Q, QuerySet, When
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.common.reading import key

SHORT = 60  # so many are a list; of more the first are, and the others are found by name
LOOKED_FOR = "?"  # before what she wrote to find one by


class LongSelect(forms.Select):
    """The same list as its parent writes, in one piece: a template for each row takes seconds.
    `to_find`: the list is not of all, and a name may be written beside it; `found`: the key of the
    one that was found by it, which is then the one that is chosen."""

    to_find = False
    found: object = None

    def use_required_attribute(self, initial: Any) -> bool:
        """A browser would not send the name that stands beside an empty list."""
        return not self.to_find and super().use_required_attribute(initial)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        # Shown again, the box is empty: what stands in it would outweigh a choice made after it.
        chosen = self.found if self.found is not None else value
        chosen = "" if chosen is None else str(chosen)
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
        box = format_html(
            '<input type="search" name="{}_find" maxlength="40" aria-label="{}" placeholder="{}">',
            name,
            words,
            words,
        )
        return format_html("{}\n{}", select, box)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = str(data.get(f"{name}_find") or "").strip()[:40] if self.to_find else ""
        return f"{LOOKED_FOR}{text}" if text else super().value_from_datadict(data, files, name)


# a field takes no type arguments at run time
class FoundField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Of many the list holds the first and the one that is chosen. A name that one alone has is as
    good as choosing it; of several she is asked once more, with these as the list. `model` and
    named() are what it is of."""

    widget = LongSelect
    model: type[Model]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=self.model._default_manager.none(), **kwargs)

    def among(self, rows: QuerySet[Any], now: object = None) -> None:
        """Those to choose from, in the order of the list, and the key of the one that stands
        there."""
        self.queryset = rows
        first = list(rows[: SHORT + 1])
        if len(first) <= SHORT:
            return
        self.widget.to_find = True
        stands = self._chosen(now)
        self._list(([stands] if stands else []) + first[:SHORT])

    @staticmethod
    def named(word: str) -> Q:
        """Rows whose name, or that of what they lie in, has this word."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(LOOKED_FOR):
            return self._found(value.removeprefix(LOOKED_FOR))
        if self.widget.to_find and (chosen := self._chosen(value)):
            self._list([chosen])
        return super().clean(value)

    def _chosen(self, value: object) -> Any:
        pk = key(str(value))
        return self.queryset.filter(pk=pk).first() if pk and self.queryset is not None else None

    def _found(self, text: str) -> Any:
        condition = Q()
        for word in text.replace("（", " ").replace("）", " ").split():
            condition &= self.named(word)
        assert self.queryset is not None
        exact_first = Case(When(name=text, then=0), default=1)
        order = (exact_first, *self.queryset.query.order_by)
        rows = list(self.queryset.filter(condition).order_by(*order)[: SHORT + 1])
        exact = [row for row in rows if text in (row.name, self.label_from_instance(row))]
        found = exact if len(exact) == 1 else rows
        if len(found) == 1:
            self.widget.found = found[0].pk
            self._list(found)
            return found[0]
        if not rows:
            raise forms.ValidationError(_("没有找到「%(text)s」，请换个写法") % {"text": text})
        self._list(rows[:SHORT], fresh=True)
        raise forms.ValidationError(_("叫这个的不止一个，请在上面选好再交"))

    def _list(self, rows: list[Any], *, fresh: bool = False) -> None:
        """What the list holds; unless `fresh`, what it held, too."""
        old = {} if fresh else self._listed()
        none = {} if self.empty_label is None else {"": self.empty_label}
        new = {row.pk: self.label_from_instance(row) for row in rows}
        self.widget.choices = list((none | new | old).items())

    def _listed(self) -> dict[Any, Any]:
        held = self.widget.choices
        return dict(held) if isinstance(held, list) else {}
