"""The door of the coordinator's side: signed in, and with a scope to look at."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from backend.access.refusals import NotHers, NotSeen
from backend.accounts.models import User
from backend.organisations.queries import is_coordinator


class CoordinatorRequest(HttpRequest):
    """A request that the door has let in: somebody is signed in."""

    user: User


View = Callable[..., HttpResponse]


def coordinator(view: View) -> View:
    """Sign-in first; then 403 for someone who coordinates and watches nothing.

    What she may see is asked row by row (backend/access): 404 for what she does not see, 403 for
    what she sees and may not change.
    """

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not is_coordinator(request.user):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except NotSeen:
            raise Http404 from None
        except NotHers:
            raise PermissionDenied from None

    return inside
