"""Her WeChat: connected, let go, and how many messages she still allows there; and what WeChat
itself tells us."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.accounts.operations import link_wechat, unlink_wechat
from backend.common import clock
from backend.common.locking import Busy
from backend.notifications.allowed import account_of, allowed
from backend.notifications.channels.base import Unreachable
from backend.notifications.channels.file import DEMO_TEMPLATE, in_demo
from backend.notifications.channels.linking import CodeUsed, Linking, linking
from backend.notifications.operations.wechat import allow_wechat, forbid_wechat, hear_wechat
from backend.notifications.wechat_events import is_wechats, subscribings
from backend.notifications.wechat_sealed import opened
from backend.web.public.home import sides_of
from backend.web.public.tries import may_go_on
from backend.web.see_other import see_other

STATE = "wechat_state"  # in the session: what she has to come back with, and until when
HOLDS = 10 * 60  # seconds
OF_ADDRESS = 30  # comings back from one place


@login_required
def wechat(request: HttpRequest) -> HttpResponse:
    """GET shows what is connected; POST do=link makes a way there, that serves once; do=unlink lets
    it go. In the demo do=allow stands for a tap on "订阅"."""
    user, way = _hers(request)
    if request.method == "POST":
        _do(request, user)
        return see_other("wechat")
    account = account_of(user.pk)
    context = {
        "account": account,
        "allowed": allowed(account, sides_of(user)) if account else [],
        "leads_to": _leads_to(request, way),
        "article": settings.WECHAT_ARTICLE,
        "demo": in_demo(),
    }
    return render(request, "public/wechat.html", context)


@login_required
def back(request: HttpRequest) -> HttpResponse:
    """She comes back with `code` and `state`: this browser's, not too late, and once."""
    user, way = _hers(request)
    expected, until = request.session.get(STATE, ("", 0))
    in_time = clock.now().timestamp() < until
    hers = bool(expected) and constant_time_compare(request.GET.get("state", ""), expected)
    if hers:  # a strange link ends nothing that is under way
        del request.session[STATE]
    if not (hers and in_time):
        messages.warning(request, _("这次没有接上，请再点一次「接上微信」"))
    elif not request.GET.get("code"):
        messages.info(request, _("你没有同意，什么也没有变"))
    elif not may_go_on(request, "wechat", OF_ADDRESS):
        messages.warning(request, _("太快了，请过一刻钟再试"))
    else:
        _link(request, user, way)
    return see_other("wechat")


@csrf_exempt  # WeChat's own machines post here, and prove it
def events(request: HttpRequest) -> HttpResponse:
    """GET answers WeChat's trial of the address; POST is what it has to tell."""
    signed = {name: request.GET.get(name, "") for name in ("signature", "timestamp", "nonce")}
    on = "wechat" in settings.CHANNELS
    if not on or not is_wechats(settings.WECHAT_EVENT_TOKEN, **signed, now=clock.now()):
        raise Http404("wechat")
    if not hear_wechat(signature=signed["signature"], body=request.body, now=clock.now()):
        raise Http404("wechat")
    if request.method != "POST":
        return HttpResponse(request.GET.get("echostr", "")[:200], content_type="text/plain")
    body = _said(request)
    if body is None:
        raise Http404("wechat")
    for one in subscribings(body):
        # a moment to come would have every later tap taken for one that was counted
        at = min(one.at, clock.now() + timedelta(seconds=HOLDS))
        tell = allow_wechat if one.allows else forbid_wechat
        tell(openid=one.openid, template=one.template, at=at)
    return HttpResponse("success", content_type="text/plain")


def _said(request: HttpRequest) -> bytes | None:
    """What WeChat says, where its signature is of it; None otherwise. Without a key, as in a demo,
    it says it in clear."""
    if not settings.WECHAT_EVENT_KEY:
        return request.body
    return opened(
        request.body,
        key=settings.WECHAT_EVENT_KEY,
        token=settings.WECHAT_EVENT_TOKEN,
        app_id=settings.WECHAT_APP_ID,
        signature=request.GET.get("msg_signature", ""),
        timestamp=request.GET.get("timestamp", ""),
        nonce=request.GET.get("nonce", ""),
    )


@require_safe
@login_required
def demo_wechat(request: HttpRequest) -> HttpResponse:
    """In the demo alone: the page that stands for WeChat's own."""
    if not in_demo():
        raise Http404("demo")
    answer = {"state": request.GET.get("state", ""), "code": f"demo-{request.user.pk}"}
    return render(request, "public/demo_wechat.html", answer)


def _do(request: HttpRequest, user: User) -> None:
    what = request.POST.get("do")
    if what == "link":
        until = clock.now().timestamp() + HOLDS
        request.session[STATE] = (secrets.token_urlsafe(24), until)
    elif what == "unlink":
        unlink_wechat(user=user, now=clock.now())
        messages.success(request, _("断开了，微信的编号也删了"))
    elif what == "allow" and in_demo() and (account := account_of(user.pk)) is not None:
        allow_wechat(openid=str(account.openid), template=DEMO_TEMPLATE, at=clock.now())


def _leads_to(request: HttpRequest, way: Linking) -> str:
    """Where she confirms it, while the way that she asked for holds; else ""."""
    state, until = request.session.get(STATE, ("", 0))
    if not state or clock.now().timestamp() >= until:
        return ""
    return way.leads_to(state, f"{settings.PUBLIC_URL}{reverse('wechat_back')}")


def _link(request: HttpRequest, user: User, way: Linking) -> None:
    try:
        openid = way.openid(request.GET["code"])
    except CodeUsed:
        messages.warning(request, _("这次没有接上，请再点一次「接上微信」"))
    except Unreachable:
        messages.warning(request, _("现在连不上微信，过一会儿再试"))
    else:
        try:
            link_wechat(user=user, openid=openid, now=clock.now())
            messages.success(request, _("微信接上了"))
        except Busy:
            messages.warning(request, _("这次没有接上，请再点一次「接上微信」"))


def _hers(request: HttpRequest) -> tuple[User, Linking]:
    """Nothing of it is there where nobody is told by WeChat."""
    way = linking()
    if way is None:
        raise Http404("wechat")
    assert isinstance(request.user, User)
    return request.user, way
