"""The platform's own processes, beside the services: web, relay, worker, sender, solver, beat."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from backend.launcher import BACKLOG, CannotStart
from backend.launcher.folders import CHECKOUT
from backend.launcher.processes import ChildProcess
from backend.launcher.supervisor import Supervisor

HOST = "127.0.0.1"
DEFAULT, SENDING, SOLVING = "default", "messages,codes", "solve"  # queues of the three workers
SENDERS = 2  # children: messages are sent by one at a time, so codes always find another
LAST_SECONDS = "12"  # below the container's grace: whoever has asked is answered before it goes


def listen(port: int) -> socket.socket:
    """The web's socket, opened before anything else starts; port 0 takes a free one."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except PermissionError:
        raise CannotStart(
            f"Port {port} needs more rights than we have; choose one above 1023: PORT=8123 make "
            f"demo"
        ) from None
    except OSError:
        raise CannotStart(
            f"Port {port} is taken by another program; choose another: PORT=8123 make demo"
        ) from None
    listening.listen(BACKLOG)
    return listening


def wanted_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or int(text) > 65535:
        raise CannotStart(f"PORT={text} is not a port; use a number from 1024 to 65535.")
    return int(text)


def how_many(name: str) -> int:
    """A number of processes, from the environment; 1 unless set."""
    text = os.environ.get(name) or "1"
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise CannotStart(f"{name}={text} is not a number of processes; use 1 to 64.")
    return int(text)


def url_of(listening: socket.socket) -> str:
    return f"http://{HOST}:{listening.getsockname()[1]}"


def start_web(
    supervisor: Supervisor, data: Path, environment: dict[str, str], listening: socket.socket
) -> None:
    """Start the web processes (WEB_PROCESSES, 1 unless set) and wait until a page comes."""
    descriptor = listening.fileno()
    count = how_many("WEB_PROCESSES")
    for number in range(1, count + 1):
        name = "web" if count == 1 else f"web-{number}"
        argv = ["-m", "backend.launcher.web", str(descriptor)]
        child = python(name, argv, data, environment, keep_open=[descriptor])
        supervisor.start(child, (lambda: answers(listening)) if number == count else None)


def start_background(supervisor: Supervisor, data: Path, environment: dict[str, str]) -> None:
    """Start relay, worker, sender, solvers (SOLVER_WORKERS, 1 unless set) and beat."""
    supervisor.start(python("relay", ["-m", "scheduler.relay"], data, environment))
    supervisor.start(python("worker", celery_worker("worker", DEFAULT), data, environment))
    sender = celery_worker("sender", SENDING, SENDERS)
    supervisor.start(python("sender", sender, data, environment))
    for number in range(1, how_many("SOLVER_WORKERS") + 1):
        name = f"solver-{number}"
        supervisor.start(python(name, celery_worker(name, SOLVING), data, environment))
    schedule = ["--schedule", str(data / "beat"), "--pidfile="]
    supervisor.start(
        python(
            "beat", ["-m", "celery", "-A", "scheduler.app", "beat", *schedule], data, environment
        )
    )


def argv_of(part: str) -> list[str]:
    """The command line of one part on its own, as a container runs it; CannotStart for an unknown
    part."""
    match part:
        case "web":
            return [
                "-m",
                "backend.launcher.web",
                f"{os.environ.get('WEB_ADDRESS', '0.0.0.0')}:{wanted_port()}",
                LAST_SECONDS,
            ]
        case "relay":
            return ["-m", "scheduler.relay"]
        case "backup":
            return ["-m", "scheduler.backups"]
        case "worker":
            return celery_worker("worker@%h", DEFAULT)
        case "sender":
            return celery_worker("sender@%h", SENDING, SENDERS)
        case "solver":
            return celery_worker("solver@%h", SOLVING)
        case "beat":
            return [
                "-m",
                "celery",
                "-A",
                "scheduler.app",
                "beat",
                "--schedule",
                "/tmp/beat",
                "--pidfile=",
            ]
    raise CannotStart(
        f"{part} is not a part of the platform; use web, relay, worker, sender, solver, beat or "
        f"backup."
    )


def celery_worker(name: str, queues: str, children: int = 1) -> list[str]:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "warning"]
    return [
        "-m",
        "celery",
        "-A",
        "scheduler.app",
        "worker",
        "-n",
        name,
        "-Q",
        queues,
        "--concurrency",
        str(children),
        *quiet,
    ]


def python(
    name: str,
    argv: Sequence[str],
    data: Path,
    environment: dict[str, str],
    keep_open: Sequence[int] = (),
) -> ChildProcess:
    """Our code first; what whoever started us put there comes along, as a clock that was moved."""
    path = [str(CHECKOUT), environment.get("PYTHONPATH", "")]
    ours = {"PYTHONPATH": os.pathsep.join(filter(None, path)), "PYTHONUNBUFFERED": "1"}
    return ChildProcess(
        name=name,
        argv=[sys.executable, *argv],
        environment=environment | ours,
        log=data / "log" / f"{name}.log",
        keep_open=keep_open,
    )


def answers(listening: socket.socket) -> bool:
    """Whether the web process answers; any page will do but an error of ours."""
    host, port = listening.getsockname()
    line = http.client.HTTPConnection(host, port, timeout=1)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status < 500
    except OSError:
        return False
    finally:
        line.close()
