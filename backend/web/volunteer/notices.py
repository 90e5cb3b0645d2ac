"""What happened to sessions of hers, on top of her pages until she has seen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.common import clock
from backend.programmes.queries import credential_names
from backend.rota.agreed import Agreed
from backend.rota.models import Notice, Session
from backend.rota.operations import see_notice
from backend.rota.queries import notices_of
from backend.volunteers.models import Volunteer
from backend.web.components import Action
from backend.web.volunteer.guard import VolunteerRequest, for_volunteer
from backend.words.barred import barred
from backend.words.changes import terms, was_and_is


@dataclass(frozen=True)
class NoticeWords:
    """One notice in words: what happened, `change` old and new, `why`, and what it means for
    her."""

    key: int
    headline: str
    change: str
    why: str
    meaning: str
    seen: Action


def notices_context(volunteer: Volunteer) -> dict[str, Any]:
    rows = notices_of(volunteer)
    asks = any(rule["rule"] == "qualification" for notice in rows for rule in notice.broken)
    names = credential_names() if asks else {}
    return {
        "notices": [_in_words(notice, names) for notice in rows],
        "notices_url": reverse("volunteer:notices"),
        "volunteer_stream": f"volunteer.{volunteer.pk}",
    }


@for_volunteer
def notices(request: VolunteerRequest, volunteer: Volunteer) -> HttpResponse:
    """The notices alone."""
    return render(request, "volunteer/_notices.html", notices_context(volunteer))


@require_POST
@for_volunteer
def seen(request: VolunteerRequest, volunteer: Volunteer, notice_id: int) -> HttpResponse:
    """知道了."""
    if not Notice.objects.filter(pk=notice_id, volunteer=volunteer).exists():
        raise Http404(f"notice {notice_id}")
    see_notice(notice_id=notice_id, actor=request.user, now=clock.now())
    if request.htmx:
        return notices(request)
    return redirect("volunteer:mine")


def _in_words(notice: Notice, names: Mapping[str, str]) -> NoticeWords:
    """Of a session that was called off since, that alone is said."""
    session = notice.session
    called_off = session.state == Session.State.CANCELLED
    kind = Notice.Kind.CANCELLED if called_off else notice.kind
    before = Agreed.from_json(notice.before)
    now = Agreed.of(session)
    # barred is she from the session as she was asked for it, which is what it is now
    at = now if kind == Notice.Kind.BARRED else before
    named = {"title": session.title, "when": terms(at, frozenset({"time"}))}
    headline, meaning = _said(kind, promised=notice.promised, as_before=before == now)
    return NoticeWords(
        key=notice.pk,
        headline=headline % named,
        change="" if kind == Notice.Kind.CANCELLED else "；".join(was_and_is(before, now)),
        why=_why(notice, names),
        meaning=meaning,
        seen=Action(
            label=_("知道了"),
            url=reverse("volunteer:seen", args=[notice.pk]),
            variant="sec",
            wide=True,
            target="#notices",
        ),
    )


def _why(notice: Notice, names: Mapping[str, str]) -> str:
    if notice.session.state == Session.State.CANCELLED:
        because = notice.session.cancelled_because
        return _("原因：%(why)s") % {"why": because} if because else ""
    return "；".join(barred(rule, names=names) for rule in notice.broken)


def _said(kind: str, *, promised: bool, as_before: bool) -> tuple[str, str]:
    """What happened, and what it means for her. `as_before`: the session is what she knew again."""
    changed_back = _("「%(title)s」改过又改回来了，可你去不了")
    words = {
        Notice.Kind.CANCELLED: (
            _("%(when)s 的「%(title)s」取消了"),
            _("不用去了，谢谢你。") if promised else _("不用再回复了。"),
        ),
        Notice.Kind.RELEASED: (
            changed_back if as_before else _("「%(title)s」改了，你去不了"),
            _("已经替你放下，不用去了。") if promised else _("不用再回复了。"),
        ),
        Notice.Kind.UNANSWERED: (
            _("「%(title)s」改了以后没等到你的回复"),
            _("位子先放出来了，不用去了；还想去、还有位子，可以再报名。"),
        ),
        Notice.Kind.TOLD: (_("「%(title)s」改了一点"), _("你的位子不变。")),
        Notice.Kind.RESTORED: (
            _("「%(title)s」又改回来了"),
            _("还是你答应过的时间和地点，位子是你的，不用再回复。"),
        ),
        Notice.Kind.WITHDRAWN: (_("「%(title)s」改了以后，调度员收回了邀请"), _("不用去了。")),
        Notice.Kind.LET_GO: (
            _("%(when)s 的「%(title)s」要的人少了"),
            _("你的位子取消了，不用去了，谢谢你。") if promised else _("不用再回复了。"),
        ),
        Notice.Kind.BARRED: (
            _("%(when)s 的「%(title)s」你答应不了了"),
            _("位子先放出来了，不用去了。") if promised else _("不用再回复了。"),
        ),
    }
    return words[Notice.Kind(kind)]
