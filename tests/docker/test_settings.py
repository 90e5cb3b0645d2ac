"""What the example environment offers is read; what is read is offered or has a reason not to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from django.conf import settings

from tests.architecture.source import ROOT

EXAMPLE = ROOT / "docker/env.example"
# Read, but nothing for an operator to fill in.
INTERNAL = {
    "DEMO": "the demo alone; refused beside HTTPS",
    "DEBUG": "development alone",
    "STATIC_ROOT": "the image has its own",
    "HEARTBEAT_FILE": "the image sets it; its health checks look there",
    "BACKUP_FOLDER": "the volume that compose mounts",
    "HEADS_FOLDER": "the volume that compose mounts",
    "REDIS_PREFIX": "two platforms on one Redis; compose has one each",
    "PROMETHEUS_MULTIPROC_DIR": "several web processes in one container; compose has one each",
    "DJANGO_SETTINGS_MODULE": "the image sets it",
    "PORT": "a container's own port is fixed; compose maps it",
    "WEB_ADDRESS": "a container listens for its network",
    "MOLI_DATA": "the launcher on one machine",
    "POSTGRES_BIN": "the launcher on one machine",
    "WEB_PROCESSES": "the launcher on one machine; compose scales containers",
    "PYTHON": "tests run the entrypoint with another Python",
    "PG_DUMP": "tests run the scripts with other programs",
    "PG_RESTORE": "tests run the scripts with other programs",
    "PSQL": "tests run the scripts with other programs",
    "PYTHONPATH": "the solver's helpers inherit it",
    "DATABASE_URL_FILE": "as every NAME_FILE",
    "POSTGRES_IMAGE": "another registry or a digest; how-to/run-containers.md",
    "VALKEY_IMAGE": "another registry or a digest; how-to/run-containers.md",
    "PROXY_IMAGE": "another registry or a digest; how-to/run-containers.md",
    "MOLI_VERSION": "given at an upgrade; how-to/run-containers.md",
    "TLS_FOLDER": "given beside the certificates; how-to/run-containers.md",
    "HTTP_PORT": "another port than 80",
    "HTTPS_PORT": "another port than 443",
    "MESSAGES_FOLDER": "the file channel, which reaches nobody",
    "ALIYUN_URL": "another region's address of a provider; how-to/send-messages.md",
    "TENCENT_URL": "another region's address of a provider; how-to/send-messages.md",
    "WECHAT_PAGE_URL": "a trial; how-to/send-messages.md",
    "WECHAT_URL": "another region's address of a provider; how-to/send-messages.md",
    "WECOM_URL": "another region's address of a provider; how-to/send-messages.md",
    "DINGTALK_URL": "another region's address of a provider; how-to/send-messages.md",
}


def offered() -> set[str]:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return {line.split("=", 1)[0] for line in lines if re.match(r"[A-Z_]+=", line)}


def read_by_python() -> Iterator[str]:
    for folder in ("backend", "scheduler", "matching"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                yield from names_in(node)


def names_in(node: ast.AST) -> Iterator[str]:
    """env.text("NAME"), how_many("NAME"), os.environ.get("NAME") and os.environ["NAME"]."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
        first: ast.AST | None = node.slice
    elif isinstance(node, ast.Call) and node.args and is_reader(node.func):
        first = node.args[0]
    else:
        return
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield first.value


def is_reader(function: ast.expr) -> bool:
    words = ast.unparse(function)
    owner, _, name = words.rpartition(".")
    return (
        (owner == "env" and name != "SettingError")
        or words == "how_many"
        or (owner.endswith("environ") and name in ("get", "setdefault"))
    )


def read_by_files() -> Iterator[str]:
    for name in ("compose.yaml", "backup.sh", "restore.sh", "entrypoint.sh"):
        text = (ROOT / "docker" / name).read_text(encoding="utf-8")
        yield from re.findall(r"\$\{?([A-Z][A-Z_]+)\b", text)


def read() -> set[str]:
    """DATABASE_URL is the default of its reader; the project's name is read by compose itself."""
    return {*read_by_python(), *read_by_files(), "DATABASE_URL", "COMPOSE_PROJECT_NAME"}


def test_everything_offered_is_read() -> None:
    assert offered() - read() == set()


def test_everything_read_is_offered_or_has_a_reason_not_to() -> None:
    assert read() - offered() - set(INTERNAL) == set()


def test_no_reason_outlives_its_setting() -> None:
    assert set(INTERNAL) - read() == set()
    assert set(INTERNAL) & offered() == set()


def test_the_proxy_takes_bodies_as_large_as_the_platform_does() -> None:
    """Larger ones at the addresses alone that take files."""
    proxy = (ROOT / "docker/proxy/proxy.conf").read_text(encoding="utf-8")
    offers = re.findall(r"^HTTP_BODY_BYTES=(\d+)$", EXAMPLE.read_text(encoding="utf-8"), re.M)
    assert offers == [str(2**18)] and settings.HTTP_BODY_BYTES == 2**18
    assert re.findall(r"^    client_max_body_size (\S+);", proxy, re.M) == ["256k"]
    larger = re.findall(r"location = (\S+) \{[^}]*client_max_body_size (\d+);", proxy)
    assert {path: int(size) for path, size in larger} == settings.HTTP_UPLOADS
    assert proxy.count("client_max_body_size") == 1 + len(larger)
