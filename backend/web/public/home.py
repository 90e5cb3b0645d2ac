"""The front door: a visitor learns what this is, a signed-in person goes to her own side of the
house."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.common import clock
from backend.demo.people import PEOPLE
from backend.families.queries import asked_in, is_guardian
from backend.organisations.queries import invitations_to, is_coordinator, is_operator
from backend.web import navigation


@dataclass(frozen=True)
class Door:
    """One side of the house: what it is called, what one does there, and where it leads."""

    side: str
    icon: str
    label: str | Promise
    what: str | Promise
    href: str = ""


DOORS = (
    Door(
        "volunteer",
        "hand-heart",
        _("我是志愿者"),
        _("挑一场能去的，点一下就好；来不了也点一下就行。"),
    ),
    Door(
        "family", "baby", _("我家有宝宝"), _("找适合宝宝月龄的亲子课，预约、候补，或请老师上门。")
    ),
    Door(
        "coordinator",
        "clipboard-list",
        _("我是调度员"),
        _("一键排班，看得懂为什么，改好了再发给大家。"),
    ),
    Door("operator", "settings-2", _("我管运行"), _("看各个进程和任务的状态。")),
)
EXTRA = {"operator": "operator:status"}  # a side without tabs


def home(request: HttpRequest) -> HttpResponse:
    """GET / : redirect to the one side that is hers; with several, or none, a page to choose
    from."""
    if isinstance(request.user, User):
        sides = [
            door
            for door in map(leading_to, DOORS)
            if door.side in sides_of(request.user) and door.href
        ]
        now = clock.now()
        asked = {
            "invitations": invitations_to(request.user, now),
            "families": list(asked_in(request.user, now)),
        }
        if len(sides) == 1 and not any(asked.values()):
            return redirect(sides[0].href)
        return render(request, "public/home.html", {"doors": sides} | asked)
    doors = [through_sign_in(leading_to(door)) for door in DOORS[:3]]
    return render(
        request, "public/home.html", {"doors": doors, "people": PEOPLE if settings.DEMO else ()}
    )


def sides_of(user: User) -> list[str]:
    """Which sides of the house a person has; one may be a volunteer, a mother and a coordinator at
    once."""
    found = ["volunteer"] * hasattr(user, "volunteer") + ["family"] * is_guardian(user)
    return found + ["coordinator"] * is_coordinator(user) + ["operator"] * is_operator(user)


def leading_to(door: Door) -> Door:
    """The door with the address of that side's first page; without one where the installation has
    no such page."""
    try:
        href = (
            reverse(EXTRA[door.side]) if door.side in EXTRA else navigation.places(door.side)[0][1]
        )
    except (NoReverseMatch, IndexError):
        href = ""
    return Door(door.side, door.icon, door.label, door.what, href)


def first_page(user: User, path: str) -> str:
    """Where she comes to who wanted to go to this path and has signed in: a side of the house that
    is not hers yet begins with its own first page, and an invitation stands on the front door."""
    begins = (
        (hasattr(user, "volunteer"), "/v/", "join_volunteer"),
        (is_guardian(user), "/f/", "join_family"),
        (is_coordinator(user), "/c/", "home"),
    )
    for hers, side, begin in begins:
        if path.startswith(side) and not hers:
            return reverse(begin)
    return path


def through_sign_in(door: Door) -> Door:
    query = ""
    if door.href:
        query = f"?{urlencode({'next': door.href})}"
    return Door(door.side, door.icon, door.label, door.what, reverse("sign_in_phone") + query)
