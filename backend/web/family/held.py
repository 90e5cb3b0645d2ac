"""我们存了什么: everything that is kept about the family, who looked at it, taken along, erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backend.accounts.access import note
from backend.bookings.policy import still_counts
from backend.bookings.queries import bookings_ahead_of
from backend.common import clock
from backend.families.models import Family, Request
from backend.families.queries import guardians_of
from backend.notifications.queries import told_to_family
from backend.records.operations import erase_family
from backend.records.queries import OFFICE, PLANNER, PLATFORM, Look, family_file, looked_at
from backend.web.family.consents import BY_KEY
from backend.web.family.guard import for_family, own_children
from backend.web.see_other import see_other
from backend.words.moments import long_day, when

WHO: dict[str, str | Promise] = {
    PLATFORM: gettext_lazy("平台自己"),
    OFFICE: gettext_lazy("妇联的工作人员"),
}
DID: dict[str, str | Promise] = {
    "read": gettext_lazy("看过"),
    "export": gettext_lazy("导出过"),
    "create": gettext_lazy("登记过"),
    "change": gettext_lazy("改过"),
    "erase": gettext_lazy("删除"),
}


@dataclass(frozen=True)
class Section:
    """A heading and its lines, each in a word and what stands there."""

    title: str
    lines: list[tuple[str, str]]


@for_family
def held(request: HttpRequest, family: Family) -> HttpResponse:
    """Everything that is kept about the family, and who looked at it, from the rows."""
    note(family.user, "read", f"family:{family.pk}", "by a guardian", now=clock.now())
    kept = _as_kept(family)
    context = {
        "audience": "family",
        "place": "me",
        "family": family,
        "sections": _sections(_everything(kept, request.user.pk)),
        "looks": [_look(look) for look in looked_at(kept)],
    }
    return render(request, "family/held.html", context)


def _everything(family: Family, reader: int | None) -> dict[str, object]:
    return family_file(family, reader) | {"messages": told_to_family(family.pk)}


def _as_kept(family: Family) -> Family:
    """Read anew: `family.user` is who acts, and what is sealed of it was not read."""
    return Family.objects.select_related("street").get(pk=family.pk)


def _sections(file: dict[str, Any]) -> list[Section]:
    gone = _("删掉了的孩子")
    found = [
        Section(_("家"), list(_home(file))),
        Section(_("孩子"), [(c["nickname"], _child(c)) for c in file["children"]]),
        Section(_("同意书"), [(c["child"] or gone, _consent(c)) for c in file["consents"]]),
        Section(_("心愿"), [(w["programme"], long_day(w["created_at"])) for w in file["wishes"]]),
        Section(_("约过的活动"), [(b["session"], _booking(b)) for b in file["bookings"]]),
        Section(_("收到的消息"), [(m["title"], long_day(m["told_at"])) for m in file["messages"]]),
    ]
    return [section for section in found if section.lines]


def _home(file: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield _("编号"), file["number"]
    yield _("家长"), file["guardian_name"] or ""
    yield _("电话"), file["phone"] or ""
    yield _("街道"), file["street"]["name"]
    yield _("大概在哪里"), _("只记到半公里，用来算远近")
    yield _("最远走多久"), _("%(n)d 分钟") % {"n": file["max_travel_minutes"]}
    yield _("有空的时间"), _("一周 %(n)d 段") % {"n": len(file["hours"])}
    for adult in file["guardians"]:
        yield adult["called"], adult["phone"]


def _child(child: dict[str, Any]) -> str:
    born = _("%(month)s 出生") % {"month": child["birth_month"]}
    return _("，").join(filter(None, (born, child["note"])))


def _consent(consent: dict[str, Any]) -> str:
    purpose = BY_KEY.get(consent["purpose"])
    given = {"who": consent["by"], "day": long_day(consent["given_at"])}
    parts = [
        str(purpose.title) if purpose else consent["purpose"],
        _("%(who)s %(day)s 同意") % given,
    ]
    if consent["withdrawn_at"]:
        parts.append(_("%(day)s 撤回") % {"day": long_day(consent["withdrawn_at"])})
    return _("；").join(parts)


def _booking(booking: dict[str, Any]) -> str:
    names = "、".join(booking["children"])
    at = when(booking["starts_at"]) if booking["starts_at"] else ""
    return _("，").join(filter(None, (at, booking["venue"], names)))


def _look(look: Look) -> tuple[str, str]:
    """When, and who did what."""
    if look.who == PLANNER:
        said = _("排班程序看过孩子的月龄和家在哪一带，为了排「%(plan)s」")
        return when(look.at), said % {"plan": look.reason}
    facts = {
        "who": WHO.get(look.who, look.who),
        "what": DID.get(look.action, look.action),
        "whose": look.child or _("家里的资料"),
    }
    return when(look.at), _("%(who)s%(what)s%(whose)s") % facts


@for_family
def export(request: HttpRequest, family: Family) -> HttpResponse:
    """Everything that is kept about the family, as a file."""
    note(family.user, "export", f"family:{family.pk}", "by a guardian", now=clock.now())
    text = json.dumps(
        _everything(_as_kept(family), request.user.pk),
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        indent=2,
    )
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{family.number}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_family
def erase(request: HttpRequest, family: Family) -> HttpResponse:
    """GET says what will be gone; POST erases it and signs out. Who was let in lets herself out:
    the family is not hers to erase."""
    if family.guardians.filter(user=family.user).exists():
        messages.info(request, _("这个家由登记的家长来删除；你可以自己退出"))
        return see_other("family:adults")
    if request.method != "POST":
        return render(request, "family/erase.html", _ending(family, clock.now()))
    erase_family(family_id=family.pk, actor=family.user, now=clock.now())
    logout(request)
    messages.success(request, _("你们家的资料都删除了"))
    return see_other("home")


def _ending(family: Family, now: datetime) -> dict[str, Any]:
    """What ends with the registration, by name."""
    coming = [b for b in bookings_ahead_of(family, now) if still_counts(b, now)]
    wishes = family.requests.exclude(state=Request.State.CLOSED).select_related("programme")
    return {
        "audience": "family",
        "place": "me",
        "children": [child.nickname for child in own_children(family)],
        "coming": [
            (when(b.session.starts_at), b.session.title) for b in coming if b.session.starts_at
        ],
        "wishes": [wish.programme.name for wish in wishes.order_by("pk")],
        "adults": [row.called for row in guardians_of(family, now)],
    }
