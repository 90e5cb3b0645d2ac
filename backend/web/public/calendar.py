"""A calendar's secret address, and the page on which she opens, changes and closes it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override

from backend.accounts.models import User
from backend.common import clock
from backend.notifications.operations.calendars import feed_of, renew_feed, stop_feed
from backend.notifications.promises import promises_of
from backend.notifications.queries import own_feed
from backend.web.calendars import answer, calendar_of
from backend.web.public.again import first_again, has_shown
from backend.web.public.tries import may_go_on
from backend.web.see_other import see_other

OF_ADDRESS = 60  # wrong addresses from one place


def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads: no cookie, no sign-in, the address alone."""
    found = feed_of(token)
    if found is None:
        if not may_go_on(request, "calendar", OF_ADDRESS):
            return HttpResponse(status=429)
        raise Http404("calendar")
    now = clock.now()
    with override(found.user.language):
        content = calendar_of(promises_of(found.user, now), now, all_of_hers=True)
    response = answer(request, content, "moli")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@login_required
def calendar_address(request: HttpRequest) -> HttpResponse:
    """GET shows her address; POST do=renew makes one (the old one ends), do=stop closes it. What
    tells where she will be, for ever, is for who has shown a moment ago that it is she."""
    assert isinstance(request.user, User)
    shown = has_shown(request)
    if request.method == "POST":
        if request.POST.get("do") == "renew" and not shown:
            return first_again(request, reverse("calendar_address"))
        if request.POST.get("do") == "stop":
            stop_feed(user=request.user)
        elif request.POST.get("do") == "renew":
            renew_feed(user=request.user, now=clock.now())
        return see_other("calendar_address")
    row = own_feed(request.user)
    address = ""
    if row is not None and shown:
        address = f"{settings.PUBLIC_URL}{reverse('calendar_feed', args=[row.token])}"
    subscribe = address.replace("https:", "webcal:").replace("http:", "webcal:")
    context = {
        "address": address,
        "subscribe": subscribe,
        "shown": shown,
        "open": row is not None,
    }
    return render(request, "public/calendar.html", context)
