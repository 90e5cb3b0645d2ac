"""The full disk. A small disk is mounted where this program alone sees it, which Linux lets most
users do, not only the superuser.

`python -m tests.faults.disk FILE` plays on such a disk, inside the namespace that `full_disk`
makes, and leaves the outcomes in the file.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.bench.rig import ROOT
from tests.faults.stage import Stage  # sets up Django

# isort: split

from tests.faults.blows import fill_disk
from tests.faults.matrix import Outcome

SMALL = "640m"  # the launcher asks for 500 MB
MNT_DETACH = 2


def namespace() -> list[str]:
    """What to put before a command that mounts something for itself; empty where this user may
    not."""
    own_user = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    command = ["unshare", *own_user, "--mount", "--"]
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return []
    mounts = [
        *command,
        sys.executable,
        "-c",
        "from tests.faults.disk import small_disk\nwith small_disk(): pass",
    ]
    return command if subprocess.run(mounts, cwd=ROOT, capture_output=True).returncode == 0 else []


def full_disk() -> list[Outcome]:
    """The outcomes of both scenarios; none where no disk can be mounted."""
    if not (command := namespace()):
        return []
    with tempfile.TemporaryDirectory(prefix="moli-disk-") as folder:
        file = Path(folder) / "outcomes.json"
        subprocess.run(
            [*command, sys.executable, "-m", "tests.faults.disk", str(file)], cwd=ROOT, check=True
        )
        return [
            Outcome(**row | {"found": tuple(row["found"])}) for row in json.loads(file.read_text())
        ]


@contextmanager
def small_disk() -> Iterator[Path]:
    """A folder on a disk of its own that is soon full.

    Only inside a namespace: the mount goes with it, however it ends.
    """
    system = ctypes.CDLL(None, use_errno=True)
    folder = Path(tempfile.mkdtemp(prefix="moli-disk-"))
    if system.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, f"size={SMALL}".encode()):
        folder.rmdir()
        raise OSError(ctypes.get_errno(), "no small disk")
    try:
        folder.chmod(0o711)
        data = folder / "data"
        data.mkdir()
        yield data
    finally:
        system.umount2(bytes(folder), MNT_DETACH)
        folder.rmdir()


def main(file: Path) -> None:
    with small_disk() as folder:
        stage = Stage(folder, scale="")
        try:
            outcomes = [
                stage.play("disk full for 4 s", phase, "", 1, fill_disk(4.0))
                for phase in ("sign-ups", "booking")
            ]
        finally:
            stage.end()
    file.write_text(json.dumps([asdict(outcome) for outcome in outcomes]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
