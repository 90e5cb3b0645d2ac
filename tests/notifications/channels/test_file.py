"""The file channel: a line for each message, whole or not at all, and never without end."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from backend.notifications.channels import file
from backend.notifications.channels.base import Message, Sent, Unreachable
from backend.notifications.channels.file import FileChannel, append, masked, written


def test_what_would_be_sent_is_written_down(
    tmp_path: Path, message: Message, moment: datetime
) -> None:
    channel = FileChannel(tmp_path / "messages")
    assert channel.send(message, "13800138000") == Sent("delivery.17.sms")
    [line] = (tmp_path / "messages" / "messages.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "at": moment.isoformat(),
        "address": "138****8000",
        "key": "delivery.17.sms",
        "template": "offer_made",
        "title": message.title,
        "text": message.text,
        "link": message.link,
        "language": "zh-hans",
    }
    assert (tmp_path / "messages").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "messages" / "messages.jsonl").stat().st_mode & 0o777 == 0o600


def test_the_newest_come_first(tmp_path: Path, message: Message) -> None:
    channel = FileChannel(tmp_path)
    for number in range(5):
        channel.send(replace(message, key=str(number)), "lin@example.org")
    assert [line["key"] for line in written(tmp_path, 3)] == ["4", "3", "2"]
    assert written(tmp_path / "never", 3) == []


def test_it_never_grows_without_end(
    tmp_path: Path, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "LARGEST", 1000)
    for number in range(50):
        FileChannel(tmp_path).send(replace(message, key=str(number)), "13800138000")
    names = sorted(path.name for path in tmp_path.glob("messages*"))
    assert names == ["messages.before.jsonl", "messages.jsonl"]
    largest = max(path.stat().st_size for path in tmp_path.glob("messages*"))
    assert largest < 2000
    kept = [line["key"] for line in written(tmp_path, 100)]
    assert kept == [str(number) for number in range(49, 49 - len(kept), -1)] and len(kept) > 2


def test_a_line_that_a_kill_left_behind_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").write_bytes(b'{"key": "half')
    append(tmp_path, '{"key": "whole"}')
    assert written(tmp_path, 9) == [{"key": "whole"}]


def _write(folder: Path, who: int) -> None:
    for number in range(100):
        append(folder, json.dumps({"who": who, "number": number, "fill": "汉" * 3000}))


def test_writers_that_write_at_once_do_not_mix(tmp_path: Path) -> None:
    """Each opens the files anew, as another process does."""
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda who: _write(tmp_path, who), range(3)))
    found = [(line["who"], line["number"]) for line in written(tmp_path, 1000)]
    assert sorted(found) == [(who, number) for who in range(3) for number in range(100)]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, message: Message) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(Unreachable) as caught:
        FileChannel(tmp_path / "taken").send(message, "13800138000")
    assert caught.value.code == "folder_not_writable"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("13800138000", "138****8000"),
        ("lin@example.org", "l…@example.org"),
        ("+8613800138000", "+86****8000"),
        ("V000123", "V000123"),
        ("", ""),
    ],
)
def test_an_address_is_written_without_its_middle(address: str, shown: str) -> None:
    assert masked(address) == shown
