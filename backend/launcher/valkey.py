"""A private Valkey on a Unix socket, in memory only: it is the doorbell, never the truth."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from backend.launcher.account import Account
from backend.launcher.binaries import valkey_program
from backend.launcher.processes import ChildProcess

DATABASES = 64  # each test worker takes its own


@dataclass(frozen=True)
class Valkey:
    program: Path
    run: Path
    account: Account

    @property
    def socket(self) -> Path:
        return self.run / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def child(self, log: Path) -> ChildProcess:
        return ChildProcess(
            name="Valkey",
            argv=[
                str(self.program),
                *("--port", "0", "--unixsocket", str(self.socket)),
                *(
                    "--unixsocketperm",
                    "700" if self.account.uid == os.geteuid() else "777",
                ),  # the folder is 0700
                *("--save", "", "--appendonly", "no", "--dir", str(self.run)),
                *(
                    "--databases",
                    str(DATABASES),
                    "--maxmemory",
                    "256mb",
                    "--maxmemory-policy",
                    "noeviction",
                ),
                *("--daemonize", "no", "--loglevel", "warning"),
            ],
            environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            log=log,
            account=self.account,
            is_service=True,
            before=lambda: self.socket.unlink(missing_ok=True),
        )

    def ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def prepare(home: Path, run: Path, account: Account) -> Valkey:
    return Valkey(valkey_program(home, account), run, account)
