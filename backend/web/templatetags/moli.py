"""Tags and filters of the design system. They are built in: a template needs no `{% load %}`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import segno
from django import template
from django.conf import settings
from django.contrib import messages
from django.template import Context, Engine
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.common import clock
from backend.rota.agreed import mark_of
from backend.web.assets import asset
from backend.web.components import (
    Action,
    Blooms,
    Button,
    Component,
    Kpi,
    Meter,
    PersonChip,
    Tag,
    Toast,
)
from backend.web.components.base import Tone
from backend.web.components.family import child_mark
from backend.web.undo import undo_of
from backend.words import figures, moments
from backend.words.changes import why_off
from backend.words.standing import why_paused

register = template.Library()

for _filter in (
    moments.clock,
    moments.months_in_words,
    moments.band_in_words,
    moments.in_hours,
    moments.weekday,
):
    register.filter(_filter.__name__, _filter)

register.filter("child_mark", child_mark)
register.filter("yuan", figures.yuan)
register.filter("grouped", figures.number)
register.filter("mark_of", mark_of)
register.filter("why_paused", why_paused)
register.filter("why_off", why_off)


@register.filter
def said(label: str) -> str:
    """What a row's state or kind is called, in the reader's language."""
    return _(label)


@register.filter
def long_day(moment: date) -> str:
    """11 月 25 日 周三, with the year where it is another than today's."""
    return moments.long_day(moment, clock.local_day(clock.now()))


@register.filter
def when(moment: datetime) -> str:
    return moments.when(moment, clock.local_day(clock.now()))


@register.filter
def until(start: datetime, end: datetime) -> str:
    """11 月 28 日 周六 15:00–16:30, with the year where it is another than today's."""
    return moments.until(start, end, clock.local_day(clock.now()))


@register.simple_tag
def right_now() -> str:
    """When the page was written, in words."""
    return when(clock.now())


# --- components -----------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def show(context: Context, component: object) -> str:
    """Draw a component; nothing for None; anything else as text."""
    if component is None:
        return ""
    if not isinstance(component, Component):
        return format_html("{}", component)
    if component.kept and not settings.DEBUG:  # a developer sees a changed template at once
        return _kept(component, tuple(map(type, vars(component).values())), get_language() or "")
    return _drawn(
        context.new(
            {
                "c": component,
                "request": context.get("request"),
                "csrf_token": context.get("csrf_token"),
            }
        ),
        component,
    )


def _drawn(inner: Context, component: Component) -> SafeString:
    # a number is written alike in every language here, and finding that out costs more than the
    # number
    inner.use_l10n = False
    return Engine.get_default().get_template(component.template).render(inner)


@lru_cache(maxsize=4096)
def _kept(component: Component, types: tuple[type, ...], language: str) -> SafeString:
    """`types` are those of its values:

    1 and 1.0 are equal and so are a text and a safe text, but they are not written alike.
    """
    return _drawn(Context({"c": component}), component)


@register.simple_tag(takes_context=True)
def button(context: Context, label: str, **options: Any) -> str:
    """{% button "去不了" variant="sec" icon="x" href=url data_dialog="why" %}: unknown options
    become HTML attributes."""
    known = {key: options.pop(key) for key in list(options) if key in Button.__dataclass_fields__}
    attributes = {key.replace("_", "-"): value for key, value in options.items()}
    return show(context, Button(label=str(label), attributes=attributes, **known))


@register.simple_tag(takes_context=True)
def tag(context: Context, label: str, tone: Tone = "", icon: str = "") -> str:
    return show(context, Tag(label=str(label), tone=tone, icon=icon))


@register.simple_tag(takes_context=True)
def bloom(context: Context, taken: int, total: int, label: str = "") -> str:
    return show(context, Blooms(taken=taken, total=total, label=label))


@register.simple_tag(takes_context=True)
def person(context: Context, name: str, note: str = "", tone: Tone = "") -> str:
    return show(context, PersonChip(name=name, note=note, tone=tone))


@register.simple_tag(takes_context=True)
def meter(
    context: Context, value: float, total: float, label: str, kind: str = "", field: str = ""
) -> str:
    meter = Meter(value=value, total=total, label=str(label), kind=kind, field=field)  # type: ignore[arg-type]
    return show(context, meter)


@register.simple_block_tag(takes_context=True)
def kpi(
    context: Context,
    content: str,
    label: str,
    value: object,
    tone: Tone = "",
    field: str = "",
    href: str = "",
) -> str:
    """{% kpi "还缺的人" 2 tone="bad" %}会写明原因{% endkpi %}: the note may be empty."""
    note = mark_safe(content.strip())  # rendered, so escaped already
    number = Kpi(label=str(label), value=str(value), note=note, tone=tone, field=field, href=href)
    return show(context, number)


@register.simple_tag(takes_context=True)
def toast(context: Context, text: object) -> str:
    """`text`: a sentence, or a message of Django's, which may have a way back. What was refused
    does not look as if it had been done."""
    address = undo_of(text)
    undo = None
    if address:
        here = {"next": context["request"].get_full_path()}
        undo = Action(label=_("撤销"), url=address, variant="text", fields=here)
    refused = getattr(text, "level", messages.SUCCESS) >= messages.WARNING
    icon = "triangle-alert" if refused else "circle-check"
    return show(context, Toast(text=str(text), icon=icon, undo=undo))


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, id: str, title: str) -> str:
    """{% dialog id="why" title="为什么" %}…{% enddialog %}; opened by any element with
    data-dialog="why"."""
    assert context.template is not None
    page = context.template.engine.get_template("components/dialog.html")
    return page.render(context.new({"id": id, "title": title, "content": content}))


@register.simple_block_tag
def leads(content: str, page: str, pk: int, readable: Collection[int]) -> str:
    """{% leads "coordinator:session" session.pk readable %}…{% endleads %}: a link for whoever may
    open that page (backend.access: `…_readable`), else the words alone."""
    words = mark_safe(content.strip())  # rendered, so escaped already
    if pk in readable:
        return format_html('<a href="{}">{}</a>', reverse(page, args=[pk]), words)
    return format_html('<span class="unlinked">{}</span>', words)


# --- small pieces ---------------------------------------------------------------------------------
@lru_cache
def icon_names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', asset("icons.svg").plain.decode()))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; silent for a screen reader unless it has a label."""
    return _icon(name, str(label), asset("icons.svg").address)


@lru_cache(maxsize=512)
def _icon(name: str, label: str, sprite: str) -> SafeString:
    if name not in icon_names():
        raise ValueError(f"no icon {name!r}; see static/vendor")
    said = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', said, sprite, name)


@register.simple_tag
def mark(css: str = "logo") -> SafeString:
    """The jasmine flower of the house."""
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}#bloom"/></svg>',
        css,
        asset("marks.svg").address,
    )


@register.simple_tag
def live(streams: str, url: str) -> SafeString:
    """Attributes of a fragment that fetches itself again when one of its streams moves: <section
    id=… {% live "rota.12" url %}>."""
    return format_html(
        'data-live="{}" hx-get="{}" hx-trigger="live" hx-swap="outerMorph"', streams, url
    )


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden field, new on every page: the same form sent twice counts once."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid.uuid4())


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """A QR code as inline SVG."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(
        border=1, omitsize=True, svgclass=None, lineclass=None
    )
    return format_html(
        '<span class="qr" role="img" aria-label="{}">{}</span>', label, mark_safe(drawing)
    )


@register.simple_tag
def html_attributes(values: Mapping[str, object]) -> SafeString:
    """True → a bare attribute, False or None → none."""
    kept = [
        (key, value) for key, value in values.items() if value is not None and value is not False
    ]
    return format_html_join("", "{}", ((attribute(key, value),) for key, value in kept))


def attribute(key: str, value: object) -> SafeString:
    if value is True:
        return format_html(" {}", key)
    return format_html(' {}="{}"', key, value)
