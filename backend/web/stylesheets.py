"""One style sheet a page: the small files of `static/css` joined in order, named by their content, cached for ever.

A component keeps its own file, a phone fetches one. Nothing is generated on disk and nothing has to be built.
"""
from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

CSS = settings.ROOT / "frontend_templates" / "static" / "css"
EVERYWHERE = (
    "button", "tag", "chips", "blooms", "day_strip", "shift_card", "person_chip", "toast", "dialog", "field", "error_summary",
    "meter", "live_badge", "empty_state", "pagination", "stepper", "skeleton", "display_menu",
)  # fmt: skip
PHONE = ("ask_card", "slot_tile", "venue_option", "child_switcher", "ticket", "submit_bar")
DESKTOP = ("kpi", "coverage", "run_panel", "why_panel", "data_table", "staging_table")


def _files(shell: tuple[str, ...], components: tuple[str, ...]) -> list[str]:
    return ["tokens", "base", *(f"components/{name}" for name in components), *shell, "print"]


SHEETS = {
    "phone": _files(("phone", "volunteer"), EVERYWHERE + PHONE),
    "desktop": _files(("desktop", "board", "coordinator"), EVERYWHERE + DESKTOP),
    "front": ["tokens", "base", "components/button", "components/display_menu", "components/toast", "phone", "front", "print"],
    "guide-phone": _files(("phone", "styleguide"), EVERYWHERE + PHONE),
    "guide-desktop": _files(("desktop", "board", "styleguide"), EVERYWHERE + DESKTOP),
}


def sheet(name: str) -> tuple[bytes, bytes, str]:
    """The joined sheet, the same gzipped, and a digest of its content."""
    return _build(name) if settings.DEBUG else _kept(name)


def address(name: str) -> str:
    return reverse("stylesheet", args=[name, sheet(name)[2]])


def stylesheet(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    if name not in SHEETS:
        raise Http404(name)
    plain, packed, current = sheet(name)
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if zipped else plain, content_type="text/css; charset=utf-8")
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    # A page from before an update asks for the old digest: it gets today's sheet, but must not keep it.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if digest == current else "no-cache"
    return response


def _build(name: str) -> tuple[bytes, bytes, str]:
    text = "\n".join((CSS / f"{part}.css").read_text("utf-8") for part in SHEETS[name])
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    plain = "\n".join(line.strip() for line in text.splitlines() if line.strip()).encode()
    return plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:12]


_kept = lru_cache(_build)
