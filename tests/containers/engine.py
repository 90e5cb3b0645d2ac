"""An engine of our own: Debian's packages, a daemon with its own folders, ended by its process."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

PACKAGES = ("docker.io", "docker-compose", "debootstrap")
UP_SECONDS = 60


class CannotRun(SystemExit):
    """This machine cannot do it; the process ends with this sentence."""


def run(*command: str | Path, check: bool = True, **more: Any) -> subprocess.CompletedProcess[str]:
    """A command with its output as text; its last words when it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, **more)
    if check and done.returncode:
        words = (done.stdout + done.stderr).strip()[-1500:]
        raise RuntimeError(f"{' '.join(map(str, command))}: {words}")
    return done


def install() -> None:
    """Debian's engine, once. Raises CannotRun where that is not possible."""
    if all(shutil.which(name) for name in ("dockerd", "docker-compose", "debootstrap")):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotRun(
            "make containers needs root on Debian (it installs "
            f"{', '.join(PACKAGES)} and runs an engine of its own); nothing was done."
        )
    run("apt-get", "update")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "install", "-y", "--no-install-recommends", *PACKAGES, env=environment)
    run("systemctl", "disable", "--now", "docker.service", "docker.socket", check=False)


class Engine:
    """Use as a context. All that it makes lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = f"unix://{folder}/dockerd.sock"
        self.daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Engine:
        self.folder.mkdir(parents=True, exist_ok=True)
        os.environ["DOCKER_HOST"] = self.socket
        places = [
            f"--data-root={self.folder}/data",
            f"--exec-root={self.folder}/exec",
            f"--pidfile={self.folder}/pid",
            f"--host={self.socket}",
        ]
        with (self.folder / "log").open("wb") as log:
            self.daemon = subprocess.Popen(["dockerd", *places], stdout=log, stderr=log)
        end = time.monotonic() + UP_SECONDS
        while run("docker", "info", check=False).returncode:
            if self.daemon.poll() is not None or time.monotonic() > end:
                words = (self.folder / "log").read_text().strip().splitlines()[-1:]
                self.__exit__()
                raise CannotRun(f"The engine does not start: {' '.join(words)}")
            time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        if self.daemon is None or self.daemon.poll() is not None:
            return
        self.daemon.terminate()
        try:
            self.daemon.wait(60)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
