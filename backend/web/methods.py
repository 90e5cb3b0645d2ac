"""How an address may be asked, said where the addresses are listed: what is not for writing answers
405 to a POST. A view that only takes POST says so itself."""

from __future__ import annotations

from django.views.decorators.http import require_http_methods, require_safe

read = require_safe
read_or_write = require_http_methods(["GET", "HEAD", "POST"])
