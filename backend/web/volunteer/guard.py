"""Only a volunteer sees a volunteer's pages; everyone else is told that they do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from backend.accounts.models import User
from backend.common.prepared import Prepared
from backend.volunteers.queries import behind


class VolunteerRequest(HttpRequest):
    """A request that the guard has let in: somebody is signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]
SEALED = ("identity_number", "identity_index", "phone", "phone_index")

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
            return view(request, volunteer, *args, **kwargs)
        raise Http404("not a volunteer")

    return guarded
