"""docker/compose.yaml as shipped, with env.example's settings; the override names images alone."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from backend.common.keys import new_keys
from tests.architecture.source import ROOT
from tests.containers.engine import run

SITE, HTTP, HTTPS = "roster.example", 8180, 8543
OWNER_PASSWORD, APP_PASSWORD = "theOwnersWord", "theAppsWord"
TOKEN = "only-for-this-trial-too"
OVERRIDE = "services:\n" + "".join(
    f"  {name}: {{image: moli-local/{name}}}\n" for name in ("postgres", "valkey", "proxy")
)
WATCHED = ("relay", "worker", "solver", "beat")
OURS = ("web", *WATCHED, "backup")
ALL = (*OURS, "valkey", "postgres", "proxy")


def until(question: Callable[[], object], seconds: float, what: str) -> float:
    """Ask until it is true; the seconds that it took. Raises AssertionError."""
    began = time.monotonic()
    deadline = began + seconds
    while not question():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.5)
    return time.monotonic() - began


class Stack:
    """`folder` holds the copy of docker/ with its .env and certificates."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "docker"
        shutil.copytree(ROOT / "docker", self.folder)
        (self.folder / "override.yaml").write_text(OVERRIDE)
        self.settings = {
            **new_keys(),
            "POSTGRES_PASSWORD": OWNER_PASSWORD,
            "METRICS_TOKEN": TOKEN,
            "HTTP_PORT": str(HTTP),
            "HTTPS_PORT": str(HTTPS),
            "MOLI_VERSION": "before",
        }
        self._write_settings()
        self.make_certificate()
        self.environment = {
            **os.environ,
            "COMPOSE_FILE": "compose.yaml:override.yaml",
            "COMPOSE": "docker-compose",
            "COMPOSE_HTTP_TIMEOUT": "180",
        }

    def _write_settings(self) -> None:
        """env.example with what it leaves open filled in."""
        left = dict(self.settings)
        lines = []
        for line in (ROOT / "docker/env.example").read_text().splitlines():
            name = line.split("=", 1)[0]
            line = f"{name}={left.pop(name)}" if name in left else line
            line = line.replace(":POSTGRES_PASSWORD@", f":{OWNER_PASSWORD}@")
            lines.append(line.replace(":ANOTHER_PASSWORD@", f":{APP_PASSWORD}@"))
        lines += [f"{name}={value}" for name, value in left.items()]
        file = self.folder / ".env"
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o600)

    def make_certificate(self) -> None:
        tls = self.folder / "tls"
        tls.mkdir(exist_ok=True)
        names = ["-subj", f"/CN={SITE}", "-addext", f"subjectAltName=DNS:{SITE}"]
        files = ["-keyout", tls / "key.pem", "-out", tls / "fullchain.pem"]
        run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7", *names, *files
        )
        os.chown(tls / "key.pem", 101, 101)
        os.chmod(tls / "key.pem", 0o600)

    def version(self, version: str) -> None:
        self.settings["MOLI_VERSION"] = version
        self._write_settings()

    # --- compose ----------------------------------------------------------------------------------

    def compose(self, *words: str, check: bool = True) -> str:
        done = run("docker-compose", *words, check=check, cwd=self.folder, env=self.environment)
        return done.stdout

    def once(self, *words: str, **settings: str) -> str:
        """One command of the image, in a container that goes when it ends."""
        given = [word for name, value in settings.items() for word in ("-e", f"{name}={value}")]
        return self.compose("run", "--rm", "-T", *given, "migrate", *words)

    def script(self, name: str) -> str:
        return run(f"./{name}", cwd=self.folder, env=self.environment).stdout

    def down(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "5", check=False)

    # --- containers -------------------------------------------------------------------------------

    def containers(self, service: str) -> list[str]:
        return self.compose("ps", "-q", service).split()

    def state(self, container: str) -> dict[str, str]:
        shown = json.loads(run("docker", "inspect", container).stdout)[0]
        return {
            "health": shown["State"].get("Health", {}).get("Status", ""),
            "pid": str(shown["State"]["Pid"]),
        }

    def healthy(self) -> bool:
        rows = run("docker", "ps", "--format", "{{.Names}} {{.Status}}").stdout.splitlines()
        return len(rows) >= len(ALL) and all("(healthy)" in row for row in rows)

    def sql(self, statement: str) -> str:
        (container,) = self.containers("postgres")
        words = ["psql", "-U", "moli", "-d", "moli", "-At", "-v", "ON_ERROR_STOP=1"]
        return run("docker", "exec", container, *words, "-c", statement).stdout.strip()
