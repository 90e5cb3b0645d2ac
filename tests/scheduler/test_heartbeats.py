"""Who says that it is at work, and when it stops saying so."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from celery.worker import state
from pytest_django import Settings

from backend.common import heartbeat
from backend.common.clock import now
from backend.common.heartbeat import Heart
from backend.common.models import Heartbeat
from scheduler import backups, heartbeats
from scheduler.heartbeats import WorkerHeartbeat, role_of


@pytest.mark.parametrize(
    ("name", "role"),
    [("worker@4f1c", "worker"), ("solver@4f1c", "solver"), ("celery@solver-2", "solver")],
)
def test_a_worker_is_known_by_its_role(name: str, role: str) -> None:
    assert role_of(name) == role


@pytest.mark.django_db(transaction=True)
def test_a_process_is_heard_of_while_it_runs_and_missed_by_nobody_after(
    settings: Settings, tmp_path: Path
) -> None:
    settings.HEARTBEAT_FILE = str(tmp_path / "heartbeat")
    heart = Heart("relay", "relay@here")
    heart.tick()
    assert heart.ticked is not None and heart._beat(heart.ticked) is True
    row = Heartbeat.objects.get(role="relay", place="relay@here")
    assert row.at == heart.ticked and (tmp_path / "heartbeat").exists()
    heart.start()
    heart.stop()
    assert not Heartbeat.objects.filter(role="relay").exists()


def test_a_loop_that_stands_still_is_not_written_down_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The thread lives on, so only what the loop itself said may count."""
    beats: list[object] = []
    heart = Heart("relay")
    turns = iter([False, False, False, True])
    monkeypatch.setattr(heart, "_over", SimpleNamespace(is_set=lambda: next(turns), wait=id))
    monkeypatch.setattr(heart, "_beat", lambda at: beats.append(at) or True)
    heart.tick()
    heart._write_down()
    assert beats == [heart.ticked]


def test_a_child_that_takes_nothing_silences_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    step = WorkerHeartbeat(SimpleNamespace(hostname="solver@here"))
    ticks: list[int] = []
    monkeypatch.setattr(step.heart, "tick", lambda: ticks.append(1))
    clock = [0.0]
    monkeypatch.setattr(heartbeats.time, "monotonic", lambda: clock[0])

    def look(reserved: set[Any], active: set[Any], at: float) -> int:
        monkeypatch.setattr(state, "reserved_requests", reserved)
        monkeypatch.setattr(state, "active_requests", active)
        clock[0] = at
        step.look()
        return len(ticks)

    assert look(set(), set(), 0) == 1  # idle
    assert look({1}, {1}, 100) == 2  # at work, however long
    assert look({1}, set(), 105) == 3  # just handed over
    assert look({1}, set(), 126) == 3  # nobody took it
    assert look({1}, {1}, 130) == 4  # now somebody does


@pytest.mark.django_db(transaction=True)
def test_a_good_backup_is_noted_and_old_ones_go(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_FOLDER, settings.BACKUP_DAYS = str(tmp_path), 14
    for day in (1, 13, 15, 40):
        file = tmp_path / f"moli-2026{12 - day // 31:02}{31 - day % 31:02}T000000Z.dump"
        file.touch()
        file.with_name(file.name + ".sha256").touch()
        at = (now() - timedelta(days=day)).timestamp()
        os.utime(file, (at, at))
    done = SimpleNamespace(returncode=0, stdout="/backups/x.dump", stderr="")
    monkeypatch.setattr(backups.subprocess, "run", lambda *_, **__: done)
    assert backups.back_up() is True
    assert heartbeat.last_backup(now()) is not None
    assert sorted(f.name for f in tmp_path.glob("*.dump")) == [
        "moli-20261218T000000Z.dump",
        "moli-20261230T000000Z.dump",
    ]
    assert len(list(tmp_path.glob("*.sha256"))) == 2

    for file in tmp_path.glob("*.dump"):
        os.utime(file, (0, 0))
    backups.back_up()
    assert len(list(tmp_path.glob("*.dump"))) == 1  # the newest stays, however old


@pytest.mark.django_db
def test_a_backup_that_fails_is_not_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = SimpleNamespace(returncode=1, stdout="", stderr="no space left")
    monkeypatch.setattr(backups.subprocess, "run", lambda *_, **__: failed)
    assert backups.back_up() is False
    assert heartbeat.last_backup(now()) is None
