"""One style sheet, one script and one sprite of icons a page: the small files of `static/` joined
in order, sent gzipped under a name that holds a digest of the content, and kept by browsers for
ever.

A component keeps its own file, a phone fetches one. Nothing is generated on disk and nothing has to
be built.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

STATIC = settings.ROOT / "frontend_templates" / "static"
EVERYWHERE = (
    "button",
    "tag",
    "chips",
    "blooms",
    "day_strip",
    "shift_card",
    "toast",
    "dialog",
    "field",
    "error_summary",
    "live_badge",
    "empty_state",
    "pagination",
    "stepper",
    "display_menu",
)
VOLUNTEER = ("ask_card", "ticket", "submit_bar")
FAMILY = ("ask_card", "slot_tile", "venue_option", "child_switcher", "ticket", "submit_bar")
DESK_ALONE = ("person_chip", "meter")
DESKTOP = (
    *DESK_ALONE,
    "kpi",
    "coverage",
    "run_panel",
    "why_panel",
    "contributions",
    "data_table",
)


def _files(shell: tuple[str, ...], components: tuple[str, ...]) -> list[str]:
    return ["tokens", "base", *(f"components/{name}" for name in components), *shell, "print"]


SHEETS = {
    "phone": _files(("phone",), EVERYWHERE),
    "volunteer": _files(("phone", "me", "record", "presence", "inbox"), EVERYWHERE + VOLUNTEER),
    "family": _files(("phone", "me", "inbox"), EVERYWHERE + FAMILY),
    "desktop": _files(
        ("desktop", "board", "coordinator", "links", "report", "presence", "exchange", "inbox"),
        EVERYWHERE + DESKTOP,
    ),
    "front": [
        "tokens",
        "base",
        "components/button",
        "components/display_menu",
        "components/toast",
        "phone",
        "front",
        "print",
    ],
    "guide-phone": _files(("phone", "styleguide"), EVERYWHERE + FAMILY + DESK_ALONE),
    "guide-desktop": _files(("desktop", "board", "styleguide"), EVERYWHERE + DESKTOP),
}


FILES: dict[str, list[str]] = {
    **{f"{name}.css": [f"css/{part}.css" for part in parts] for name, parts in SHEETS.items()},
    "page.js": ["vendor/htmx-4.0.1.min.js", "js/ui.js", "js/live.js", "js/away.js"],
    "worker.js": ["js/worker.js"],
    "desk.js": ["vendor/htmx-4.0.1.min.js", "js/ui.js", "js/live.js", "js/board.js"],
    "icons.svg": ["vendor/lucide-1.62.0.svg"],
    "marks.svg": ["img/moli.svg"],
}
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Asset(NamedTuple):
    plain: bytes
    packed: bytes  # the same, gzipped
    digest: str
    address: str


def asset(name: str) -> Asset:
    """As it is now on a developer's machine; as it was at the start on any other.

    KeyError: there is none of this name.
    """
    files = FILES[name]
    return _joined(
        name, max((STATIC / file).stat().st_mtime for file in files) if settings.DEBUG else 0
    )


@lru_cache(maxsize=64)
def _joined(name: str, stamp: float) -> Asset:
    plain = "\n".join(_read(file) for file in FILES[name]).encode()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    stem, kind = name.split(".")
    return Asset(
        plain, gzip.compress(plain, 9, mtime=0), digest, reverse("asset", args=[stem, digest, kind])
    )


def _read(file: str) -> str:
    """A file of ours without its comments; a vendored one as it is."""
    text = (STATIC / file).read_text("utf-8")
    if file.startswith("css/"):
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    elif file.startswith("js/"):
        text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    else:
        return text
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def send(request: HttpRequest, name: str, digest: str, kind: str) -> HttpResponse:
    if f"{name}.{kind}" not in FILES:
        raise Http404(name)
    found = asset(f"{name}.{kind}")
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        found.packed if zipped else found.plain, content_type=f"{TYPES[kind]}; charset=utf-8"
    )
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    # A page from before an update asks for the old digest: it gets today's file, but must not keep
    # it.
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if digest == found.digest else "no-cache"
    )
    return response
