"""What a telephone opens that scanned a code: of a session, which changes every half minute, or of
a place, which hangs on its wall. Whoever scanned it signs in, if she is not, and then taps once."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.common import clock
from backend.places.queries import wall_number
from backend.records import codes


def here_session(request: HttpRequest, session_id: int, code: str) -> HttpResponse:
    now = clock.now()
    if codes.is_linked(session_id, code, now):
        return _led_on(codes.proof_text(codes.CodeProof(session=session_id), now))
    return _too_late(request)


def here_venue(request: HttpRequest, venue_id: int, code: str) -> HttpResponse:
    now = clock.now()
    number = wall_number(venue_id)
    if number is not None and codes.is_wall(venue_id, number, code):
        return _led_on(codes.proof_text(codes.CodeProof(venue=venue_id), now))
    messages.warning(request, _("这张码换过了，不能用了。请扫新贴的一张，或输带队报的数字"))
    return redirect("volunteer:check_in")


def _led_on(proof: str) -> HttpResponse:
    return redirect(f"{reverse('volunteer:check_in')}?{urlencode({'proof': proof})}")


def _too_late(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("这个码刚换过，请再扫一次现在的码"))
    return redirect("volunteer:check_in")
