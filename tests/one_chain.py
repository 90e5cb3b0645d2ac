"""The test client's chain of middleware is made once for all clients, as a web process makes it
once for all requests.

Django's own makes it anew for each client, and WhiteNoise then looks at every static file: more
than half of what a page costs a test. A setting that a test changes ends the chain, since a part
of it may have read that setting when it was made.
"""

from __future__ import annotations

from django.core.handlers.base import BaseHandler
from django.core.signals import setting_changed
from django.test.client import ClientHandler

PARTS = (
    "_view_middleware",
    "_template_response_middleware",
    "_exception_middleware",
    "_middleware_chain",
)
_made: dict[bool, ClientHandler] = {}


def load(self: ClientHandler, is_async: bool = False) -> None:
    first = _made.get(is_async)
    if first is None:
        BaseHandler.load_middleware(self, is_async)
        _made[is_async] = self
        return
    for part in PARTS:
        setattr(self, part, getattr(first, part))


def begin() -> None:
    ClientHandler.load_middleware = load  # type: ignore[method-assign]
    setting_changed.connect(lambda **_: _made.clear(), weak=False)
