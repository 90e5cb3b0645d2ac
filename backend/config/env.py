"""Typed readers for environment variables: a wrong value stops the start with one clear line."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class SettingError(SystemExit):
    """A setting that cannot be used; the process ends with this sentence."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(f"Setting {name}: {sentence}")


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that NAME_FILE points at (for secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"{name}_FILE", f"cannot read {path}: {error.strerror}") from None
    return os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    if value in ("True", "False"):
        return value == "True"
    raise SettingError(name, f"unexpected value {value!r}, use True or False")


def number(name: str, default: int, low: int = 0, high: int = 10**9) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isdigit() or not low <= int(value) <= high:
        raise SettingError(
            name, f"unexpected value {value!r}, use a whole number from {low} to {high}"
        )
    return int(value)


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = os.environ.get(name) or default
    if value not in choices:
        raise SettingError(name, f"unexpected value {value!r}, use one of: {', '.join(choices)}")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [w for w in os.environ.get(name, default).replace(",", " ").split() if w]


def database(name: str = "DATABASE_URL") -> dict[str, object]:
    """postgresql://user:password@host:port/name, or ?host=/socket/folder for a Unix socket."""
    url = text(name)
    if not url:
        raise SettingError(
            name, "is not set; `make demo` starts a private PostgreSQL, a deployment names its own"
        )
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SettingError(
            name,
            f"{parts.scheme!r} is not PostgreSQL, the only database that this platform runs on",
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "backend.common.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
    }


def celery_address(redis_url: str) -> str:
    """Celery's spelling of the same Redis: it has its own for a Unix socket."""
    if not redis_url.startswith("unix://"):
        return redis_url
    parts = urlsplit(redis_url)
    return f"redis+socket://{parts.path}?virtual_host={dict(parse_qsl(parts.query)).get('db', '0')}"
