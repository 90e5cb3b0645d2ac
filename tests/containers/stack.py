"""A clone with docker/compose.yaml as shipped and env.example's settings; the override names local
images alone."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from tests.architecture.source import ROOT
from tests.containers import guide
from tests.containers.engine import run
from tests.containers.images import BOOKWORM

SITE, HTTP, HTTPS = "roster.example", 8180, 8543
OWNER_PASSWORD, APP_PASSWORD = "theOwnersWord", "theAppsWord"
TOKEN = "only-for-this-trial-too"
OVERRIDE = (
    "services:\n"
    f"  migrate: {{build: {{network: host, args: {{BASE: '{BOOKWORM}'}}}}}}\n"
    + "".join(
        f"  {name}: {{image: moli-local/{name}}}\n" for name in ("postgres", "valkey", "proxy")
    )
)
# What a clone of the project would not hold.
NOT_CLONED = shutil.ignore_patterns(".*", "build", "__pycache__", "*.pyc", "*.mo")
WATCHED = ("relay", "worker", "sender", "solver", "beat")
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
    """`folder` is the clone's docker/, where the how-to's commands are typed."""

    def __init__(self, work: Path) -> None:
        self.folder = work / "clone/docker"
        self.environment = {
            **os.environ,
            "COMPOSE_FILE": "compose.yaml:override.yaml",
            "COMPOSE": "docker-compose",
            "COMPOSE_HTTP_TIMEOUT": "180",
        }

    @classmethod
    def day_one(cls, work: Path) -> Stack:
        """A fresh clone, its settings and certificates, as the how-to says."""
        shutil.copytree(ROOT, work / "clone", ignore=NOT_CLONED)
        shutil.copy(ROOT / ".dockerignore", work / "clone")
        stack = cls(work)
        (stack.folder / "override.yaml").write_text(OVERRIDE)
        stack.typed("cp env.example .env && chmod 600 .env")
        keys = stack.typed("python3 -m backend.common.keys", folder=work / "clone")
        stack.set(**dict(line.split("=", 1) for line in keys.split()))
        stack.set(POSTGRES_PASSWORD=OWNER_PASSWORD, METRICS_TOKEN=TOKEN)
        stack.set(HTTP_PORT=str(HTTP), HTTPS_PORT=str(HTTPS))
        stack._fill(":POSTGRES_PASSWORD@", f":{OWNER_PASSWORD}@")
        stack._fill(":ANOTHER_PASSWORD@", f":{APP_PASSWORD}@")
        stack.make_certificate()
        return stack

    def set(self, **settings: str) -> None:
        """Fill these into .env, as somebody with an editor."""
        file = self.folder / ".env"
        lines = file.read_text().splitlines()
        kept = [line for line in lines if line.split("=", 1)[0] not in settings]
        lines = [*kept, *(f"{name}={value}" for name, value in settings.items())]
        file.write_text("\n".join(lines) + "\n")

    def setting(self, name: str) -> str:
        """What .env says."""
        lines = (self.folder / ".env").read_text().splitlines()
        (value,) = [line.split("=", 1)[1] for line in lines if line.startswith(f"{name}=")]
        return value

    def _fill(self, blank: str, value: str) -> None:
        file = self.folder / ".env"
        assert blank in file.read_text(), blank
        file.write_text(file.read_text().replace(blank, value))

    def make_certificate(self) -> None:
        tls = self.folder / "tls"
        tls.mkdir(exist_ok=True)
        names = ["-subj", f"/CN={SITE}", "-addext", f"subjectAltName=DNS:{SITE}"]
        files = ["-keyout", f"{tls}/key.pem", "-out", f"{tls}/fullchain.pem"]
        run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7", *names, *files
        )
        self.typed("chown 101 tls/key.pem && chmod 600 tls/key.pem")

    def edit_proxy(self, old: str, new: str) -> None:
        """As git and editors do it: a new file takes the old one's place."""
        file = self.folder / "proxy/proxy.conf"
        text = file.read_text()
        assert old in text, old
        edited = file.with_suffix(".new")
        edited.write_text(text.replace(old, new))
        edited.replace(file)

    # --- the how-to -------------------------------------------------------------------------------

    def typed(
        self, command: str, blanks: dict[str, str] | None = None, folder: Path | None = None
    ) -> str:
        """A command of the how-to, typed in docker/ as it stands there, its blanks filled in; what
        it says. Raises AssertionError when the page does not have it."""
        line = guide.as_typed(command, blanks or {})
        return run("sh", "-c", line, cwd=folder or self.folder, env=self.environment).stdout

    # --- compose ----------------------------------------------------------------------------------

    def compose(self, *words: str, check: bool = True) -> str:
        done = run("docker-compose", *words, check=check, cwd=self.folder, env=self.environment)
        return done.stdout

    def once(self, *words: str, **settings: str) -> str:
        """One command of the image, in a container that goes when it ends."""
        given = [word for name, value in settings.items() for word in ("-e", f"{name}={value}")]
        return self.compose("run", "--rm", "-T", *given, "migrate", *words)

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

    def shown(self) -> str:
        """What somebody wants to see when a trial failed."""
        said = [run("docker", "ps", "--all").stdout]
        for container in run("docker", "ps", "-q").stdout.split():
            row = json.loads(run("docker", "inspect", container).stdout)[0]
            said.append(f"{row['Name']}: {json.dumps(row['State'].get('Health'))[-600:]}")
            said.append(json.dumps(row["NetworkSettings"]["Networks"]))
        said.append(self.compose("logs", "--tail", "25", check=False))
        return "\n".join(said)
