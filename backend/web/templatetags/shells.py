"""Tags of the shells and of forms: style sheet, tabs, rail, display menu, fields.

Built in, as those of `moli`.
"""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template import Context, Engine
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from backend.notifications.queries import SIDES
from backend.web import assets, navigation
from backend.web.components import DisplayMenu, ErrorSummary
from backend.web.inbox import bell_context
from backend.web.see_other import here
from backend.web.templatetags.moli import show

register = template.Library()


# --- forms ----------------------------------------------------------------------------------------
@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "", code_button: str = "") -> dict[str, object]:
    """Label, hint, control and error of one field. code_button: words of a button beside it that
    asks for an SMS code."""
    kind = bound.field.widget.__class__.__name__
    return {
        "field": bound,
        "hint": hint or bound.help_text,
        "code_button": code_button,
        "check": kind == "CheckboxInput",
        "group": bound.use_fieldset,
    }


@register.simple_tag(takes_context=True)
def error_summary(context: Context, form: BaseForm) -> str:
    """What is wrong with a sent form, on top of it, each line leading to its field."""
    errors = [("", str(error)) for error in form.non_field_errors()]
    for name in (name for name in form.errors if name in form.fields):
        bound = form[name]
        errors += [
            (bound.id_for_label or bound.auto_id, f"{bound.label}: {text}")
            for text in form.errors[name]
        ]
    if errors:
        return show(context, ErrorSummary(errors=errors))
    return ""


# --- shells ---------------------------------------------------------------------------------------
@register.inclusion_tag("layouts/_tabs.html")
def tabs(
    audience: str, here: str, counts: Mapping[str, int] | None = None, stream: str = ""
) -> dict[str, object]:
    """`stream` moves when a count does: the bar then fetches itself again."""
    address = ""
    if stream:
        address = reverse("tabs", args=[audience, here])
    return _places(audience, here, counts) | {"stream": stream, "address": address}


@register.inclusion_tag("layouts/_rail.html")
def rail(here: str, counts: Mapping[str, int] | None = None) -> dict[str, object]:
    return _places("coordinator", here, counts)


@register.simple_tag(takes_context=True)
def bell(context: Context, side: str) -> str:
    """How many messages are new, on every page of somebody who is signed in; moves by itself."""
    user = getattr(context.get("request"), "user", None)
    if side not in SIDES or user is None or not user.is_authenticated:
        return ""
    page = Engine.get_default().get_template("inbox/_bell.html")
    return page.render(context.new(bell_context(side, user.pk)))


def _places(audience: str, here: str, counts: Mapping[str, int] | None) -> dict[str, object]:
    found = navigation.places(audience) if audience in navigation.PLACES else []
    return {
        "places": [
            (place, url, place.key == here, (counts or {}).get(place.key, 0))
            for place, url in found
        ]
    }


@register.simple_tag(takes_context=True)
def display_menu(context: Context, short: bool = False) -> str:
    request = context["request"]
    return show(
        context,
        DisplayMenu(
            text=context.get("text_preference") or "md",
            theme=context.get("theme_preference") or "auto",
            language=get_language() or settings.LANGUAGE_CODE,
            back=here(request),
            short=short,
        ),
    )


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', assets.asset(f"{name}.css").address)


@register.simple_tag
def scripts(name: str = "page") -> SafeString:
    """htmx, ui.js and live.js as one file, run when the page has been read; "desk" has board.js as
    well."""
    return format_html('<script src="{}" defer></script>', assets.asset(f"{name}.js").address)
