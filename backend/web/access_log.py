"""One line a request: which page, how it ended, how long it took.

The page's name and not its address, so no id stands there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

log = logging.getLogger("moli.request")


class AccessLogMiddleware:
    """Inside RequestIdMiddleware, so that the line carries the request's id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        facts = {
            "method": request.method,
            "page": match.view_name if match else "-",
            "status": response.status_code,
            "ms": round((time.perf_counter() - began) * 1000, 1),
        }
        log.info("%(method)s %(page)s %(status)s %(ms)s ms", facts, extra={"facts": facts})
        return response
