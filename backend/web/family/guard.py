"""Only a family sees a family's pages; everyone else is told that they do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from backend.accounts.models import User
from backend.bookings.models import Booking
from backend.common.prepared import Prepared
from backend.families.models import SEALED, Child, Family
from backend.families.queries import children_with_consent, family_of

_behind = Prepared(
    lambda user: family_of(user).select_related("street").defer(*SEALED),
    0,
)


def for_family(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view is handed the signed-in user's family after the request, which she registered or was
    let into; `family.user` is that user, already loaded: who acts, whoever registered it."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        for family in _behind(request.user.pk or 0):
            assert isinstance(request.user, User)  # login_required
            family.user = request.user
            return view(request, family, *args, **kwargs)
        raise Http404("not a family")

    return guarded


def own_booking(family: Family, booking_id: int) -> Booking:
    """A booking of this family with its session; another family's does not exist for her."""
    found = family.bookings.select_related(
        "session__venue__street", "session__programme", "session__rota"
    ).prefetch_related("children")
    booking = found.filter(pk=booking_id).first()
    if booking is None:
        raise Http404(f"booking {booking_id}")
    return booking


def own_children(family: Family) -> list[Child]:
    """Her children, each knowing whether she agrees (`agreed`) to the use of its data for
    booking."""
    return list(children_with_consent(family))


def is_agreed(child: Child) -> bool:
    """Of a child of own_children: without it nothing is read from its month of birth."""
    return bool(child.agreed)  # type: ignore[attr-defined]


def own_child(children: list[Child], asked: str | None) -> Child | None:
    """The child that the address names, or the first for whom one may book, or the first; None in a
    family without children."""
    named = [child for child in children if str(child.pk) == asked]
    agreed = [child for child in children if is_agreed(child)]
    return next(iter([*named, *agreed, *children]), None)
