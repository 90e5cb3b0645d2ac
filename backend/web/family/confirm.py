"""A question before what cannot be undone: a dialog, or a page where there is no script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

OURS = ("csrfmiddlewaretoken", "idempotency_key", "asked")


def was_asked(request: HttpRequest) -> bool:
    """Whether the question has been answered with yes: by the dialog of an `Action` with `confirm`,
    or on the page of ask()."""
    return request.POST.get("asked") == "yes"


def ask(request: HttpRequest, *, question: str, yes: str, back: str, place: str) -> HttpResponse:
    """The question as a page; its button sends the same form again, answered. `yes` is what the
    button says, `back` the address of who thinks better of it, `place` the tab it belongs to."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OURS
        for value in values
    ]
    context = {
        "audience": "family",
        "place": place,
        "question": question,
        "yes": yes,
        "back": back,
        "fields": fields,
    }
    return render(request, "family/ask.html", context)
