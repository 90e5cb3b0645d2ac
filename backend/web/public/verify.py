"""The public check of a statement of service: who holds the paper compares what stands here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from backend.proofs.queries import checked
from backend.web.public.tries import may_go_on, not_counted
from backend.web.statements import state_tag

OF_ADDRESS = 60  # wrong ones from one place


def verify(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """HTML, or JSON for whoever asks for that first. A wrong code is as if there were no such
    number; too many of them from one place are 429. Counted before it is compared, so that many at
    once are no more; a right one is not counted after all."""
    if not may_go_on(request, "verify", OF_ADDRESS):
        return HttpResponse(status=429)
    found = checked(number, code)
    if found is None:
        raise Http404("no such statement")
    not_counted(request, "verify")
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
