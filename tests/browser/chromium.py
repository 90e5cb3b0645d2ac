"""The browser of the browser tests, and the Chinese font that it needs: finds them, or installs
them where it may.

`python tests/browser/chromium.py` runs before the tests. On Debian as root it installs what is
missing; elsewhere it says what is missing, and the tests that need it are skipped with that
sentence as their reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk")


def executable() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) or shutil.which(name, path="/usr/bin")
        if found:
            return found
    return None


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout.strip())


def missing() -> str:
    """What the browser tests lack, as a sentence; empty when they can run."""
    if not executable():
        return "Chromium is not installed (on Debian: apt install chromium fonts-noto-cjk)"
    if not has_chinese_font():
        return "no Chinese font is installed (on Debian: apt install fonts-noto-cjk)"
    return ""


def install() -> None:
    """With Debian's packages, as root.

    A failure is no error here: the tests then say what is missing.
    """
    print(f"Installing {' and '.join(PACKAGES)} for the browser tests …", flush=True)
    apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
    quiet = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run([*apt, "update"], **quiet)
    subprocess.run([*apt, "install", "-y", "--no-install-recommends", *PACKAGES], **quiet)


if __name__ == "__main__":
    if missing() and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if missing():
        print(f"The browser tests will be skipped: {missing()}.", file=sys.stderr)
