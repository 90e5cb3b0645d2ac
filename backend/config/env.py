"""Typed readers for environment variables: a wrong value stops the start with one clear line."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY_BYTES = 32  # AES-256
FEWEST_DIFFERENT = 10  # characters, or bytes, of a secret
AS_PRINTED = "as `python -m backend.common.keys` prints them"
LONGEST_SHOWN = 80  # characters of a value in a complaint
HOST = r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]"
ORIGIN = r"https?://(\*\.)?[a-z0-9_.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]{1,5})?"
TEMPLATE = (
    r"(?P<kind>\*|[a-z_]{1,30}(\.[a-z-]{1,10})?):(?P<id>[A-Za-z0-9_-]{1,80})"
    r":(?P<fields>([A-Za-z0-9_]{1,30}(=[a-z_]{1,30})?(,|$))*)"
)  # kind of message, perhaps with a language : the provider's name of it : what it is filled with
DATABASE_WORDS = {
    "NAME": "dbname",
    "USER": "user",
    "PASSWORD": "password",
    "HOST": "host",
    "PORT": "port",
}  # Django's name → libpq's
DATABASE_CHOICES = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "target_session_attrs": (
        "any",
        "read-write",
        "read-only",
        "primary",
        "standby",
        "prefer-standby",
    ),
    "channel_binding": ("disable", "prefer", "require"),
    "gssencmode": ("disable", "prefer", "require"),
    "load_balance_hosts": ("disable", "random"),
    "sslnegotiation": ("postgres", "direct"),
}
DATABASE_NUMBERS = (
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
)
LAST_PORT = 65535


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
    value = text(name)
    if not value:
        return default
    if value in ("True", "False"):
        return value == "True"
    raise SettingError(name, f"unexpected value {value[:LONGEST_SHOWN]!r}, use True or False")


def number(name: str, default: int, low: int = 0, high: int = 10**9) -> int:
    value = text(name)
    if not value:
        return default
    if not re.fullmatch("[0-9]{1,18}", value) or not low <= int(value) <= high:
        raise SettingError(
            name,
            f"unexpected value {value[:LONGEST_SHOWN]!r}, use a whole number from {low} to {high}",
        )
    return int(value)


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = text(name) or default
    if value not in choices:
        raise SettingError(
            name, f"unexpected value {value[:LONGEST_SHOWN]!r}, use one of: {', '.join(choices)}"
        )
    return value


def several(name: str, default: str, choices: tuple[str, ...]) -> list[str]:
    """Words of which each is one of `choices`; none at all when the variable is there and empty."""
    found = words(name, default)
    for word in found:
        if word not in choices:
            raise SettingError(
                name,
                f"unexpected value {word[:LONGEST_SHOWN]!r}, use some of: {', '.join(choices)}",
            )
    return found


def origin(name: str, default: str) -> str:
    """Where a service answers, "https://sms.example" without a path."""
    value = text(name) or default
    if value and not re.fullmatch(ORIGIN, value, re.IGNORECASE):
        raise SettingError(
            name,
            f"unexpected value {value[:LONGEST_SHOWN]!r}, use an address like https://sms.example",
        )
    return value


def templates(name: str) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """ "offer_made:SMS_1:day,where=place *:SMS_2": kind of message → what the provider calls its
    template, and which of its fields is filled with which of our variables, in order. The kind *
    stands for all that are not named."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for word in words_apart(name):
        match = re.fullmatch(TEMPLATE, word)
        if not match:
            raise SettingError(
                name,
                f"unexpected value {word[:LONGEST_SHOWN]!r}, use kind:template:field=variable,…",
            )
        fields = [field.partition("=") for field in filter(None, match["fields"].split(","))]
        found[match["kind"]] = (match["id"], [(key, ours or key) for key, _, ours in fields])
    return found


def like(name: str, pattern: str, wanted: str) -> str:
    """A word that looks as `pattern` says, or ""; `wanted` tells what it should be."""
    found = text(name)
    if found and not re.fullmatch(pattern, found):
        raise SettingError(name, f"unexpected value, use {wanted}")
    return found


def matching(name: str, default: str, pattern: str, wanted: str) -> list[str]:
    """Words that all look as `pattern` says; `wanted` tells what they should be."""
    found = words(name, default)
    for word in found:
        if not re.fullmatch(pattern, word, re.IGNORECASE):
            raise SettingError(name, f"unexpected value {word[:LONGEST_SHOWN]!r}, use {wanted}")
    return found


def name_of(name: str, default: str) -> str:
    """A short name of plain letters."""
    value = text(name) or default
    if not re.fullmatch("[A-Za-z0-9_.-]{1,60}", value):
        raise SettingError(
            name,
            f"unexpected value {value[:LONGEST_SHOWN]!r}, use up to 60 letters, digits, _, . or -",
        )
    return value


def words(name: str, default: str = "") -> list[str]:
    return text(name, default).replace(",", " ").split()


def words_apart(name: str) -> list[str]:
    """Words that have commas inside."""
    return text(name).split()


def secret(name: str, least: int) -> str:
    """A random text of at least so many characters."""
    found = text(name)
    if len(found) < least:
        raise SettingError(
            name, f"has {len(found)} characters; use at least {least} random ones, {AS_PRINTED}"
        )
    if is_made_up(found.encode()):
        raise SettingError(name, f"is not random; use a new one, {AS_PRINTED}")
    return found


def key(name: str, encoded: str, least: int, most: int) -> bytes:
    """The bytes of a random base64 key of `least` to `most` bytes."""
    try:
        found = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise SettingError(
            name, "is not base64; `python -m backend.common.keys` prints new ones"
        ) from None
    if not least <= len(found) <= most:
        wanted = f"at least {least}"
        if least == most:
            wanted = f"{least}"
        raise SettingError(name, f"has a key of {len(found)} bytes, {wanted} are needed")
    if is_made_up(found):
        raise SettingError(name, f"has a key that is not random; use a new one, {AS_PRINTED}")
    return found


def is_made_up(found: bytes) -> bool:
    """Whether somebody typed it and no machine drew it: few different characters, a shorter piece
    again and again, or one after the other as in an alphabet."""
    again = (found + found).find(found, 1) < len(found)
    started_anew = any(found == (found[:n] * len(found))[: len(found)] for n in range(1, 20))
    steps = [after - before for before, after in pairwise(found)]
    same = sum(one == other for one, other in pairwise(steps))
    return len(set(found)) < FEWEST_DIFFERENT or again or started_anew or same > len(found) // 2


def named_keys(name: str) -> list[str]:
    """ "k2:base64 k1:base64", as they stand, once each of them is a key of 256 bits with a name of
    its own: a key that is cut short or doubled would show only when something stays shut."""
    entries = words(name)
    seen: dict[str, bytes] = {}
    for entry in entries:
        key_id, colon, encoded = entry.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", key_id):
            raise SettingError(
                name, "has an entry that is not id:base64, with a short id of letters and digits"
            )
        if key_id in seen:
            raise SettingError(name, f"names the key {key_id} twice")
        found = key(name, encoded, KEY_BYTES, KEY_BYTES)
        for other, same in seen.items():
            if same == found:
                raise SettingError(name, f"has one key under two names, {other} and {key_id}")
        seen[key_id] = found
    return entries


def each_for_one_thing(secrets: dict[str, list[str]]) -> None:
    """Refuse a secret that serves two purposes: who comes by it for one has the other as well.
    `secrets`: setting → its secrets, compared as they are written and as base64."""
    whose: dict[bytes, str] = {}
    for name, written in secrets.items():
        for spelling in {one for text in written for one in _spellings(text)}:
            other = whose.setdefault(spelling, name)
            if other != name:
                raise SettingError(name, f"has the secret of {other}; each needs one of its own")


def each_is_there(on: list[str], needed: dict[str, dict[str, object]]) -> None:
    """Refuse a channel that is on and could not send anything. `needed`: channel → setting → its
    value."""
    for channel in on:
        for name, value in needed.get(channel, {}).items():
            if not value:
                raise SettingError(name, f"is not set, and CHANNELS has {channel}, which needs it")


def _spellings(written: str) -> set[bytes]:
    try:
        decoded = base64.b64decode(written, validate=True)
    except ValueError:
        decoded = written.encode()
    return {spelling for spelling in (written.encode(), decoded) if spelling}


Words = Mapping[str, str | int | None]  # what libpq knows, by its word for it


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
    scheme, colon, _ = url.partition("://")
    if not colon:
        raise SettingError(name, "is no address; it begins with postgresql://")
    if scheme not in ("postgresql", "postgres"):
        raise SettingError(
            name,
            f"{scheme[:20]!r} is not PostgreSQL, the only database that this platform runs on",
        )
    try:
        words = dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        raise SettingError(name, f"cannot be read: {_without_values(error)}") from None
    _refuse_bad_words(name, words)
    named = {field: str(words.pop(word, None) or "") for field, word in DATABASE_WORDS.items()}
    return {"ENGINE": "backend.common.postgres", **named, "OPTIONS": words}


def _refuse_bad_words(name: str, words: Words) -> None:
    """libpq looks at these only when it connects, long after the start."""
    if not words.get("dbname") and not words.get("service"):
        raise SettingError(name, "names no database; it ends with /name")
    ports = str(words.get("port") or "").split(",")
    for port in filter(None, ports):
        if not re.fullmatch("[0-9]{1,5}", port) or not 1 <= int(port) <= LAST_PORT:
            raise SettingError(name, f"has a port that is not a number from 1 to {LAST_PORT}")
    for word, choices in DATABASE_CHOICES.items():
        if words.get(word) and words[word] not in choices:
            raise SettingError(name, f"has another {word} than one of: {', '.join(choices)}")
    for word in DATABASE_NUMBERS:
        if word in words and not re.fullmatch("[0-9]{1,9}", str(words[word])):
            raise SettingError(name, f"has a {word} that is not a whole number")


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


def connect_options(own: Words, asked: Words) -> Words:
    """What every connection is opened with: `own`, with what the address asks for on top. Server
    settings ("options") add up."""
    both = [str(words["options"]) for words in (own, asked) if words.get("options")]
    return {**own, **asked, "options": " ".join(both)}


def redis(name: str) -> str:
    """redis://:password@host:port/0, rediss:// with TLS, or unix:///socket?db=0, once a client can
    be made of it."""
    url = text(name)
    if not url:
        raise SettingError(
            name, "is not set; `make demo` starts a private Valkey, a deployment names its own"
        )
    if not re.match("(rediss?|unix)://", url):
        raise SettingError(
            name, "is no address of Redis; it begins with redis://, rediss:// or unix://"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingError(name, f"has a port that is not a number from 1 to {LAST_PORT}") from None
    asked = dict(parse_qsl(parts.query)).get("db")
    where = parts.path
    number = asked or "0"
    if parts.scheme != "unix":
        where = parts.hostname or ""
        number = asked or parts.path.removeprefix("/") or "0"
    if port == 0 or not where:
        raise SettingError(name, "names no host, or no folder of a socket")
    if not re.fullmatch("[0-9]{1,4}", number):
        raise SettingError(name, "has a database that is not a number; it ends with /0")
    _refuse_unknown_words(name, url)
    return url


def _refuse_unknown_words(name: str, url: str) -> None:
    """Parameters that its client does not know would show at the first connection alone."""
    from redis import ConnectionPool, RedisError  # here: as psycopg above

    try:
        ConnectionPool.from_url(url).make_connection()  # makes one, and does not open it
    except (TypeError, ValueError, RedisError):
        raise SettingError(name, "has a parameter that Redis's client does not know") from None


def celery_address(redis_url: str) -> str:
    """Celery's spelling of the same Redis: it has its own for a Unix socket."""
    if not redis_url.startswith("unix://"):
        return redis_url
    parts = urlsplit(redis_url)
    return f"redis+socket://{parts.path}?virtual_host={dict(parse_qsl(parts.query)).get('db', '0')}"
