"""A field of a form as the field that it is: Django hands back any field, which knows neither
choices nor rows."""

from __future__ import annotations

from typing import TypeVar

from django import forms

F = TypeVar("F", bound=forms.Field)


def own(form: forms.BaseForm, name: str, kind: type[F]) -> F:
    """The field `name` of this form, which is of that kind."""
    field = form.fields[name]
    assert isinstance(field, kind), name
    return field


def chooser(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The field `name`, of which one is chosen from a list."""
    return own(form, name, forms.ChoiceField)
