"""Typed readers for environment variables: a wrong value stops the start with one clear line."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY_BYTES = 32  # AES-256
DATABASE_WORDS = {
    "NAME": "dbname",
    "USER": "user",
    "PASSWORD": "password",
    "HOST": "host",
    "PORT": "port",
}  # Django's name → libpq's


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
        except UnicodeDecodeError:
            raise SettingError(f"{name}_FILE", f"{path} is not a text in UTF-8") from None
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
    if not re.fullmatch("[0-9]{1,18}", value) or not low <= int(value) <= high:
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


def key(name: str, encoded: str, least: int, most: int) -> bytes:
    """The bytes of a base64 key of `least` to `most` bytes."""
    try:
        found = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise SettingError(
            name, "is not base64; `python -m backend.common.keys` prints new ones"
        ) from None
    if not least <= len(found) <= most:
        wanted = f"{least}" if least == most else f"at least {least}"
        raise SettingError(name, f"has a key of {len(found)} bytes, {wanted} are needed")
    return found


def named_keys(name: str) -> list[str]:
    """ "k2:base64 k1:base64", as they stand, once each of them is a key of 256 bits with a name of
    its own: a key that is cut short or doubled would show only when something stays shut."""
    entries = text(name).replace(",", " ").split()
    seen: set[str] = set()
    for entry in entries:
        key_id, colon, encoded = entry.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", key_id):
            raise SettingError(
                name, "has an entry that is not id:base64, with a short id of letters and digits"
            )
        if key_id in seen:
            raise SettingError(name, f"names the key {key_id} twice")
        seen.add(key_id)
        key(name, encoded, KEY_BYTES, KEY_BYTES)
    return entries


def database(name: str = "DATABASE_URL") -> dict[str, Any]:
    """postgresql://user:password@host:port/name, or ?host=/socket/folder for a Unix socket. Every
    other parameter that libpq knows (sslmode, sslrootcert, …) is handed on to it."""
    from psycopg import ProgrammingError  # here: the launcher reads words before all is installed
    from psycopg.conninfo import conninfo_to_dict

    url = text(name)
    if not url:
        raise SettingError(
            name, "is not set; `make demo` starts a private PostgreSQL, a deployment names its own"
        )
    scheme = url.partition("://")[0]
    if scheme not in ("postgresql", "postgres"):
        raise SettingError(
            name,
            f"{scheme[:20]!r} is not PostgreSQL, the only database that this platform runs on",
        )
    try:
        words = dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        raise SettingError(name, f"cannot be read: {_without_values(error)}") from None
    named = {field: str(words.pop(word, None) or "") for field, word in DATABASE_WORDS.items()}
    return {"ENGINE": "backend.common.postgres", **named, "OPTIONS": words}


def _without_values(error: Exception) -> str:
    """libpq's complaint; it may quote the address and in it the password."""
    said = str(error).strip()
    unknown = re.search(r'invalid URI query parameter: "[A-Za-z_]{1,40}"', said)
    return unknown[0] if unknown else "it is no address of PostgreSQL"


# A line that was cut says nothing: whoever waits on it would wait for a quarter of an hour, and the
# server would keep his session and its locks for two. Both notice within half a minute. Unix
# sockets ignore it.
NOTICED = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # ms
}
NOTICED_BY_THE_SERVER = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 "
    "-c tcp_user_timeout=20000"
)


def connect_options(own: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """What every connection is opened with: `own`, with what the address asks for on top. Server
    settings ("options") add up."""
    both = own | asked
    both["options"] = " ".join(filter(None, (own.get("options"), asked.get("options"))))
    return both


def celery_address(redis_url: str) -> str:
    """Celery's spelling of the same Redis: it has its own for a Unix socket."""
    if not redis_url.startswith("unix://"):
        return redis_url
    parts = urlsplit(redis_url)
    return f"redis+socket://{parts.path}?virtual_host={dict(parse_qsl(parts.query)).get('db', '0')}"
