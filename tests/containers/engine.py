"""An engine of our own: Debian's packages and a daemon with its own folders.

It runs inside namespaces of the kernel (`inside.py`), so that its processes, mounts, bridges and
packet rules end with the process that asked for them, however that ends.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.containers.aftermath import group_of

# What the trials call, and the package of Debian that brings it.
PROGRAMS = {
    "dockerd": "docker.io",
    "docker": "docker.io",
    "docker-compose": "docker-compose",
    "debootstrap": "debootstrap",
    "iptables": "iptables",
    "iptables-save": "iptables",
    "ip": "iproute2",
    "openssl": "openssl",
    "git": "git",
    "apparmor_parser": "apparmor",  # where the kernel has it on, no container starts without
}
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
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
    """Debian's engine and what the trials call, once. Raises CannotRun where that cannot be."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotRun(
            "make containers needs root on Debian (it installs "
            f"{', '.join(sorted(set(PROGRAMS.values())))} and runs an engine of its own); "
            "nothing was done."
        )
    packages = {package for name, package in PROGRAMS.items() if not shutil.which(name)}
    if not CERTIFICATES.exists():
        packages.add("ca-certificates")
    if not packages:
        return
    run("apt-get", "update")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "install", "-y", "--no-install-recommends", *sorted(packages), env=environment)
    if "docker.io" in packages and shutil.which("systemctl"):  # ours is started by ourselves
        run("systemctl", "disable", "--now", "docker.service", "docker.socket", check=False)


class Engine:
    """Use as a context, inside namespaces of its own. All that it makes lies in `folder`.

    With `builds` it makes images over the machine's own network and has none of its own.
    """

    def __init__(self, folder: Path, builds: bool = False) -> None:
        self.folder = folder
        self.socket = f"unix://{folder}/dockerd.sock"
        self.builds = builds
        self.daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Engine:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._forget_containers()
        os.environ["DOCKER_HOST"] = self.socket
        with (self.folder / "log").open("wb") as log:
            self.daemon = subprocess.Popen(["dockerd", *self._options()], stdout=log, stderr=log)
        end = time.monotonic() + UP_SECONDS
        while run("docker", "info", check=False).returncode:
            if self.daemon.poll() is not None or time.monotonic() > end:
                words = (self.folder / "log").read_text().strip().splitlines()[-1:]
                self.__exit__()
                raise CannotRun(f"The engine does not start: {' '.join(words)}")
            time.sleep(0.5)
        return self

    def _options(self) -> list[str]:
        places = [
            f"--data-root={self.folder}/data",
            f"--exec-root={self.folder}/exec",
            f"--pidfile={self.folder}/pid",
            f"--host={self.socket}",
            "--exec-opt=native.cgroupdriver=cgroupfs",
            f"--cgroup-parent=/{group_of(str(self.folder.parent))}",
            "--bridge=none",
        ]
        return [*places, "--iptables=false", "--ip-forward=false"] if self.builds else places

    def _forget_containers(self) -> None:
        """A run that was ended by force left them in a kept folder; they would start again, and its
        processes' numbers belong to others here."""
        for name in ("data/containers", "data/network", "data/volumes", "exec", "pid"):
            place = self.folder / name
            if place.is_file():
                place.unlink()
            else:
                shutil.rmtree(place, ignore_errors=True)

    def __exit__(self, *_: object) -> None:
        if self.daemon is None or self.daemon.poll() is not None:
            return
        self.daemon.terminate()
        try:
            self.daemon.wait(60)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
