"""One tap from a message, without signing in: GET shows what is asked and changes nothing, because
programs that look at messages fetch it; POST answers, once.

Who holds the link may answer, so a form needs no other proof; what it is about stands in the
message, and nothing of a person stands here.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from backend.common import clock
from backend.common.refusal import Refusal
from backend.notifications.links import Link, Purpose, read
from backend.notifications.operations.tapping import (
    LinkOver,
    LinkUsed,
    answer_link,
    stop_mail,
    was_used,
)
from backend.notifications.questions import LinkQuestion, newer_than, question_of
from backend.rota.operations import TermsChanged
from backend.volunteers.operations import AgreementNeeded
from backend.web.public.tries import may_go_on
from backend.words.moments import when

OF_ADDRESS = 120  # answers, and links that are none, from one address; a school shares one
PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
PLACES = {  # where she finds the same thing when she signs in
    Purpose.OFFER: "volunteer:mine",
    Purpose.COVER: "volunteer:mine",
    Purpose.COMING: "volunteer:mine",
    Purpose.SEAT: "family:bookings",
    Purpose.ATTENDING: "family:bookings",
}


@csrf_exempt  # a mail program posts without ever having been here, and other people have no link
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, and the answer to it."""
    found = read(token)
    counted = request.method == "POST" or found is None
    if counted and not may_go_on(request, "link", OF_ADDRESS):
        return _page(request, 429, _("太快了，请过一刻钟再试"), None)
    if found is None:
        return _page(request, 404, _("这个链接打不开，请看看是不是少了几个字"), None)
    if found.purpose == Purpose.NO_MAIL:
        return _mail(request, found)
    if request.method == "POST" and request.POST.get("answer") in ("yes", "no"):
        return _answered(request, token, found, yes=request.POST["answer"] == "yes")
    return _asked(request, token, found)


def _asked(request: HttpRequest, token: str, found: Link, *, changed: bool = False) -> HttpResponse:
    """`changed`: what she tapped on was another time, so she is shown the new one first."""
    if was_used(token):
        return _gone(request, found, _used())
    if found.is_over(clock.now()):
        return _gone(request, found, _("这个链接过期了"))
    question = question_of(found, clock.now())
    if question is None:
        return _gone(request, found, _over())
    yes, no = _buttons(question)
    said = _sentence(question)
    if changed:
        said = _("刚刚改了：%(now)s") % {"now": said}
    status = 409 if changed else 200
    return _page(request, status, said, found, yes=yes, no=no, seen=question.mark)


def _answered(request: HttpRequest, token: str, found: Link, *, yes: bool) -> HttpResponse:
    seen = request.POST.get("seen", "")
    try:
        question = answer_link(token=token, yes=yes, now=clock.now(), seen=seen)
    except LinkUsed:
        return _gone(request, found, _used())
    except LinkOver:
        return _gone(request, found, _over())
    except TermsChanged:
        return _asked(request, token, found, changed=bool(seen))
    except AgreementNeeded:
        said = _("先看一看志愿者须知，同意了就能答应")
        return _page(request, 409, said, found, inside=reverse("volunteer:agreement"))
    except Refusal:  # its sentence may name what else she does: it is for her alone
        return _page(request, 409, _("现在没法这样回答，登录以后能看到原因"), found)
    return _page(request, 200, _thanks(question, yes), found, done=True)


def _gone(request: HttpRequest, found: Link, said: str) -> HttpResponse:
    """It asks nothing any more; where the session changed since, it leads to what is asked now."""
    newer = newer_than(found, clock.now())
    if newer is None:
        return _page(request, 410, said, found)
    return _page(request, 410, _("后来又改了，有新的问题要你回答"), found, newer=newer)


def _mail(request: HttpRequest, found: Link) -> HttpResponse:
    """One click of a mail program (RFC 8058), or a tap here; and back again."""
    if request.method != "POST":
        said = _("不再收我们的邮件？")
        return _page(request, 200, said, found, yes=_("不再收邮件"), no="")
    stop = request.POST.get("answer") != "no"
    stop_mail(link=found, stop=stop, now=clock.now())
    if not stop:
        return _page(request, 200, _("好，以后还发邮件给你"), found)
    said = _("好，不再发邮件了。消息都在你的收件箱里")
    return _page(request, 200, said, found, no=_("还是要收"))


def _page(
    request: HttpRequest,
    status: int,
    said: str,
    found: Link | None,
    *,
    yes: str = "",
    no: str = "",
    done: bool = False,
    seen: str = "",
    newer: str = "",
    inside: str = "",
) -> HttpResponse:
    place = PLACES.get(found.purpose) if found else None
    inside = inside or reverse(place or "home")
    context = {"said": said, "yes": yes, "no": no, "done": done, "inside": inside, "seen": seen}
    context["newer"] = newer
    response = render(request, "public/link.html", context, status=status)
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response


def _used() -> str:
    return _("这个问题已经回答过了")


def _over() -> str:
    return _("这个问题已经不用回答了")


def _sentence(question: LinkQuestion) -> str:
    if question.barred and question.starts_at is not None:
        barred = _("%(when)s 的这一场，你现在来不了；登录以后能看到原因")
        if question.partly:
            barred = _("%(when)s 的这一场，现在不是每个孩子都能来；登录以后能看到是谁")
        return barred % {"when": when(question.starts_at)}
    if question.starts_at is None:
        return _("有一件事想请你来，能来吗？")
    said = {
        "offer": _("%(when)s，你能来吗？"),
        "cover": _("%(when)s，有人去不了，你能替她去吗？"),
        "coming": _("%(when)s 的班，还来吗？"),
        "seat": _("%(when)s 有位子了，还要吗？"),
        "reopened": _("%(when)s 取消的场次又开了，还来吗？"),
        "changed": _("%(when)s 的活动改了，还来吗？"),
        "attending": _("%(when)s 的活动，还来吗？"),
    }[question.kind]
    return said % {"when": when(question.starts_at)}


def _buttons(question: LinkQuestion) -> tuple[str, str]:
    yes, no = {
        "offer": (_("我能去"), _("去不了")),
        "cover": (_("我替她去"), _("去不了")),
        "coming": (_("还来"), _("去不了")),
        "seat": (_("要这个位子"), _("不要了")),
        "reopened": (_("还来"), _("不来了")),
        "changed": (_("还来"), _("不来了")),
        "attending": (_("还来"), _("不来了")),
    }[question.kind]
    return ("" if question.barred else yes), no


def _thanks(question: LinkQuestion, yes: bool) -> str:
    if yes and question.starts_at is not None:
        return _("说好了，%(when)s 见") % {"when": when(question.starts_at)}
    if yes:
        return _("说好了，谢谢你")
    if question.kind in ("offer", "cover"):
        return _("知道了，没关系，我们再找别人")
    if question.kind == "coming":
        return _("知道了，谢谢你告诉我们，位子放出来了")
    return _("知道了，位子让给别的家庭")
