"""The desk of what could not be sent: how many, on which way, for what trouble; again, or no
more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages as toasts
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backend.common import clock
from backend.common.reading import line
from backend.notifications.operations import drop_messages, send_again
from backend.notifications.queries import given_up, overdue, waiting
from backend.organisations.queries import is_operator
from backend.web.see_other import see_other

View = Callable[[HttpRequest], HttpResponse]


def for_operator(view: View) -> View:
    @wraps(view)
    def inside(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not is_operator(request.user):
            raise PermissionDenied
        return view(request)

    return inside


@for_operator
def messages(request: HttpRequest) -> HttpResponse:
    """GET /o/messages/"""
    context = {
        "troubles": given_up(),
        "waiting": waiting().count(),
        "overdue": overdue(clock.now()),
    }
    return render(request, "operator/messages.html", context)


@require_POST
@for_operator
def settle(request: HttpRequest) -> HttpResponse:
    """POST action (again, drop), channel, trouble."""
    about = {name: line(request.POST.get(name, "")) for name in ("channel", "trouble")}
    action = request.POST.get("action")
    if action == "again":
        many = send_again(**about, now=clock.now())
        said = ngettext("%(n)d 条会再发一次", "%(n)d 条会再发一次", many)
    elif action == "drop":
        many = drop_messages(**about)
        said = ngettext("%(n)d 条不再发", "%(n)d 条不再发", many)
    else:
        return HttpResponseBadRequest()
    toasts.success(request, said % {"n": many} if many else _("没有这样的消息了"))
    return see_other("operator:messages")
