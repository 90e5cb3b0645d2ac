"""Fields of forms that read texts and days as everything else here does (`backend.common.reading`),
and the converter of row keys in addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backend.common.reading import LARGEST_KEY, YEARS, line


def said(choices: Iterable[tuple[str, str]]) -> list[tuple[str, Any]]:
    """What a row may be, in the reader's language: for a field of a form."""
    return [(value, _(label)) for value, label in choices]


class KeyConverter:
    """`<id:pk>` in an address: a number that the key of a row can be; any other address does not
    exist."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST_KEY:
            raise ValueError(value)
        return number

    def to_url(self, value: int) -> str:
        return str(value)


class LineField(forms.CharField):
    """One line that people can see; what nobody can see counts as empty. Where it must be filled
    in and is not, that is said of it by its name."""

    def to_python(self, value: object) -> str | None:
        return super().to_python(line(str(value)) if value else value)

    def validate(self, value: Any) -> None:
        if self.required and not value and self.label:
            raise ValidationError(_("请填上「%(label)s」"), "required", {"label": self.label})
        super().validate(value)


class DayInput(forms.DateInput):
    """A browser's own box for a day, which stays empty when what it is filled with is not written
    2026-12-07, whatever the language of the page."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day of the years that anything here can be about."""

    widget = DayInput
    default_error_messages = {"far": _("请看一看年份，这个日子太远了。")}

    def to_python(self, value: str | date | None) -> date | None:
        day: date | None = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise ValidationError(self.error_messages["far"], code="far")
        return day
