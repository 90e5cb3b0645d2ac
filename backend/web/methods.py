"""How an address may be asked, said where the addresses are listed: what is not for writing answers
405 to a POST. A view that only takes POST says so itself."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.views.decorators.http import require_http_methods, require_safe


def filled_in(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None when none was. A form in which nothing stands is one, too,
    and is told what it lacks."""
    return request.POST if request.method == "POST" else None


read = require_safe
read_or_write = require_http_methods(["GET", "HEAD", "POST"])
