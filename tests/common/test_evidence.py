"""What is handed in becomes plain pictures, read by a process that can reach nothing else."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from backend.common import evidence
from backend.common.evidence import EvidenceRefused, child, pages_of
from tests.pictures import pdf, photo

# Of the child's own code: it shuts itself in, then tries what a fault in a decoder might.
TRIES = """
import os, socket, sys
sys.path.insert(0, {folder!r})
import child
child.limit()
done = child.shut_in()
os.write(1, b"%d " % done)
def reading(): open("/etc/hostname").read()
def listening(): socket.socket()
def another(): os.fork()
def leaving(): os.execv("/bin/true", ["true"])
for tried in (reading, listening, another, leaving):
    try:
        tried()
        os.write(1, b"went ")
    except OSError as error:
        os.write(1, b"%d " % error.errno)
os._exit(0)
"""


def test_a_photo_is_made_anew_without_what_stood_beside_it() -> None:
    taken = Image.Exif()
    taken[0x010E] = "where she lives"
    taken[0x0112] = 6  # lay on its side
    sent = photo((400, 300), exif=taken, comment=b"by whom")
    assert b"where she lives" in sent and b"by whom" in sent
    (page,) = pages_of(sent)
    assert b"where she lives" not in page and b"by whom" not in page
    with Image.open(io.BytesIO(page)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (300, 400), {})


def test_a_large_photo_becomes_as_small_as_can_be_read() -> None:
    (page,) = pages_of(photo((4000, 1000)))
    with Image.open(io.BytesIO(page)) as picture:
        assert picture.size == (child.LONGEST, 450)


def test_what_is_clear_in_a_picture_is_white() -> None:
    (page,) = pages_of(photo((20, 20), kind="PNG", mode="RGBA", colour=(255, 0, 0, 0)))
    with Image.open(io.BytesIO(page)) as picture:
        assert picture.getpixel((10, 10)) == (255, 255, 255)


def test_each_page_of_a_pdf_becomes_a_picture() -> None:
    pages = pages_of(pdf(pages=3))
    assert len(pages) == 3
    assert all(page.startswith(b"\xff\xd8\xff") and b"%PDF" not in page for page in pages)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"", "empty"),
        (b"GIF89a and more", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (b"\xff\xd8\xff\xe0 cut off", "broken"),
        (b"\x89PNG\r\n\x1a\n cut off", "broken"),
        (b"%PDF-1.7 nothing", "broken"),
    ],
)
def test_what_is_no_evidence_is_refused_with_its_reason(sent: bytes, why: str) -> None:
    with pytest.raises(EvidenceRefused) as refused:
        pages_of(sent)
    assert refused.value.facts["why"] == why


def test_what_is_too_much_is_refused_before_it_is_decoded() -> None:
    for sent, why in (
        (b"\xff" * (evidence.MOST_BYTES + 1), "bytes"),
        (photo((9000, 8000), kind="PNG", mode="1"), "pixels"),
        (pdf(pages=evidence.MOST_PAGES + 1), "pages"),
    ):
        with pytest.raises(EvidenceRefused) as refused:
            pages_of(sent)
        assert (refused.value.facts["why"], refused.value.facts["most"] > 0) == (why, True)


def test_whoever_reads_can_neither_open_nor_call_nor_start_anything() -> None:
    folder = str(Path(child.__file__).parent)
    said = subprocess.run(
        [sys.executable, "-I", "-c", TRIES.format(folder=folder)], capture_output=True, check=True
    ).stdout.split()
    if said[0] == b"0":  # a kernel without such filters; the limits alone hold
        assert said[3] != b"went"
    else:
        assert said == [b"1", b"1", b"1", b"1", b"1"]


@pytest.mark.parametrize("said", [b"", b"\0\0\0\5abc", b"\0\0\0\3abc"])
def test_only_whole_pictures_are_taken_from_it(said: bytes) -> None:
    with pytest.raises(EvidenceRefused) as refused:
        evidence._framed(said)
    assert refused.value.facts["why"] == "broken"
