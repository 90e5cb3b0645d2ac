"""Photos and PDFs as people hand them in."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def photo(
    size: tuple[int, int] = (600, 400),
    *,
    kind: str = "JPEG",
    mode: str = "RGB",
    colour: Any = 0,
    **saved: Any,
) -> bytes:
    """A picture of one colour; `saved` is what stands beside it: exif, comment."""
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **saved)
    return out.getvalue()


def pdf(*, pages: int = 1) -> bytes:
    first, *others = (Image.new("RGB", (200, 280), "white") for _ in range(pages))
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()
