"""我们存了什么: everything that is kept about the family, who looked at it, taken along, erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.access import note
from backend.bookings.policy import still_counts
from backend.bookings.queries import bookings_ahead_of
from backend.common import clock
from backend.families.models import Family
from backend.families.queries import guardians_of, was_let_in, wishes_to_end
from backend.notifications.queries import told_to
from backend.notifications.recipients import Addressee
from backend.rights.operations import erase_family
from backend.rights.queries import family_file, looked_at
from backend.web.family.consents import BY_KEY
from backend.web.family.guard import for_family, own_children
from backend.web.held.looks import is_plan, said_look, said_plan
from backend.web.held.parts import KeptPart, Line, parts_of, said_day, said_when, zipped
from backend.web.held.register import OF_FAMILIES
from backend.web.public.again import first_again, has_shown
from backend.web.see_other import see_other
from backend.words.visits import TOPICS


@for_family
def held(request: HttpRequest, family: Family) -> HttpResponse:
    """Everything that is kept about the family, and who looked at it, from the rows."""
    note(family.user, "read", f"family:{family.pk}", "by a guardian", now=clock.now())
    kept = _as_kept(family)
    context = {
        "audience": "family",
        "place": "me",
        "family": family,
        "parts": _parts(_everything(kept, request.user.pk), kept),
    }
    return render(request, "family/held.html", context)


def _everything(family: Family, reader: int | None) -> dict[str, Any]:
    return family_file(family, reader) | {"messages": told_to(Addressee(family=family.pk))}


def _as_kept(family: Family) -> Family:
    """Read anew: `family.user` is who acts, and what is sealed of it was not read."""
    return Family.objects.select_related("street").get(pk=family.pk)


def _parts(file: dict[str, Any], family: Family) -> list[KeptPart]:
    gone = _("删掉了的孩子")
    lines: dict[str, list[Line]] = {
        "looks": list(_looks(family)),
        "home": list(_home(file)),
        "adults": [(adult["called"], adult["phone"]) for adult in file["guardians"]],
        "children": [(c["nickname"], _child(c)) for c in file["children"]],
        "consents": [(c["child"] or gone, _consent(c)) for c in file["consents"]],
        "wishes": [(w["programme"], said_day(w["created_at"])) for w in file["wishes"]],
        "visits": [(_visit(v), v["door"]) for v in file["visits"]],
        "bookings": [(b["session"], _booking(b)) for b in file["bookings"]],
        "messages": [(m["title"], said_day(m["told_at"])) for m in file["messages"]],
    }
    return parts_of(OF_FAMILIES, lines)


def _home(file: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield _("编号"), file["number"]
    yield _("家长"), file["guardian_name"] or ""
    yield _("电话"), file["phone"] or ""
    yield _("街道"), file["street"]["name"]
    yield _("大概在哪里"), _("只记到半公里，用来算远近")
    yield _("最远走多久"), _("%(n)d 分钟") % {"n": file["max_travel_minutes"]}
    yield _("有空的时间"), _("一周 %(n)d 段") % {"n": len(file["hours"])}


def _child(child: dict[str, Any]) -> str:
    born = _("%(month)s 出生") % {"month": child["birth_month"]}
    return _("，").join(filter(None, (born, child["note"])))


def _consent(consent: dict[str, Any]) -> str:
    purpose = BY_KEY.get(consent["purpose"])
    given = {"who": consent["by"], "day": said_day(consent["given_at"])}
    parts = [
        str(purpose.title) if purpose else consent["purpose"],
        _("%(who)s %(day)s 同意") % given,
    ]
    if consent["withdrawn_at"]:
        parts.append(_("%(day)s 撤回") % {"day": said_day(consent["withdrawn_at"])})
    return _("；").join(parts)


def _visit(visit: dict[str, Any]) -> str:
    topic = str(TOPICS.get(visit["topic"], ""))
    return _("，").join(filter(None, (said_day(visit["made_at"]), visit["child"], topic)))


def _booking(booking: dict[str, Any]) -> str:
    names = _("、").join(booking["children"])
    at = said_when(booking["starts_at"]) if booking["starts_at"] else ""
    return _("，").join(filter(None, (at, booking["venue"], names)))


def _looks(family: Family) -> Iterator[Line]:
    plan = _("排班程序看过孩子的月龄和家在哪一带，为了排「%(plan)s」")
    for look in looked_at(family):
        yield said_plan(look, plan) if is_plan(look) else said_look(look, _("家里的资料"))


@for_family
def export(request: HttpRequest, family: Family) -> HttpResponse:
    """Everything that is kept about the family, as a file, for who has shown a moment ago that it
    is she."""
    if not has_shown(request):
        return first_again(request, reverse("family:held"))
    note(family.user, "export", f"family:{family.pk}", "by a guardian", now=clock.now())
    kept = _as_kept(family)
    file = _everything(kept, request.user.pk)
    return zipped(family.number, file, _parts(file, kept))


@require_http_methods(["GET", "HEAD", "POST"])
@for_family
def erase(request: HttpRequest, family: Family) -> HttpResponse:
    """GET says what will be gone; POST erases it and signs out, for who has shown a moment ago that
    it is she. Who was let in lets herself out: the family is not hers to erase."""
    if was_let_in(family):
        messages.info(request, _("这个家由登记的家长来删除；你可以自己退出"))
        return see_other("family:adults")
    shown = has_shown(request)
    if request.method != "POST":
        context = _ending(family, clock.now()) | {"shown": shown}
        return render(request, "family/erase.html", context)
    if not shown:
        return first_again(request, request.path)
    erase_family(family_id=family.pk, actor=family.user, now=clock.now())
    logout(request)
    messages.success(request, _("你们家的资料都删除了"))
    return see_other("home")


def _ending(family: Family, now: datetime) -> dict[str, Any]:
    """What ends with the registration, by name."""
    coming = [b for b in bookings_ahead_of(family, now) if still_counts(b, now)]
    wishes = wishes_to_end(family)
    return {
        "audience": "family",
        "place": "me",
        "children": [child.nickname for child in own_children(family)],
        "coming": [
            (said_when(b.session.starts_at), b.session.title) for b in coming if b.session.starts_at
        ],
        "wishes": [wish.programme.name for wish in wishes.order_by("pk")],
        "adults": [row.called for row in guardians_of(family, now)],
    }
