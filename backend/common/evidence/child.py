"""The process that reads one photo or PDF: standard input is the file, standard output each page as
a JPEG with its length before it, the exit status why there is none.

Run as a script, without the rest of the platform. It shuts itself in before it looks at the file:
limits of memory and time, no new files and no new processes, and where the kernel knows how
(seccomp) no system call beyond computing, reading what it has and writing its answer. What a
decoder's fault could reach then is the picture that was sent.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

MOST_BYTES = 8 * 2**20  # of the file; a telephone's photo has 3 to 6
MOST_PAGES = 4  # of a PDF
MOST_PIXELS = 64 * 10**6
LONGEST = 1800  # pixels of a page's longer side: small print of an A4 page can be read
QUALITY = 75
MOST_WRITTEN = MOST_PAGES * 2 * 2**20
MEMORY = 2**30
COMPUTING = 10  # seconds
REASONS = {3: "kind", 4: "broken", 5: "pixels", 6: "pages", 7: "locked"}  # exit status → why
STATUS = {why: status for status, why in REASONS.items()}
JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"
PDF = b"%PDF-"
PASSWORD = 4  # FPDF_ERR_PASSWORD


class NoEvidence(Exception):
    """`why`: a value of REASONS."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def main() -> int:
    limit()
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    load()
    shut_in()
    try:
        for page in pages(data):
            write(page)
    except NoEvidence as refused:
        return STATUS[refused.why]
    except Exception:  # whatever a decoder says of a file that it cannot read
        return STATUS["broken"]
    return 0


def pages(data: bytes) -> Iterator[bytes]:
    """Each page as a JPEG. Raises NoEvidence."""
    if data.startswith(PDF):
        yield from _of_pdf(data)
    elif data.startswith((JPEG, PNG)):
        yield _of_photo(data)
    else:
        raise NoEvidence("kind")


def _of_photo(data: bytes) -> bytes:
    from PIL import Image, ImageOps

    picture = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise NoEvidence("pixels")
    picture.draft("RGB", (LONGEST, LONGEST))  # a large JPEG is read small from the beginning
    return plain(ImageOps.exif_transpose(picture))


def _of_pdf(data: bytes) -> Iterator[bytes]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == PASSWORD
        raise NoEvidence("locked" if locked else "broken") from None
    if len(document) > MOST_PAGES:
        raise NoEvidence("pages")
    for page in document:
        scale = LONGEST / max(page.get_size())
        yield plain(page.render(scale=scale).to_pil())


def plain(picture: Any) -> bytes:
    """The picture alone, on white, made anew: nothing that was beside it is carried over."""
    from PIL import Image

    picture.thumbnail((LONGEST, LONGEST))
    whole = picture.convert("RGBA")
    fresh = Image.new("RGB", whole.size, "white")
    fresh.paste(whole, mask=whole.getchannel("A"))
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def write(page: bytes) -> None:
    told = len(page).to_bytes(4, "big") + page
    while told:
        told = told[os.write(1, told) :]


# --- shut in --------------------------------------------------------------------------------------
def _confined() -> Any:
    """`common/confined.py`, by its path: nothing else of the platform is loaded here."""
    spec = spec_from_file_location("confined", Path(__file__).parents[1] / "confined.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


confined = _confined()


def limit() -> None:
    """backend.common.confined.limit, with the numbers above."""
    confined.limit(memory=MEMORY, computing=COMPUTING)


def load() -> None:
    """All code that reading may need: once shut in, no file can be opened."""
    import pypdfium2
    from PIL import Image, ImageOps
    from PIL.MpoImagePlugin import MpoImageFile

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    Image.preinit()
    document = pypdfium2.PdfDocument.new()  # loads what drawing a page needs
    plain(document.new_page(9, 9).render().to_pil())
    ImageOps.exif_transpose(Image.new("RGB", (1, 1)))
    assert MpoImageFile.format == "MPO"  # a photo of two exposures, of which the first is taken


def shut_in() -> bool:
    """backend.common.confined.shut_in."""
    return bool(confined.shut_in())


if __name__ == "__main__":
    os._exit(main())
