"""The public check of a statement of service: who holds the paper compares what stands here."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from backend.accounts.operations import count_attempt
from backend.common import clock
from backend.common.client import client_ip
from backend.common.sealing import blind_index
from backend.proofs.queries import checked
from backend.web.statements import state_tag

WINDOW = timedelta(minutes=15)
OF_ADDRESS = 60  # wrong ones from one place


def verify(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """HTML, or JSON for whoever asks for that first. A wrong code is as if there were no such
    number; too many of them from one place are 429."""
    found = checked(number, code)
    if found is None:
        counter = blind_index(f"verify\0{client_ip(request)}", "attempt")
        now = clock.now()
        if not count_attempt(counters={counter: OF_ADDRESS}, window=WINDOW, now=now):
            return HttpResponse(status=429)
        raise Http404("no such statement")
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        said = {
            "number": found.number,
            "name": found.name,
            "minutes": found.minutes,
            "state": found.state,
            "corrected": found.corrected,
            "sha256": found.digest,
        }
        answer: HttpResponse = JsonResponse(said)
    else:
        context = {"found": found, "tag": state_tag(found.state)}
        answer = render(request, "public/verify.html", context)
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "Accept"
    answer["X-Robots-Tag"] = "noindex"
    return answer
