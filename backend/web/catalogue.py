"""Translations without a build: gettext reads compiled catalogues (.mo), people write the sources
(.po).

`compile_catalogues` writes the one beside the other when it is missing or older, at the start of
every process. Where the folder cannot be written (a container), the image's own build has started
Django once before.
"""

from __future__ import annotations

import ast
import logging
import os
import struct
from pathlib import Path

log = logging.getLogger("moli.web")
MAGIC = 0x950412DE


def compile_catalogues(folder: Path) -> None:
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = compiled.with_name(f"{compiled.name}.{os.getpid()}")
        try:
            fresh.write_bytes(packed(entries(source.read_text("utf-8"))))
            fresh.replace(compiled)
        except OSError as error:
            log.warning("The catalogue %s could not be compiled: %s", source.name, error)


def entries(text: str) -> dict[str, str]:
    """Message → translation.

    A context is joined in front by \\4, plural forms by \\0, as gettext keeps them. Empty ones stay
    out.
    """
    found: dict[str, str] = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if line.startswith("#, ") and "fuzzy" in line:
                parts = {}
                break
            if line.startswith(("msg", '"')):
                word, _, quoted = line.partition(" ") if line.startswith("msg") else (key, "", line)
                key = word
                parts[key] = parts.get(key, "") + ast.literal_eval(quoted)
        translations = [value for name, value in parts.items() if name.startswith("msgstr")]
        if "msgid" not in parts or not all(translations):
            continue
        context = ""
        if "msgctxt" in parts:
            context = parts["msgctxt"] + "\x04"
        message = context + "\0".join(
            parts[name] for name in ("msgid", "msgid_plural") if name in parts
        )
        found[message] = "\0".join(translations)
    return found


def packed(messages: dict[str, str]) -> bytes:
    """The bytes of a .mo file: a header, a sorted table of messages, a table of translations, then
    all texts."""
    pairs = sorted(
        (message.encode(), translation.encode()) for message, translation in messages.items()
    )
    texts = b""
    start = 28 + 16 * len(pairs)
    tables = []
    for column in (0, 1):
        table = b""
        for pair in pairs:
            table += struct.pack("<II", len(pair[column]), start + len(texts))
            texts += pair[column] + b"\0"
        tables.append(table)
    header = struct.pack(
        "<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 28 + 16 * len(pairs)
    )
    return header + tables[0] + tables[1] + texts
