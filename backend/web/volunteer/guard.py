"""Only a volunteer sees a volunteer's pages; everyone else is told that they do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from backend.accounts.models import User
from backend.common.prepared import Prepared
from backend.volunteers.models import SEALED, Volunteer
from backend.volunteers.queries import behind, is_there
from backend.web.see_other import see_other


class VolunteerRequest(HttpRequest):
    """A request that the guard has let in: somebody is signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]

_behind = Prepared(
    lambda user: behind(user).select_related("organisation").defer(*SEALED),
    0,
)


def for_volunteer(view: Callable[..., HttpResponse]) -> View:
    """The view is handed the signed-in volunteer after the request."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        for volunteer in _behind(request.user.pk or 0):
            try:
                return view(request, volunteer, *args, **kwargs)
            except Volunteer.DoesNotExist:
                if is_there(volunteer.pk):
                    raise
                return _made_one(request)
        raise Http404("not a volunteer")

    return guarded


def _made_one(request: HttpRequest) -> HttpResponse:
    """A coordinator has just made her application one with the row that she has in the register:
    nothing was done to either, and she sees first what is hers now."""
    messages.info(request, _("妇联刚把你的报名和原来的登记合成了一份。请看一看，再做一次。"))
    return see_other("volunteer:me")
