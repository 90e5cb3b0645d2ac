"""Makes .venv hold exactly what a lock file says: `python backend/launcher/environment.py
requirements-dev.lock`.

Runs on the system's Python with nothing installed, so it imports nothing of ours. The environment
is made again only when the lock file or the Python changes. One that was interrupted half-way is
thrown away first.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
VENV = CHECKOUT / ".venv"
READY = VENV / ".ready"  # the keys of the lock files that it satisfies
UNDER_WAY = VENV / ".installing"
LOCKS = ("requirements.lock", "requirements-dev.lock")  # each contains the one before


def main(lock: str) -> None:
    here = os.open(CHECKOUT, os.O_RDONLY)
    fcntl.flock(here, fcntl.LOCK_EX)  # two makes in one checkout take turns
    satisfied = [key(name) for name in LOCKS[: LOCKS.index(lock) + 1]]
    if is_ready(satisfied[-1]):
        return
    began = time.monotonic()
    print(
        f"Installing the packages of {lock} into .venv (once per lock file, about a minute) …",
        flush=True,
    )
    try:
        if UNDER_WAY.exists() or VENV.is_symlink() or not works():
            remove()
            create()
        UNDER_WAY.touch()
        READY.unlink(missing_ok=True)
        install(lock)
        READY.write_text("\n".join(satisfied) + "\n")
        UNDER_WAY.unlink()
    except OSError as error:
        sys.exit(f"The folder {VENV} cannot be written: {error.strerror}.")
    print(f"Packages are there ({time.monotonic() - began:.0f} s).", flush=True)


def key(lock: str) -> str:
    """Changes with the lock file's content and with the Python that reads it."""
    content = (CHECKOUT / lock).read_bytes()
    return hashlib.sha256(
        content + sys.version.encode() + os.path.realpath(sys.executable).encode()
    ).hexdigest()


def is_ready(wanted: str) -> bool:
    try:
        return (
            wanted in READY.read_text().split()
            and not UNDER_WAY.exists()
            and (VENV / "bin" / "python").exists()
        )
    except OSError:
        return False


def works() -> bool:
    """Whether there is an environment of this very Python with pip in it."""
    probe = "import sys, pip; print(sys.version)"
    try:
        done = subprocess.run(
            [VENV / "bin" / "python", "-c", probe], capture_output=True, text=True
        )
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == sys.version


def remove() -> None:
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)


def create() -> None:
    """A new environment; Debian keeps the means for it in a package of its own."""
    command = [sys.executable, "-m", "venv", str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and shutil.which("apt-get") and os.geteuid() == 0:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        print(f"Installing {package} …", flush=True)
        apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
        subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL)
        subprocess.run([*apt, "install", "-y", package], stdout=subprocess.DEVNULL)
        remove()
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        remove()
        said = " ".join((done.stdout + done.stderr).split())
        sys.exit(
            f"No virtual environment could be made ({said[:300]}); on Debian: apt install "
            f"python3-venv"
        )


def install(lock: str) -> None:
    pip = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--require-hashes",
    ]
    done = subprocess.run([*pip, "--disable-pip-version-check", "-r", str(CHECKOUT / lock)])
    if done.returncode:
        sys.exit(
            "The packages could not be installed; what pip said is above. The next start begins "
            "again."
        )


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit(
            "Python 3.11 or newer is needed; this is "
            + sys.version.split()[0]
            + " at "
            + sys.executable
        )
    main(sys.argv[1])
