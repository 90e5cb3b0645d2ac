"""What somebody was told: one list for each side of the house, and the bell that counts what is
new."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as toasts
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.common import clock
from backend.common.reading import whole_number
from backend.notifications.channels import on
from backend.notifications.operations import mute_messages, see_messages
from backend.notifications.queries import SIDES, inbox_of, muted_by, unread
from backend.notifications.recipients import Addressee
from backend.notifications.table import MESSAGES
from backend.notifications.ways import FILE
from backend.web.components import Pagination
from backend.web.see_other import see_other
from backend.words.kinds import KINDS

A_PAGE = 20


def inbox_context(request: HttpRequest, side: str, person: Addressee) -> dict[str, Any]:
    """The list; `new` when there is something that she has not seen, `upto` the newest of it."""
    asked = request.GET.get("page", "")
    letters = Paginator(inbox_of(person), A_PAGE).get_page(asked)
    rows = list(letters)
    new = [letter.pk for letter in rows if letter.seen_at is None]
    return {
        "letters": rows,
        "upto": max(new, default=0),
        "inbox_stream": f"inbox.{request.user.pk}",
        "inbox_url": f"{reverse(f'{side}:messages_fragment')}?page={letters.number}",
        "seen_url": reverse(f"{side}:messages_seen"),
        "choices_url": reverse(f"{side}:message_choices"),
        "pages": Pagination.of(letters, "?page={page}"),
    }


def see(request: HttpRequest, side: str, person: Addressee) -> HttpResponse:
    """POST upto: she has seen them."""
    assert isinstance(request.user, User)
    upto = whole_number(request.POST.get("upto"), low=1)
    if upto is not None:
        see_messages(person=person, upto=upto, actor=request.user, now=clock.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return see_other(f"{side}:messages")


@dataclass(frozen=True)
class ChannelChoice:
    """A kind of message, and for each channel whether she wants it there: value, words, on."""

    label: str
    channels: list[tuple[str, str, bool]]


def choices(side: str, person: Addressee) -> list[ChannelChoice]:
    """What she may choose: the optional kinds of her side, on the channels that are on."""
    muted = muted_by({person}).get(person, set())
    names = {"wechat": _("微信"), "sms": _("短信"), "email": _("邮件")}
    there = on()
    found = []
    for kind, label in KINDS.items():
        if not MESSAGES[kind].page.startswith(f"{side}:"):
            continue
        channels = [
            (f"{kind}.{name}", names[name], (kind, name) not in muted)
            for name in MESSAGES[kind].channels
            if name in names and (name in there or (FILE in there and name != "wechat"))
        ]
        found.append(ChannelChoice(str(label), channels))
    return [choice for choice in found if choice.channels]


def choose(request: HttpRequest, side: str, person: Addressee) -> HttpResponse:
    """GET shows what she wants outside of her inbox; POST `on` (kind.channel, each) keeps it."""
    shown = choices(side, person)
    if request.method == "POST":
        wanted = set(request.POST.getlist("on"))
        off = [pair for choice in shown for pair in _muted(choice, wanted)]
        mute_messages(person=person, pairs=off)
        toasts.success(request, _("记住了"))
        return see_other(f"{side}:message_choices")
    context = {"choices": shown, "back": reverse(f"{side}:messages")}
    context |= {"audience": side, "place": "messages"}
    template = "inbox/desk_choices.html" if side == "coordinator" else "inbox/phone_choices.html"
    return render(request, template, context)


def _muted(choice: ChannelChoice, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    """Pairs of kind and channel; who ticks nothing means the channels that are not shown, too."""
    values = [value for value, _label, _on in choice.channels]
    kind = values[0].partition(".")[0]
    any_left = any(value in wanted for value in values)
    for name in MESSAGES[kind].channels:
        value = f"{kind}.{name}"
        if value not in wanted and (value in values or not any_left):
            yield kind, name


def bell_context(side: str, user_id: int) -> dict[str, Any]:
    return {
        "unread": unread(side, user_id),
        "stream": f"inbox.{user_id}",
        "address": reverse("bell", args=[side]),
        "messages_url": reverse(f"{side}:messages"),
    }


@login_required
def bell(request: HttpRequest, side: str) -> HttpResponse:
    """The bell alone, fetched again when something comes or is seen."""
    if side not in SIDES:
        raise Http404(side)
    return render(request, "inbox/_bell.html", bell_context(side, request.user.pk or 0))
