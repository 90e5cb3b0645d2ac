"""What would be sent is written down on this machine, a line of JSON for each message, and nothing
leaves it: how the demo and a new installation begin."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backend.common import clock
from backend.notifications.channels.base import Message, Refused, Sent, Unreachable
from backend.notifications.channels.grants import NONE_LEFT, Grants

LARGEST = 4 * 2**20  # bytes of one file; with the one before it that is all there ever is
NOW = "messages.jsonl"
BEFORE = "messages.before.jsonl"
DEMO_TEMPLATE = "demo"  # the demo's WeChat has one for all kinds


@dataclass(frozen=True)
class FileChannel:
    """Takes what no other way takes. Telephone numbers are written down without their middle."""

    folder: Path
    name: str = "file"

    def send(self, message: Message, address: str) -> Sent:
        line = {
            "at": clock.now().isoformat(timespec="seconds"),
            "address": masked(address),
            "key": message.key,
            "template": message.template,
            "title": message.title,
            "text": message.text,
            "link": message.link,
            "language": message.language,
        }
        try:
            append(self.folder, json.dumps(line, ensure_ascii=False))
        except OSError:
            raise Unreachable("folder_not_writable") from None
        return Sent(message.key[:120])


@dataclass(frozen=True)
class WechatToFile:
    """The demo's WeChat: what she allowed is counted down as there, and the message is written down
    like any other."""

    file: FileChannel
    grants: Grants
    name: str = "wechat"

    def send(self, message: Message, address: str) -> Sent | Refused:
        if not self.grants.take(address, DEMO_TEMPLATE):
            return NONE_LEFT
        return self.file.send(message, f"{_('微信')} {masked_openid(address)}")


def in_demo() -> bool:
    """Whether a page of ours stands for WeChat."""
    return bool(settings.DEMO) and "file" in settings.CHANNELS


def masked_openid(openid: str) -> str:
    """ "oAbc…xyz" of what WeChat calls her."""
    return f"{openid[:4]}…{openid[-3:]}"


def masked(address: str) -> str:
    """ "13800138000" → "138****8000", "lin@example.org" → "l…@example.org"; a number that is not
    hers alone stays whole."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}…@{host}"
    is_phone = re.fullmatch(r"\+?[0-9]{9,}", address)
    return f"{address[:3]}****{address[-4:]}" if is_phone else address


def append(folder: Path, line: str) -> None:
    """Whole or not at all, also when several processes write at once and the machine stops."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when it is closed
        now = folder / NOW
        if now.exists() and now.stat().st_size > LARGEST:
            os.replace(now, folder / BEFORE)
        file = os.open(now, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            _append(file, line.encode() + b"\n")
        finally:
            os.close(file)
    finally:
        os.close(lock)


def _append(file: int, line: bytes) -> None:
    """After a piece of a line that a full disk or a kill left behind, a new one begins."""
    end = os.fstat(file).st_size
    if end and os.pread(file, 1, end - 1) != b"\n":
        line = b"\n" + line
    if os.write(file, line) < len(line):
        os.ftruncate(file, end)
        raise OSError("the disk is full")


def written(folder: Path, most: int) -> list[dict[str, Any]]:
    """The newest messages, newest first; lines that were cut off are left out."""
    found: list[dict[str, Any]] = []
    for name in (NOW, BEFORE):
        for line in _backwards(folder / name):
            if len(found) == most:
                return found
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
    return found


def _backwards(file: Path) -> Iterator[bytes]:
    try:
        content = file.read_bytes()
    except OSError:
        return
    yield from reversed(content.splitlines())
